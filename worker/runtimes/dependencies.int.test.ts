import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Dependencies, openDependencies } from '@/worker/runtimes/dependencies';
import { type IndexedPackage, type PackageIndex, servePackages } from '@/worker/runtimes/index-fixture';
import { fetchUv } from '@/worker/runtimes/uv-fixture';
import type { SandboxLanguage } from '@/worker/sandbox/model';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';

const PYTHON: IndexedPackage[] = [
  {
    name: 'tiny_a',
    version: '1.0',
    files: { 'tiny_a/__init__.py': 'from tiny_b import word\nVERSION = "1.0"\n' },
    needs: ['tiny_b'],
  },
  {
    name: 'tiny_a',
    version: '1.1',
    files: { 'tiny_a/__init__.py': 'from tiny_b import word\nVERSION = "1.1"\n' },
    needs: ['tiny_b'],
  },
  { name: 'tiny_b', version: '2.0', files: { 'tiny_b/__init__.py': 'word = "from b"\n' } },
];
const NPM: IndexedPackage[] = [
  {
    name: 'tiny-a',
    version: '1.0.0',
    files: { 'index.js': 'exports.say = () => require("tiny-b") + " by 1.0";' },
    needs: ['tiny-b'],
  },
  {
    name: 'tiny-a',
    version: '1.1.0',
    files: { 'index.js': 'exports.say = () => require("tiny-b") + " by 1.1";' },
    needs: ['tiny-b'],
  },
  { name: 'tiny-b', version: '2.0.0', files: { 'index.js': 'module.exports = "from b";' } },
];

const uv = await fetchUv();
const withoutUv = (process.env.PATH ?? '')
  .split(path.delimiter)
  .filter((folder) => !existsSync(path.join(folder, 'uv')))
  .join(path.delimiter);
const script = 'import tiny_a, json\ndef main():\n    return [tiny_a.VERSION, tiny_a.word]';
/** The PATH of a worker that has only pip, and of one that has uv as well. */
const paths: readonly (readonly ['pip' | 'uv', string])[] = [
  ['pip', withoutUv],
  ...(uv === null ? [] : [['uv', `${path.dirname(uv)}:${withoutUv}`] as const]),
];
/** Where the installer makes no difference, the one that answers in a tenth of the time. */
const quickest = paths.at(-1)?.[1] ?? '';

let index: PackageIndex;
let bench: TestBench;
let dependencies: Dependencies;
const cacheFolder = mkdtempSync(path.join(os.tmpdir(), 'fantail-cache-'));
const signal = new AbortController().signal;

