import { mkdirSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Interpreters } from '@/worker/runtimes/interpreters';
import {
  BASE_ENV,
  type Binding,
  bubblewrapArgs,
  CACHE_FOLDER,
  COMMAND_FOLDER,
  INTERPRETER_FOLDER,
  RUNTIME_FOLDER,
  systemBindings,
} from '@/worker/sandbox/bubblewrap';
import type { SandboxLanguage, SandboxLimits, SandboxMode } from '@/worker/sandbox/model';
import type { JobView } from '@/worker/sandbox/own-folder';
import type { SandboxPlan } from '@/worker/sandbox/sandbox';

export interface PlanContext {
  readonly mode: SandboxMode;
  readonly interpreters: Interpreters;
  /** What jobs see of this worker: wrappers and settings. */
  readonly view: JobView;
  readonly cacheFolder: string;
  readonly isNetworkShared: boolean;
  readonly isNestingDisabled: boolean;
  /** Without cgroups the limits go to the processes themselves. */
  readonly hasCgroups: boolean;
  readonly bubblewrap: string;
}

/** Sets what cgroups would have limited, then becomes the program. Inside the sandbox, where only its own count. */
const LIMIT_PROCESSES =
  'ulimit -u "$1" 2>/dev/null || ulimit -p "$1" 2>/dev/null; [ "$2" = 0 ] || ulimit -v "$2"; shift 2; exec "$@"';

/** Which program a language runs on this machine; null when it was not found. */
export function interpreterOf(language: SandboxLanguage, interpreters: Interpreters): string | null {
  switch (language) {
    case 'python3':
      return interpreters.python3?.program ?? null;
    case 'bun':
    case 'postgresql':
      return interpreters.bun;
    case 'deno':
      return interpreters.deno;
    case 'bash':
      return interpreters.bash;
    default:
      return language satisfies never;
  }
}

function wrapperFile(language: SandboxLanguage): string {
  if (language === 'python3') return 'python3.py';
  return language === 'bash' ? 'bash.sh' : `${language}.js`;
}

/** Interpreter with its flags, then the wrapper. */
function command(language: SandboxLanguage, program: string, wrapper: string): string[] {
  switch (language) {
    case 'python3':
      // Isolated, without site-packages: what a job can import is its own lock and the standard library, nothing else.
      return [program, '-I', '-S', '-B', '-X', 'utf8', wrapper];
    case 'bash':
      return [program, '--noprofile', '--norc', wrapper];
    case 'bun':
    case 'postgresql':
      return [program, '--no-install', wrapper];
    case 'deno':
      return [program, 'run', '-A', '--no-check', '--no-lock', '--node-modules-dir=manual', wrapper];
    default:
      return language satisfies never;
  }
}

function limited(argv: string[], language: SandboxLanguage, limits: SandboxLimits, hasCgroups: boolean): string[] {
  if (hasCgroups) return argv;
  // V8 and JavaScriptCore reserve far more address space than they use: a limit on it would stop them at start.
  const addressKb = language === 'python3' || language === 'bash' ? limits.memoryMb * 1024 : 0;
  return ['/bin/sh', '-c', LIMIT_PROCESSES, 'sh', String(limits.maxProcesses), String(addressKb), ...argv];
}

function fingerprintOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const { mtimeMs, size } = statSync(file);
        return `${mtimeMs}:${size}`;
      } catch {
        return 'gone';
      }
    })
    .join(' ');
}

/** Where a dependency folder of the host appears in a job. Throws for a folder outside the cache. */
export function dependencyPathInJob(context: PlanContext, dependencyPath: string | null): string | null {
  if (dependencyPath === null) return null;
  const relative = path.relative(context.cacheFolder, dependencyPath);
  if (relative.startsWith('..') || path.isAbsolute(relative)) {
    throw new Error(`The dependency folder ${dependencyPath} lies outside the cache ${context.cacheFolder}.`);
  }
  return context.mode === 'bubblewrap' ? path.posix.join(CACHE_FOLDER, relative) : dependencyPath;
}

/** Equal for sandboxes that can stand in for each other. The caps on result and log are kept outside of them. */
export function planKey(language: SandboxLanguage, limits: SandboxLimits, fingerprint: string): string {
  return [language, limits.memoryMb, limits.maxProcesses, limits.maxFileMb, fingerprint].join('|');
}

