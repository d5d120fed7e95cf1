/**
 * Shapes between the worker and the sandboxes that run user code.
 *
 * A **sandbox** is one bubblewrap container with one interpreter in it. It takes exactly one job and is gone after it,
 * unless the job names a `dedicatedKey` or a `runKey`: then it takes the jobs of that key one after another.
 */
export const SANDBOX_LANGUAGES = ['python3', 'bun', 'deno', 'bash', 'postgresql'] as const;
export type SandboxLanguage = (typeof SANDBOX_LANGUAGES)[number];

/** `bubblewrap`: isolated. `off`: plain processes in private folders, for administrators who trust every author. */
export type SandboxMode = 'bubblewrap' | 'off';

export interface SandboxLimits {
  readonly memoryMb: number;
  readonly maxProcesses: number;
  /** Largest single file a job may write. */
  readonly maxFileMb: number;
  readonly maxResultBytes: number;
  /** After this many bytes of output the pipe is drained and dropped, with one marker line in the log. */
  readonly maxLogBytes: number;
}

/** A script among files: paths such as `f/team/report.py`, without a leading slash. */
export interface ScriptTree {
  /** of the script itself */
  readonly file: string;
  /** of everything else, with its content */
  readonly files: Readonly<Record<string, string>>;
}

export interface SandboxJob {
  readonly id: string;
  readonly language: SandboxLanguage;
  readonly content: string;
  /** Where the script and the files that it imports lie, below the working folder; null: it is alone. */
  readonly tree: ScriptTree | null;
  readonly args: Readonly<Record<string, unknown>>;
  /** Parameter names in the order of the signature: TypeScript, bash and postgresql bind by position. */
  readonly argNames: readonly string[];
  /** `args` are a request, and this function of the script makes those of main first; null: they are main's. */
  readonly preprocessor: { readonly argNames: readonly string[] } | null;
  /** Set for user code only, never on a command line. */
  readonly env: Readonly<Record<string, string>>;
  /** Names that Python code uses and leaves open, with their values; they exist before its first line runs. */
  readonly globals?: Readonly<Record<string, unknown>>;
  /** Folder made by `installDependencies`, read-only in the job. */
  readonly dependencyPath: string | null;
  /** Jobs with the same key share a process that outlives them; null means a fresh process for this job alone. */
  readonly dedicatedKey: string | null;
  /**
   * The flow run that this job is a step of; null outside flows. The steps of one run share its sandboxes, one for each
   * language and step that runs at the same time: the run is the trust boundary. Python steps fork inside.
   */
  readonly runKey: string | null;
  readonly timeoutMs: number;
  readonly limits: SandboxLimits;
}

export interface SandboxError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly [extra: string]: unknown;
}

export interface SandboxUsage {
  /** From the memory cgroup where there is one; null when the host does not say. */
  readonly memPeakKb: number | null;
  readonly runMs: number;
}

export type SandboxVerdict =
  | { readonly kind: 'succeeded' /** Valid JSON text, ASCII only. */; readonly resultJson: string }
  | { readonly kind: 'failed'; readonly error: SandboxError }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'out_of_memory'; readonly limitMb: number }
  /** The sandbox could not be started or vanished: not the script's fault, safe to run elsewhere. */
  | { readonly kind: 'lost'; readonly detail: string };

export type SandboxOutcome = SandboxUsage & SandboxVerdict;

export interface Sandboxes {
  readonly mode: SandboxMode;
  /** Languages whose interpreter was found on this machine. */
  readonly languages: readonly SandboxLanguage[];
  /**
   * Runs one job to its end. Never rejects: every way to end is an outcome. `onLog` may return a promise; while it is
   * unsettled the job's output pipe is not read further. Aborting `signal` ends the job as `cancelled`. `onArgs` hears
   * what the job's preprocessor made, once, before main begins: a JSON object as text, ASCII only.
   */
  run(
    job: SandboxJob,
    onLog: (text: string) => void | Promise<void>,
    signal: AbortSignal,
    onArgs?: (argsJson: string) => void,
  ): Promise<SandboxOutcome>;
  /** Starts filling the warm pools; returns at once. */
  prewarm(): void;
  /** The run has ended or waits for long: its sandboxes at rest end now instead of after a while. */
  endRun(runKey: string): void;
  /** SIGKILLs every sandbox now; running jobs end as `lost`. For a worker that lost its lease. */
  killAll(): void;
  /** Ends all sandboxes and the launcher process. Running jobs end as `cancelled`. */
  stop(): Promise<void>;
}

export interface SandboxOptions {
  readonly mode: SandboxMode;
  /** Content-addressed dependency folders live here; bound read-only into jobs. */
  readonly cacheFolder: string;
  /** How many idle one-shot sandboxes to keep per language. */
  readonly warm: Readonly<Partial<Record<SandboxLanguage, number>>>;
  /** What warm sandboxes are made with; a job that asks for other limits starts cold. */
  readonly limits: SandboxLimits;
  /** `host` (default): jobs see the host's network, loopback included. `none`: no network at all. */
  readonly network?: 'host' | 'none';
  /** Between SIGTERM and SIGKILL. Default 5000. */
  readonly graceMs?: number;
  readonly dedicated?: { readonly idleMs?: number; readonly maxIdle?: number };
  /** Real Python interpreter; default: the first real one of 3.10 or newer. */
  readonly pythonPath?: string;
  /** Default: bwrap on the PATH. */
  readonly bubblewrapPath?: string;
}