beforeAll(async () => {
  index = await servePackages(PYTHON, NPM);
  bench = await openBench({ cacheFolder });
  dependencies = await openDependencies({ mode: 'bubblewrap', cacheFolder });
});
beforeEach(() => {
  vi.stubEnv('PIP_INDEX_URL', index.pythonUrl);
  for (const name of ['PIP_FIND_LINKS', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_FIND_LINKS']) vi.stubEnv(name, '');
  vi.stubEnv('PATH', quickest);
  vi.stubEnv('npm_config_registry', index.npmUrl);
  vi.stubEnv('DATABASE_URL', 'postgres://canary');
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await bench.close();
  dependencies.close();
  await index.close();
  rmSync(cacheFolder, { recursive: true, force: true });
});

async function resolve(
  language: SandboxLanguage,
  content: string,
  previousLock?: string,
): Promise<{ lock: string; log: string }> {
  let log = '';
  const { lock } = await dependencies.resolve({ language, content, previousLock }, (text) => (log += text), signal);
  return { lock, log };
}

const install = (language: SandboxLanguage, lock: string) => dependencies.install({ language, lock }, () => {}, signal);

describe.each(paths)('python3 by %s', (tool, PATH) => {
  beforeEach(() => void vi.stubEnv('PATH', PATH));

  it('locks what is imported, installs it, and the job finds it', async () => {
    const { lock, log } = await resolve('python3', script);
    expect(lock).toMatch(/^# python 3\.\d+\ntiny[-_]a==1\.1\ntiny[-_]b==2\.0\n$/);
    expect(log).toMatch(new RegExp(`^Resolving for Python 3\\.[\\d.]+ with ${tool}: tiny_a\\n`));
    const own = `${lock}# for ${tool}, not from the other one's folder\n`;
    const dependencyPath = await install('python3', own);
    expect((await bench.run('python3', script, {}, { dependencyPath })).result).toEqual(['1.1', 'from b']);
    expect((await bench.run('python3', script)).failure).toContain('ModuleNotFoundError');
  });

  it('keeps the versions of an earlier lock while they fit, and leaves them when they do not', async () => {
    const { lock } = await resolve('python3', '# requirements:\n# tiny_a==1.0\n');
    expect(lock).toMatch(/tiny[-_]a==1\.0/);
    expect((await resolve('python3', script, lock)).lock).toMatch(/tiny[-_]a==1\.0/);
    expect((await resolve('python3', '# requirements:\n# tiny_a>1.0\n', lock)).lock).toMatch(/tiny[-_]a==1\.1/);
  });

  it('says what the resolver said when there is no such package', async () => {
    const words = { pip: 'No matching distribution found for tiny_none==9', uv: 'tiny-none was not found in the' };
    await expect(resolve('python3', '# requirements:\n# tiny_none==9\n')).rejects.toThrow(words[tool]);
  });
});

describe('python3', () => {
  it('takes a block of requirements, a block of metadata (PEP 723) and imports alike', async () => {
    const metadata = '# /// script\n# dependencies = [\n#   "tiny_a<1.1",\n# ]\n# ///\n';
    for (const ahead of ['# requirements:\n# tiny_a<1.1\n\n', metadata]) {
      expect((await resolve('python3', ahead + script)).lock).toMatch(/\ntiny[-_]a==1\.0\ntiny[-_]b==2\.0\n$/);
    }
  });

  it('needs no tool where nothing is needed', async () => {
    expect((await resolve('python3', 'import json\ndef main(): pass')).lock).toBe('');
    expect(await install('python3', '')).toBeNull();
  });

  it('refuses a lock that was made for another Python', async () => {
    await expect(install('python3', '# python 3.2\ntiny_b==2.0\n')).rejects.toThrow('Deploy the script again');
  });
});

describe.each(['bun', 'deno'] as const)('%s', (language) => {
  const script = 'import { say } from "npm:tiny-a@1.0.0";\n\nexport function main() { return say(); }';

  it('locks what is imported, installs it without its scripts, and the job finds it', async () => {
    const { lock, log } = await resolve(language, script);
    expect(JSON.parse(lock).dependencies).toEqual({ 'tiny-a': '1.0.0' });
    expect(lock).toContain('tiny-b@2.0.0');
    expect(log).toContain('tiny-a@1.0.0');
    const dependencyPath = await install(language, lock);
    expect((await bench.run(language, script, {}, { dependencyPath })).result).toBe('from b by 1.0');
    expect(readdirSync(dependencyPath ?? '').sort()).toEqual(['node_modules', 'package.json']);
    expect(existsSync(path.join(dependencyPath ?? '', 'node_modules/postinstall-ran'))).toBe(false);
  });

  it('takes the newest where no version is named, and keeps it afterwards', async () => {
    const { lock } = await resolve(language, 'import { say } from "tiny-a"; export const main = () => say()');
    expect(lock).toContain('tiny-a@1.1.0');
  });

  it('says what the resolver said when there is no such package', async () => {
    await expect(resolve(language, 'import x from "tiny-none@9"')).rejects.toThrow(/tiny-none/);
  });
});

describe('the cache', () => {
  it('is filled once, however many ask at once, in this process and in others', async () => {
    const lock = (await resolve('python3', '# requirements:\n# tiny_a==1.0\n')).lock;
    const before = index.downloads();
    const script = path.join(cacheFolder, 'other.mts');
    writeFileSync(
      script,
      [
        `import { openDependencies } from '${path.resolve('worker/runtimes/dependencies.ts')}';`,
        `const tool = await openDependencies({ mode: 'bubblewrap', cacheFolder: ${JSON.stringify(cacheFolder)} });`,
        `console.log(await tool.install({ language: 'python3', lock: ${JSON.stringify(lock)} }, () => {}, new AbortController().signal));`,
        'tool.close();',
      ].join('\n'),
    );
    const others = [1, 2].map(() => printed(script));
    const folders = await Promise.all([install('python3', lock), install('python3', lock), ...others]);
    expect(new Set(folders).size).toBe(1);
    expect(index.downloads() - before).toBe(2);
    expect(await install('python3', lock)).toBe(folders[0]);
    expect(index.downloads() - before).toBe(2);
    expect(readdirSync(path.join(cacheFolder, '.work'))).toEqual([]);
  });

  it('cannot be changed by a job', async () => {
    const dependencyPath = await install('python3', (await resolve('python3', 'import tiny_b')).lock);
    const script = 'import os, tiny_b\ndef main():\n    os.chmod(tiny_b.__file__, 0o777)';
    expect((await bench.run('python3', script, {}, { dependencyPath })).failure).toContain('Read-only file system');
  });

  it('is not left half filled by a cancelled install', async () => {
    const controller = new AbortController();
    const lock = '# python 3.11\ntiny_b==2.0\n# cancelled\n'.replace('3.11', await pythonMinor());
    const running = dependencies.install({ language: 'python3', lock }, () => {}, controller.signal);
    controller.abort();
    const [cancelled, again] = await Promise.allSettled([running, install('python3', lock)]);
    expect(cancelled.status).toBe('rejected');
    expect(readdirSync((again.status === 'fulfilled' && again.value) || '')).toContain('tiny_b');
  });
});

async function pythonMinor(): Promise<string> {
  const { lock } = await resolve('python3', 'import tiny_b');
  return /^# python (\S+)/.exec(lock)?.[1] ?? '';
}

function printed(script: string): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: process.cwd(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('exit', (code) => (code === 0 ? done(text.trim()) : fail(new Error(`ended with ${code}`))));
  });
}

/** Whether an index on the internet answers, with a real package; its absence is no failure of this product. */
describe('a live index', () => {
  it.each([
    ['python3', 'https://pypi.org/simple/six/', 'import six\ndef main():\n    return six.__name__', 'six'],
    [
      'bun',
      'https://registry.npmjs.org/left-pad',
      'import pad from "left-pad"; export const main = () => pad("1", 3, "0")',
      '001',
    ],
  ] as const)('%s', async (language, url, script, result) => {
    vi.unstubAllEnvs();
    vi.stubEnv('PATH', quickest);
    const answers = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (!answers) {
      console.log(`No answer from ${url}: installing from a live index was not tried.`);
      return;
    }
    const dependencyPath = await install(language, (await resolve(language, script)).lock);
    expect((await bench.run(language, script, {}, { dependencyPath })).result).toBe(result);
  });
});
