import { z } from 'zod';
import type { ClaimedJob } from '@/core/job/model';
import { HEARTBEAT_MS, LEASE_MS, SELF_FENCE_MS } from '@/core/ledger/model';
import { type Renewal, releaseUnknown, renewLeases } from '@/core/ledger/settle';
import { isTransient } from '@/core/platform/db';
import type { StopReason } from './attempt';
import type { Machine } from './run-job';

export interface RunningJob {
  readonly job: ClaimedJob;
  readonly stopper: AbortController;
  /** when it began, by `performance.now()` */
  readonly claimedMs: number;
  stop: StopReason | null;
  /** the step that a flow's owner runs by itself at the moment */
  step: { readonly id: string; readonly stop: (by: string, because: string) => void } | null;
}

export interface LeasesOptions {
  readonly workerId: string;
  readonly machine: Machine;
  readonly say: (sentence: string, level?: 'info' | 'warn' | 'error') => void;
}

/**
 * What a worker runs now. Leases are renewed for exactly the jobs in here, so a job that is not really running is never
 * kept alive by accident.
 */
export class Leases {
  private readonly running = new Map<string, RunningJob>();
  private lastRenewalMs = performance.now();
  private isDatabaseAway = false;

  constructor(private readonly options: LeasesOptions) {}

  get count(): number {
    return this.running.size;
  }

  hold(entry: RunningJob): void {
    this.running.set(entry.job.leaseToken, entry);
  }

  drop(entry: RunningJob): void {
    this.running.delete(entry.job.leaseToken);
  }

  private stopJob(entry: RunningJob, reason: StopReason): void {
    if (entry.stop?.kind === 'fenced' || entry.stop?.kind === 'silent') return;
    entry.stop = reason;
    entry.stopper.abort();
  }

  /**
   * Renews all leases; stops what was cancelled and what is no longer ours; gives back leases in our name that no slot
   * knows of (the answer to a claim was lost with its connection).
   */
  async renew(): Promise<void> {
    const tokens = [...this.running.keys()];
    const startedMs = performance.now();
    let renewals: Map<string, Renewal>;
    try {
      renewals = new Map((await renewLeases(tokens, LEASE_MS)).map((renewal) => [renewal.leaseToken, renewal]));
      this.isDatabaseAway = false;
    } catch (error) {
      this.isDatabaseAway = isTransient(error);
      throw error;
    }
    this.lastRenewalMs = startedMs;
    for (const token of tokens) {
      const entry = this.running.get(token);
      if (entry === undefined) continue;
      const renewal = renewals.get(token);
      if (renewal === undefined) {
        // Settled between the two reads, or lost. A settled one has left the map by now or is about to.
        this.loseLater(token);
      } else if (renewal.cancelBy !== null && entry.stop === null) {
        this.stopJob(entry, { kind: 'cancelled', by: renewal.cancelBy, because: renewal.cancelReason ?? '' });
      } else if (renewal.stepCancelJson !== null) stopStep(entry, renewal.stepCancelJson);
    }
    const { workerId } = this.options;
    await releaseUnknown(workerId, tokens, `Worker ${workerId} never heard that it got the job; it was put back.`);
  }

  private loseLater(token: string): void {
    setTimeout(() => {
      const entry = this.running.get(token);
      if (entry === undefined) return;
      this.options.say(`job ${entry.job.id}: the lease was lost, killing it here`, 'warn');
      this.stopJob(entry, { kind: 'fenced' });
    }, HEARTBEAT_MS / 2).unref();
  }

  /**
   * Without a renewal for half a lease somebody else may soon start our jobs: kill them while they are still ours. When
   * it was the database that did not answer, they are given back; otherwise this process was away, which is what a
   * poison job does to a worker, and the sweeper counts it.
   */
  fenceIfSilent(): void {
    const nowMs = performance.now();
    const silent = [...this.running.values()].filter(
      ({ stop, claimedMs }) =>
        stop?.kind !== 'fenced' &&
        stop?.kind !== 'silent' &&
        nowMs - Math.max(this.lastRenewalMs, claimedMs) >= SELF_FENCE_MS,
    );
    if (silent.length === 0) return;
    this.options.say(
      `no heartbeat for ${SELF_FENCE_MS / 1000} s: killing ${silent.length} running jobs, others will take them`,
      'error',
    );
    for (const entry of silent) this.stopJob(entry, { kind: this.isDatabaseAway ? 'silent' : 'fenced' });
    // A job that was claimed a moment ago is not silent; then those that are get a moment to end by themselves.
    if (silent.length === this.running.size) this.options.machine.sandboxes.killAll();
  }

  /** True when the job runs here. */
  has(jobId: string): boolean {
    return [...this.running.values()].some(({ job, step }) => job.id === jobId || step?.id === jobId);
  }

  /** Gives back what still runs. */
  releaseAll(): void {
    for (const entry of this.running.values()) this.stopJob(entry, { kind: 'released' });
  }
}

const stepCancelSchema = z.object({ jobId: z.string(), by: z.string(), because: z.string() });

/** Somebody asked to stop a flow's step that its owner runs; one that has ended meanwhile is not meant. */
function stopStep({ step }: RunningJob, json: string): void {
  const asked = stepCancelSchema.safeParse(JSON.parse(json));
  if (asked.success && step?.id === asked.data.jobId) step.stop(asked.data.by, asked.data.because);
}
