import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

export interface Python {
  /** The real interpreter, never a version manager's shim (which costs 100 ms per start). */
  readonly program: string;
  readonly version: string;
  /** Folders that hold the interpreter and its library. */
  readonly folders: readonly string[];
  /** Names of the modules that it brings. */
  readonly standardModules: ReadonlySet<string>;
}

export interface Interpreters {
  readonly python3: Python | null;
  readonly bun: string | null;
  readonly deno: string | null;
  readonly bash: string | null;
}

const ASK_PYTHON = [
  'import sys, os, json',
  'version = "%d.%d.%d" % sys.version_info[:3]',
  'print(json.dumps(dict(program=os.path.realpath(sys.executable), version=version, prefix=sys.prefix,',
  '    basePrefix=sys.base_prefix, standardModules=sorted(sys.stdlib_module_names))))',
].join('\n');
const pythonAnswer = z.object({
  program: z.string(),
  version: z.string(),
  prefix: z.string(),
  basePrefix: z.string(),
  standardModules: z.array(z.string()),
});
const OLDEST_PYTHON_MINOR = 10;

/** Finds the interpreters once, at start. `pythonPath` is an order, not a hint: when it is set nothing else is tried. */
export async function findInterpreters(options: { pythonPath?: string } = {}): Promise<Interpreters> {
  return {
    python3: await findPython(options.pythonPath),
    bun: packagedBinary(`@oven/bun-linux-${cpu('x64', 'aarch64')}`, 'bin/bun') ?? onPath('bun'),
    deno: packagedBinary(`@deno/linux-${cpu('x64', 'arm64')}-glibc`, 'deno') ?? onPath('deno'),
    bash: ['/bin/bash', '/usr/bin/bash'].find((candidate) => existsSync(candidate)) ?? null,
  };
}

async function findPython(pythonPath: string | undefined): Promise<Python | null> {
  const candidates = pythonPath
    ? [pythonPath]
    : ['/usr/bin/python3', '/usr/local/bin/python3', ...allOnPath('python3')];
  for (const candidate of candidates) {
    const python = await askPython(candidate);
    if (python) return python;
  }
  if (pythonPath) throw new Error(`PYTHON_PATH names ${pythonPath}, which is not a Python 3.10 or newer.`);
  return null;
}

/** Asks a Python who it really is; null when it cannot answer or is too old. */
export async function askPython(candidate: string): Promise<Python | null> {
  try {
    const { stdout } = await run(candidate, ['-I', '-c', ASK_PYTHON], { timeout: 20_000 });
    const answer: unknown = JSON.parse(stdout);
    const { program, version, prefix, basePrefix, standardModules } = pythonAnswer.parse(answer);
    const [major, minor] = version.split('.').map(Number);
    if (major !== 3 || (minor ?? 0) < OLDEST_PYTHON_MINOR) return null;
    const folders = [...new Set([prefix, basePrefix])].filter((folder) => folder !== '/' && !isUnderUsr(folder));
    return { program, version, folders, standardModules: new Set(standardModules) };
  } catch {
    return null;
  }
}

function isUnderUsr(folder: string): boolean {
  return folder === '/usr' || folder.startsWith('/usr/');
}

function cpu(x64: string, arm64: string): string {
  return process.arch === 'arm64' ? arm64 : x64;
}

function packagedBinary(name: string, file: string): string | null {
  try {
    const require = createRequire(path.join(process.cwd(), 'package.json'));
    const program = path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
    return existsSync(program) ? realpathSync(program) : null;
  } catch {
    return null;
  }
}

/** Every program of that name on the PATH, in its order. */
export function allOnPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).filter((candidate) => existsSync(candidate));
}

function onPath(name: string): string | null {
  const found = allOnPath(name)[0];
  return found ? realpathSync(found) : null;
}
