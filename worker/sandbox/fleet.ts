import { BindingError, encodeJob } from '@/worker/runtimes/payload';
import { RUNTIME_THREADS } from '@/worker/sandbox/bubblewrap';
import type { Cgroups } from '@/worker/sandbox/cgroup';
import { DedicatedSandboxes } from '@/worker/sandbox/dedicated';
import type { Isolation } from '@/worker/sandbox/isolation';
import type { Launcher } from '@/worker/sandbox/launcher';
import type { LogSink } from '@/worker/sandbox/log-pump';
import {
  SANDBOX_LANGUAGES,
  type Sandboxes,
  type SandboxJob,
  type SandboxLanguage,
  type SandboxLimits,
  type SandboxMode,
  type SandboxOptions,
  type SandboxOutcome,
} from '@/worker/sandbox/model';
import {
  currentFingerprint,
  dependencyPathInJob,
  interpreterOf,
  type PlanContext,
  planKey,
  planSandbox,
} from '@/worker/sandbox/plan';
import { WarmPool } from '@/worker/sandbox/pool';
import { runInSandbox } from '@/worker/sandbox/run-job';
import { Sandbox, type SandboxPlan } from '@/worker/sandbox/sandbox';

const DEFAULT_GRACE_MS = 5_000;
const DEFAULT_IDLE_MS = 60_000;
const DEFAULT_MAX_IDLE = 16;
/** A run's next step comes within milliseconds, or it waits for somebody: then the memory is worth more. */
const RUN_IDLE_MS = 5_000;

/** All sandboxes of one worker. */
export class Fleet implements Sandboxes {
  readonly mode: SandboxMode;
  private readonly context: PlanContext;
  readonly languages: readonly SandboxLanguage[];
  private readonly pools = new Map<SandboxLanguage, WarmPool>();
  private readonly dedicated: DedicatedSandboxes;
  private readonly ofRuns: DedicatedSandboxes;
  private readonly alive = new Set<Sandbox>();
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<SandboxOutcome>>();
  private readonly plans = new Map<string, SandboxPlan>();

  constructor(
    private readonly isolation: Isolation,
    private readonly launcher: Launcher,
    private readonly cgroups: Cgroups | null,
    private readonly options: SandboxOptions,
  ) {
    const { context } = isolation;
    this.context = context;
    this.mode = context.mode;
    this.languages = SANDBOX_LANGUAGES.filter((language) => interpreterOf(language, context.interpreters) !== null);
    const { idleMs = DEFAULT_IDLE_MS, maxIdle = DEFAULT_MAX_IDLE } = options.dedicated ?? {};
    this.dedicated = new DedicatedSandboxes({ idleMs, maxIdle });
    this.ofRuns = new DedicatedSandboxes({ idleMs: RUN_IDLE_MS, maxIdle });
    for (const language of this.languages) {
      const size = options.warm[language] ?? 0;
      const start = () => this.start(language, options.limits);
      const isCurrent = (sandbox: Sandbox) => sandbox.plan.fingerprint === currentFingerprint(context, language);
      this.pools.set(language, new WarmPool({ size, start, isCurrent }));
    }
  }

  prewarm(): void {
    for (const pool of this.pools.values()) pool.activate();
  }

  async run(
    job: SandboxJob,
    onLog: LogSink,
    signal: AbortSignal,
    onArgs?: (argsJson: string) => void,
  ): Promise<SandboxOutcome> {
    const outcome = this.runOrLose(job, onLog, signal, onArgs ?? null);
    this.running.add(outcome);
    try {
      return await outcome;
    } finally {
      this.running.delete(outcome);
    }
  }

  endRun(runKey: string): void {
    this.ofRuns.retireWhere((key) => key.startsWith(runPrefix(runKey)));
  }