/** What a sandbox of this language looks like right now; null when the language is not to be had here. */
export function currentFingerprint(context: PlanContext, language: SandboxLanguage): string {
  const program = interpreterOf(language, context.interpreters) ?? '';
  return fingerprintOf([program, path.join(context.view.folder, wrapperFile(language))]);
}

/** The plan of one kind of sandbox. */
export function planSandbox(context: PlanContext, language: SandboxLanguage, limits: SandboxLimits): SandboxPlan {
  const program = interpreterOf(language, context.interpreters);
  if (!program) throw new Error(`This worker cannot run ${language}: its interpreter was not found.`);
  const fingerprint = currentFingerprint(context, language);
  const common = { key: planKey(language, limits, fingerprint), language, limits, fingerprint };
  if (context.mode === 'off') return { ...common, ...plainPlan(context, language, program, limits) };
  const isPackaged = language !== 'python3' && language !== 'bash';
  const inside = isPackaged ? path.posix.join(INTERPRETER_FOLDER, path.basename(program)) : program;
  const bindings: Binding[] = isPackaged ? [{ from: program, to: inside }] : [];
  if (language === 'python3') {
    for (const folder of context.interpreters.python3?.folders ?? []) bindings.push({ from: folder, to: folder });
  }
  const argv = command(language, inside, path.posix.join(RUNTIME_FOLDER, wrapperFile(language)));
  return {
    ...common,
    argv: [
      ...isolation(context, {
        bindings,
        cachedLanguage: installsPackages(language) ? language : null,
        scratchMb: limits.maxFileMb,
        isReported: true,
      }),
      ...limited(argv, language, limits, context.hasCgroups),
    ],
    // Empty, because the environment of bubblewrap's own process can be read from inside.
    env: {},
    isNamespaced: true,
  };
}

/** Whether scripts of this language come with packages. */
function installsPackages(language: SandboxLanguage): boolean {
  return language !== 'bash' && language !== 'postgresql';
}

export interface IsolationRequest {
  readonly bindings: readonly Binding[];
  /** Whose installed packages are to be seen. */
  readonly cachedLanguage: string | null;
  readonly scratchMb: number;
  readonly workFolder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether bubblewrap tells on descriptor 5 who its first process is and how it ended. */
  readonly isReported?: boolean;
}

/** The bubblewrap command line for this host, without the program that runs in it. */
export function isolation(context: PlanContext, request: IsolationRequest): string[] {
  const system = systemBindings();
  const bindings: Binding[] = [
    ...system.bindings,
    { from: context.view.folder, to: RUNTIME_FOLDER },
    ...request.bindings,
  ];
  if (request.cachedLanguage) {
    const cached = path.join(context.cacheFolder, request.cachedLanguage);
    mkdirSync(cached, { recursive: true });
    bindings.push({ from: cached, to: path.posix.join(CACHE_FOLDER, request.cachedLanguage) });
  }
  const view = {
    bindings,
    hidden: [process.cwd(), os.homedir(), context.cacheFolder].filter((folder) => folder.startsWith('/usr/')),
    isNetworkShared: context.isNetworkShared,
    isNestingDisabled: context.isNestingDisabled,
    isMemoryLimited: context.hasCgroups && request.workFolder === undefined,
    scratchMb: request.scratchMb,
    workFolder: request.workFolder ?? null,
    env: request.env ?? BASE_ENV,
  };
  return bubblewrapArgs(context.bubblewrap, view, system.links, request.isReported ?? false);
}

function plainPlan(
  context: PlanContext,
  language: SandboxLanguage,
  program: string,
  limits: SandboxLimits,
): Pick<SandboxPlan, 'argv' | 'env' | 'isNamespaced'> {
  const wrapper = path.join(context.view.folder, wrapperFile(language));
  const argv = limited(command(language, program, wrapper), language, limits, context.hasCgroups);
  const PATH = BASE_ENV.PATH?.replace(
    `${RUNTIME_FOLDER}/${COMMAND_FOLDER}`,
    path.join(context.view.folder, COMMAND_FOLDER),
  );
  const env = {
    ...BASE_ENV,
    ...(PATH === undefined ? {} : { PATH }),
    DENO_DIR: path.join(os.tmpdir(), 'fantail-deno'),
  };
  return { argv, env, isNamespaced: false };
}
