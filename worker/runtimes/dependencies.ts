/** What a script needs, resolved to a lock when it is deployed and installed from the lock before it runs. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheKey, makeWorkFolder, once, removeTree } from '@/worker/runtimes/dependency-cache';
import { findInterpreters, type Python } from '@/worker/runtimes/interpreters';
import { installPython, resolvePython } from '@/worker/runtimes/python3/packages';
import type { ToolLog } from '@/worker/runtimes/tool';
import { installTypescript, resolveTypescript } from '@/worker/runtimes/typescript/packages';
import { openIsolation } from '@/worker/sandbox/isolation';
import type { SandboxLanguage, SandboxMode } from '@/worker/sandbox/model';
import type { PlanContext } from '@/worker/sandbox/plan';

export interface Dependencies {
  /**
   * The lock of a script: text that pins every package, '' when it needs none. Versions of `previousLock` are kept where
   * they still fit. Rejects with an Error whose message is the resolver's own words.
   */
  resolve(
    script: { readonly language: SandboxLanguage; readonly content: string; readonly previousLock?: string },
    onLog: ToolLog,
    signal: AbortSignal,
  ): Promise<{ lock: string }>;
  /**
   * The folder with a lock's packages, for `SandboxJob.dependencyPath`; null for an empty lock. Made once, however many
   * callers and processes ask for it.
   */
  install(
    script: { readonly language: SandboxLanguage; readonly lock: string },
    onLog: ToolLog,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** Ends what belongs to it on this machine. */
  close(): void;
}

export interface DependencyOptions {
  readonly mode: SandboxMode;
  /** The same folder as the sandboxes'. */
  readonly cacheFolder: string;
  readonly pythonPath?: string;
  readonly bubblewrapPath?: string;
}

const run = promisify(execFile);

/** Finds interpreters and package tools. Rejects like `openSandboxes` when isolation cannot be had. */
export async function openDependencies(options: DependencyOptions): Promise<Dependencies> {
  const interpreters = await findInterpreters({ pythonPath: options.pythonPath });
  const cacheFolder = path.resolve(options.cacheFolder);
  mkdirSync(cacheFolder, { recursive: true });
  const { context, remove } = await openIsolation({
    mode: options.mode,
    interpreters,
    cacheFolder,
    isNetworkShared: true,
    bubblewrapPath: options.bubblewrapPath,
  });
  return new Resolver(context, remove);
}

class Resolver implements Dependencies {
  private readonly versions = new Map<string, Promise<string>>();

  constructor(
    private readonly context: PlanContext,
    readonly close: () => void,
  ) {}

  async resolve(
    script: { language: SandboxLanguage; content: string; previousLock?: string },
    onLog: ToolLog,
    signal: AbortSignal,
  ): Promise<{ lock: string }> {
    const { language, content, previousLock = '' } = script;
    if (language === 'bash' || language === 'postgresql') return { lock: '' };
    const folder = makeWorkFolder(this.context.cacheFolder);
    try {
      const lock =
        language === 'python3'
          ? await resolvePython(this.context, this.python(), content, folder, previousLock, onLog, signal)
          : await resolveTypescript(this.context, content, folder, previousLock, onLog, signal);
      return { lock };
    } finally {
      removeTree(folder);
    }
  }

  async install(
    { language, lock }: { language: SandboxLanguage; lock: string },
    onLog: ToolLog,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (lock === '' || language === 'bash' || language === 'postgresql') return null;
    const key = cacheKey(lock, await this.versionOf(language));
    return await once(this.context.cacheFolder, language, key, signal, (folder) =>
      language === 'python3'
        ? installPython(this.context, this.python(), lock, folder, onLog, signal)
        : installTypescript(this.context, lock, folder, onLog, signal),
    );
  }

  private python(): Python {
    const { python3 } = this.context.interpreters;
    if (!python3) throw new Error('This worker has no Python 3.10 or newer. Install one, or set PYTHON_PATH.');
    return python3;
  }

  /** Compiled packages fit one version only. */
  private versionOf(language: 'python3' | 'bun' | 'deno'): Promise<string> {
    if (language === 'python3') return Promise.resolve(this.python().version);
    const program = this.context.interpreters[language];
    if (!program) throw new Error(`${language} was not found on this worker.`);
    const known = this.versions.get(language);
    if (known) return known;
    const asked = run(program, ['--version']).then(({ stdout }) => stdout.split('\n')[0]?.trim() ?? '');
    this.versions.set(language, asked);
    return asked;
  }
}