  killAll(): void {
    for (const sandbox of this.alive) {
      sandbox.isCondemned = true;
      sandbox.kill();
    }
    this.dedicated.empty();
    this.ofRuns.empty();
    for (const pool of this.pools.values()) pool.empty();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const pool of this.pools.values()) pool.close();
    this.dedicated.empty();
    this.ofRuns.empty();
    await Promise.allSettled(this.running);
    for (const sandbox of this.alive) sandbox.close();
    await Promise.all([...this.alive].map((sandbox) => sandbox.gone));
    await this.launcher.stop();
    this.cgroups?.close();
    this.isolation.remove();
  }

  private async runOrLose(
    job: SandboxJob,
    onLog: LogSink,
    signal: AbortSignal,
    onArgs: ((argsJson: string) => void) | null,
  ): Promise<SandboxOutcome> {
    const nothing = { memPeakKb: null, runMs: 0 };
    const signals = [signal, this.stopping.signal];
    const isCancelled = () => signals.some((one) => one.aborted);
    if (isCancelled()) return { kind: 'cancelled', ...nothing };
    let sandbox: Sandbox | null = null;
    try {
      const dependencies = dependencyPathInJob(this.context, job.dependencyPath);
      // A value that the language cannot take is found before a sandbox is spent on it.
      if (job.language === 'bash') encodeJob(job, dependencies, true);
      sandbox = await this.sandboxFor(job);
      if (isCancelled()) return { kind: 'cancelled', ...nothing };
      const payload = encodeJob(job, dependencies, sandbox.jobCount === 0);
      const graceMs = this.options.graceMs ?? DEFAULT_GRACE_MS;
      return await runInSandbox(sandbox, job, payload, { graceMs, onLog, onArgs, signals });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof BindingError) {
        return { kind: 'failed', error: { name: 'BadArgument', message }, ...nothing };
      }
      return { kind: 'lost', detail: `The sandbox could not be used: ${message}`, ...nothing };
    } finally {
      if (sandbox) this.release(job, sandbox);
    }
  }

  private release(job: SandboxJob, sandbox: Sandbox): void {
    if (this.stopping.signal.aborted || !sandbox.hasAnswered) sandbox.close();
    else if (job.dedicatedKey !== null) this.dedicated.rest(dedicatedKey(job), sandbox);
    else if (job.runKey !== null) this.ofRuns.rest(runSandboxKey(job.runKey, job), sandbox);
    else sandbox.leave();
  }

  private restingFor(job: SandboxJob): Sandbox | null {
    if (job.dedicatedKey !== null) return this.dedicated.take(dedicatedKey(job));
    return job.runKey === null ? null : this.ofRuns.take(runSandboxKey(job.runKey, job));
  }

  private async sandboxFor(job: SandboxJob): Promise<Sandbox> {
    const resting = this.restingFor(job);
    if (resting) return resting;
    const pool = this.pools.get(job.language);
    if (!pool) throw new Error(`${job.language} is not installed on this worker.`);
    return isSameLimits(job.limits, this.options.limits) ? pool.take() : this.start(job.language, job.limits);
  }

  /** Plans are kept: making one looks at twenty files. */
  private planFor(language: SandboxLanguage, limits: SandboxLimits): SandboxPlan {
    const key = planKey(language, limits, currentFingerprint(this.context, language));
    const plan = this.plans.get(key) ?? planSandbox(this.context, language, limits);
    this.plans.set(key, plan);
    return plan;
  }

  private async start(language: SandboxLanguage, limits: SandboxLimits, isRetryAllowed = true): Promise<Sandbox> {
    const cgroupLimits = { memoryMb: limits.memoryMb, maxProcesses: limits.maxProcesses + RUNTIME_THREADS[language] };
    this.context.view.refresh();
    const plan = this.planFor(language, limits);
    const makeCgroup = () => this.cgroups?.take(cgroupLimits) ?? null;
    const sandbox = await Sandbox.start(plan, this.launcher, makeCgroup, this.isolation.ownFolder);
    this.alive.add(sandbox);
    void sandbox.gone.then(() => this.alive.delete(sandbox));
    try {
      await sandbox.ready;
    } catch (error) {
      if (isRetryAllowed && sandbox.isLaunchLost) return await this.start(language, limits, false);
      throw error;
    }
    return sandbox;
  }
}

/** A changed script or dependency folder is another process, whatever the caller's key says. */
function dedicatedKey(job: SandboxJob): string {
  return JSON.stringify([job.dedicatedKey, job.language, job.dependencyPath, job.limits, job.content]);
}

const runPrefix = (runKey: string): string => `${JSON.stringify([runKey]).slice(0, -1)},`;

/** Steps of one run with the same packages; what each of them runs comes with it. */
function runSandboxKey(runKey: string, job: SandboxJob): string {
  return JSON.stringify([runKey, job.language, job.dependencyPath, job.limits]);
}

/** The caps on result and log are kept by this process, so only the rest must match. */
function isSameLimits(a: SandboxLimits, b: SandboxLimits): boolean {
  return a.memoryMb === b.memoryMb && a.maxProcesses === b.maxProcesses && a.maxFileMb === b.maxFileMb;
}
