/** Runs package managers. What they download may be code (a source distribution's build), so they run isolated too. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
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

/** The variables that name indexes, proxies and certificates. Pure. */
export function indexEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value && PASSED.test(name) && !NOT_PASSED.test(name)) kept[name] = value;
  }
  return kept;
}

/** Files and folders that those variables point to, so that they exist inside as well. */
function settingsBindings(env: Readonly<Record<string, string>>): Binding[] {
  const paths = Object.values(env).flatMap((value) => value.split(/[\s:]+/));
  const named = paths.filter((value) => path.isAbsolute(value) && value !== '/' && existsSync(value));
  const system = ['/etc/pip.conf', '/etc/uv/uv.toml', '/etc/npmrc'].filter((file) => existsSync(file));
  return [...new Set([...named, ...system])].map((file) => ({ from: file, to: file }));
}

/** Where a file of the tool's folder is, seen from the tool. */
export function inToolFolder(context: PlanContext, folder: string, name = ''): string {
  return path.join(context.mode === 'bubblewrap' ? WORK_FOLDER : folder, name);
}

/** Runs to the end. Rejects with the tool's own last words. */
export async function runTool(context: PlanContext, run: ToolRun, onLog: ToolLog, signal: AbortSignal): Promise<void> {
  mkdirSync(run.folder, { recursive: true });
  const passed = indexEnvironment(process.env);
  const home = inToolFolder(context, run.folder);
  const env = { ...BASE_ENV, ...passed, ...run.env, HOME: home, TMPDIR: context.mode === 'off' ? run.folder : '/tmp' };
  const bindings = [...run.bindings, ...settingsBindings(passed)];
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
        reject(new Error(words.trim() || `${path.basename(program)} ended with ${killedBy ?? `exit code ${code}`}.`));
    });
  });
}
