/** Runs package managers. What they download may be code (a source distribution's build), so they run isolated too. */
import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BASE_ENV, type Binding, WORK_FOLDER } from '@/worker/sandbox/bubblewrap';
import { exactEnvironment } from '@/worker/sandbox/environment';
import { isolation, type PlanContext } from '@/worker/sandbox/plan';

export type ToolLog = (text: string) => void;

export interface ToolRun {
  readonly argv: readonly string[];
  /** Host folder that the tool may write; it is its working folder and its home. */
  readonly folder: string;
  readonly bindings: readonly Binding[];
  readonly env: Readonly<Record<string, string>>;
}

const SCRATCH_MB = 4096;
const KEPT_WORDS_CHARS = 6_000;
const STOP_WAIT_MS = 2_000;

/** Settings of package indexes, and of nothing else, reach the tool from the worker's own environment. */
const PASSED =
  /^(PIP_\w+|UV_\w+|BUN_CONFIG_\w+|npm_config_(registry|cafile|strict_ssl|https?_proxy|.*_authToken)|NPM_CONFIG_(REGISTRY|CAFILE|USERCONFIG)|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE)$/i;
const NOT_PASSED =
  /^(PIP_(TARGET|PREFIX|USER|ROOT|REQUIRE_VIRTUALENV|PYTHON|CACHE_DIR|LOG|SRC|REPORT)|UV_(PYTHON\w*|PROJECT\w*|CACHE_DIR|TOOL\w*))$/i;

/** uv does not read pip's settings: what a worker was told about its indexes holds for both. */
const UV_TWINS: readonly { pip: string; uv: readonly string[]; separator: string }[] = [
  { pip: 'PIP_INDEX_URL', uv: ['UV_DEFAULT_INDEX', 'UV_INDEX_URL'], separator: ' ' },
  { pip: 'PIP_EXTRA_INDEX_URL', uv: ['UV_INDEX', 'UV_EXTRA_INDEX_URL'], separator: ' ' },
  { pip: 'PIP_FIND_LINKS', uv: ['UV_FIND_LINKS'], separator: ',' },
  { pip: 'PIP_TRUSTED_HOST', uv: ['UV_INSECURE_HOST'], separator: ' ' },
  { pip: 'PIP_CERT', uv: ['SSL_CERT_FILE'], separator: ' ' },
];

/** The variables that name indexes, proxies and certificates. Pure. */
export function indexEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value && PASSED.test(name) && !NOT_PASSED.test(name)) kept[name] = value;
  }
  for (const { pip, uv, separator } of UV_TWINS) {
    const [name = ''] = uv;
    if (kept[pip] && !uv.some((twin) => kept[twin])) kept[name] = kept[pip].trim().split(/\s+/).join(separator);
  }
  return kept;
}

/** Settings files of package tools, and where a tool whose home and system folder is its own finds them. */
function copySettings(folder: string): void {
  const home = os.homedir();
  const copies: [from: string, to: string][] = [
    ['/etc/pip.conf', '.xdg/pip/pip.conf'],
    ['/etc/xdg/pip/pip.conf', '.xdg/pip/pip.conf'],
    ['/etc/uv/uv.toml', '.xdg/uv/uv.toml'],
    [path.join(home, '.pip/pip.conf'), '.config/pip/pip.conf'],
    [path.join(home, '.config/pip/pip.conf'), '.config/pip/pip.conf'],
    [path.join(home, '.config/uv/uv.toml'), '.config/uv/uv.toml'],
  ];
  for (const [from, to] of copies) {
    if (!existsSync(from)) continue;
    mkdirSync(path.dirname(path.join(folder, to)), { recursive: true });
    copyFileSync(from, path.join(folder, to));
  }
}

/** Files and folders that the settings point to: bound where they are, or copied where the tool has an /etc of its own. */
function followPaths(
  context: PlanContext,
  folder: string,
  env: Readonly<Record<string, string>>,
): { bindings: Binding[]; env: Record<string, string> } {
  const bindings: Binding[] = [];
  const followed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    followed[name] = value;
    for (const named of value.split(/[\s:]+/)) {
      if (!path.isAbsolute(named) || named === '/' || !existsSync(named)) continue;
      if (!named.startsWith('/etc/')) bindings.push({ from: named, to: named });
      else if (!existsSync(path.join(context.view.folder, named))) {
        const copy = path.join('.named', named);
        cpSync(named, path.join(folder, copy), { recursive: true });
        followed[name] = followed[name].replace(named, inToolFolder(context, folder, copy));
      }
    }
  }
  return { bindings, env: followed };
}

/** Where a file of the tool's folder is, seen from the tool. */
export function inToolFolder(context: PlanContext, folder: string, name = ''): string {
  return path.join(context.mode === 'bubblewrap' ? WORK_FOLDER : folder, name);
}

/** Runs to the end. Rejects with the tool's own last words. */
export async function runTool(context: PlanContext, run: ToolRun, onLog: ToolLog, signal: AbortSignal): Promise<void> {
  mkdirSync(run.folder, { recursive: true });
  copySettings(run.folder);
  const settings = followPaths(context, run.folder, indexEnvironment(process.env));
  const own = {
    HOME: inToolFolder(context, run.folder),
    XDG_CONFIG_DIRS: inToolFolder(context, run.folder, '.xdg'),
    TMPDIR: context.mode === 'off' ? run.folder : '/tmp',
  };
  const env = { ...BASE_ENV, ...settings.env, ...run.env, ...own };
  const bindings = [...run.bindings, ...settings.bindings];
  const isIsolated = context.mode === 'bubblewrap';
  const [program = '', ...args] = isIsolated ? isolatedArgv(context, run, bindings, env) : run.argv;
  await toEnd(program, args, isIsolated ? {} : env, isIsolated ? '/' : run.folder, onLog, signal);
}

function isolatedArgv(
  context: PlanContext,
  run: ToolRun,
  bindings: readonly Binding[],
  env: Readonly<Record<string, string>>,
): string[] {
  const request = { bindings, cachedLanguage: null, scratchMb: SCRATCH_MB, workFolder: run.folder, env };
  // The tool needs its index even where jobs get no network.
  return [...isolation({ ...context, isNetworkShared: true }, request), ...run.argv];
}

/** Without where an installer looked: its first line is all that a list of runs has room for. */
const toThePoint = (words: string): string =>
  words
    .split('\n')
    .filter((line) => !/^Looking in (links|indexes):/.test(line))
    .join('\n')
    .trim();

function toEnd(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  onLog: ToolLog,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let words = '';
    const child = spawn(program, args, { env: exactEnvironment(env), cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let killTimer: NodeJS.Timeout | null = null;
    const stop = () => {
      child.kill('SIGTERM');
      killTimer = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        words = (words + text).slice(-KEPT_WORDS_CHARS);
        onLog(text);
      });
    }
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      if (killTimer) clearTimeout(killTimer);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(new Error('Cancelled.'));
      else if (code === 0) resolve();
      else
        reject(
          new Error(toThePoint(words) || `${path.basename(program)} ended with ${killedBy ?? `exit code ${code}`}.`),
        );
    });
  });
}
