import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@/core/errors';
import { type ClaimedFlow, type ClaimedJob, type ClaimedScript, isFlowKind, type Settlement } from '@/core/job/model';
import { MicroBatch } from '@/core/ledger/batch';
import { claimJobs } from '@/core/ledger/claim';
import { endStepsOf } from '@/core/ledger/flow-steps';
import { MAX_LOST } from '@/core/ledger/model';
import { releaseJob, retryJob, returnBroken, Settler } from '@/core/ledger/settle';
import { isTransient } from '@/core/platform/db';
import { type Attempt, failure } from './attempt';
import { ownRun } from './flow/owner';
import type { Leases, RunningJob } from './leases';
import { type Machine, runJob } from './run-job';

/** A settlement is tried again for as long as the lease may still be ours. */
const SETTLE_RETRY_MS = 300;
/** A batch names its jobs in one notification, which Postgres limits to 8,000 bytes. */
const MAX_BATCH = 100;

const isFlow = (job: ClaimedJob): job is ClaimedFlow => isFlowKind(job.kind);

/** What a slot does after a job: the next one, none, or it has to ask. */
type Next = ClaimedJob | null | 'ask';

export interface SlotsOptions {
  readonly workerId: string;
  readonly group: string;
  readonly slots: number;
  readonly machine: Machine;
  /** what runs here, and keeps its leases */
  readonly leases: Leases;
  /** the tags it takes at this moment */
  readonly tags: () => readonly string[];
  readonly say: (sentence: string, level?: 'info' | 'warn' | 'error') => void;
}

/**
 * A doorbell opens a slot; a slot runs jobs one after the other, each settled in the same commit that claims the next,
 * until nothing is due.
 */
export class Slots {
  private readonly open = new Set<Promise<void>>();
  private readonly settler: Settler;
  private readonly claims: MicroBatch<null, { job: ClaimedJob | null }>;
  private isClosing = false;
  jobsDone = 0;

  constructor(private readonly options: SlotsOptions) {
    const tags = () => (this.isClosing ? [] : options.tags());
    this.settler = new Settler(options.workerId, tags, Math.min(options.slots, MAX_BATCH));
    this.claims = new MicroBatch(async (openSlots) => {
      const jobs = this.isClosing ? [] : await claimJobs(options.workerId, options.tags(), openSlots.length);
      return openSlots.map((_, index) => ({ job: jobs[index] ?? null }));
    }, options.slots);
  }

  /** Stops taking jobs; what runs goes on. */
  close(): void {
    this.isClosing = true;
  }

  reopen(): void {
    this.isClosing = false;
  }

  /** Looks for due jobs in every free slot: those that waited for a worker may have no doorbell left. */
  wake(atMost = this.options.slots): void {
    for (let free = Math.min(atMost, this.options.slots - this.open.size); free > 0; free--)
      this.serve().catch(() => {});
  }

  /** Resolves when no slot is open. */
  async drained(): Promise<void> {
    while (this.open.size > 0) await Promise.allSettled(this.open);
  }

  /**
   * One doorbell: runs due jobs until none is left. A bell for a job that somebody else took finds nothing. More bells
   * than slots come only while graphile-worker is being replaced; they wait.
   */
  async serve(): Promise<void> {
    while (this.open.size >= this.options.slots) await Promise.race(this.open);
    const slot = this.work();
    this.open.add(slot);
    await slot.finally(() => this.open.delete(slot));
  }

  private async work(): Promise<void> {
    let job = await this.nextJob();
    while (job !== null) {
      const next = await this.runOne(job);
      job = next === 'ask' ? await this.nextJob() : next;
    }
  }

  private async nextJob(): Promise<ClaimedJob | null> {
    return this.isClosing ? null : (await this.claims.add(null)).job;
  }

  /** Runs one claimed job to its settlement. */
  private async runOne(job: ClaimedJob): Promise<Next> {
    const entry: RunningJob = {
      job,
      stopper: new AbortController(),
      claimedMs: performance.now(),
      stop: null,
      step: null,
    };
    this.options.leases.hold(entry);
    this.announce(job);
    try {
      return isFlow(job) ? await this.own(entry, job) : await this.runToEnd(entry, job);
    } catch (error) {
      this.options.say(`job ${job.id} was let go: ${messageOf(error)}`, 'error');
      await this.giveUp(entry, `The worker could not run it (${messageOf(error)}).`).catch(() => {});
      return 'ask';
    } finally {
      this.options.leases.drop(entry);
    }
  }

  /** A fault of ours must not go round for ever: it counts like a dead worker, and the third ends the job. */
  private async giveUp(entry: RunningJob, detail: string): Promise<void> {
    if (entry.stop?.kind === 'fenced') return;
    const isLast = entry.job.lostCount + 1 >= MAX_LOST;
    if (isLast) {
      await this.end(entry, failure('failed', 'WorkerFault', `Failed: ${detail}`), false);
      if (isFlow(entry.job)) await this.persist(entry, () => endStepsOf(entry.job.id));
    } else await this.persist(entry, () => returnBroken(entry.job, detail));
  }

  /** Advances a flow that this slot owns now; its lease covers the steps that it runs by itself. */
  private async own(entry: RunningJob, job: ClaimedFlow): Promise<Next> {
    const { workerId, group, machine, tags } = this.options;
    await ownRun(job, {
      workerId,
      group,
      machine,
      tags,
      isClosing: () => this.isClosing,
      signal: entry.stopper.signal,
      reason: () => entry.stop,
      running: (step) => {
        entry.step = step;
        if (step === null) this.jobsDone += 1;
      },
      persist: (write) => this.persist(entry, write),
    });
    if (entry.stop?.kind === 'released' || entry.stop?.kind === 'silent') await this.giveBack(entry);
    return 'ask';
  }

  private async giveBack(entry: RunningJob): Promise<void> {
    const { workerId } = this.options;
    const why = entry.stop?.kind === 'released' ? `Worker ${workerId} stopped` : `Worker ${workerId} lost the database`;
    await this.persist(entry, () => releaseJob(entry.job, `${why}; the job was put back into the queue.`));
  }

  private async runToEnd(entry: RunningJob, job: ClaimedScript): Promise<Next> {
    const verdict = await runJob(job, this.options.machine, {
      signal: entry.stopper.signal,
      reason: () => entry.stop,
    }).catch((error: unknown) => {
      // Stopped while it waited for the database: nothing has run, and the reason to stop says what to do.
      if (entry.stop === null) throw error;
      return null;
    });
    if (entry.stop?.kind === 'fenced') return 'ask';
    if (entry.stop?.kind === 'released' || entry.stop?.kind === 'silent') {
      await this.giveBack(entry);
      return 'ask';
    }
    this.jobsDone += 1;
    if (verdict === null) return this.end(entry, cancelledMeanwhile);
    if (verdict.kind === 'retry' && (await this.persist(entry, () => retryJob(job, verdict.delayS, verdict.detail))))
      return 'ask';
    if (verdict.kind === 'broken' && (await this.persist(entry, () => returnBroken(job, verdict.detail)))) return 'ask';
    return this.end(entry, verdict.kind === 'end' ? verdict.attempt : cancelledMeanwhile);
  }

  private async end(entry: RunningJob, attempt: Attempt, wantsNext = !this.isClosing): Promise<ClaimedJob | null> {
    const { job, stop } = entry;
    const end: Settlement = {
      jobId: job.id,
      leaseToken: job.leaseToken,
      worker: this.options.workerId,
      workerGroup: this.options.group,
      cancelledBy: attempt.outcome === 'cancelled' && stop?.kind === 'cancelled' ? stop.by : null,
      ...attempt,
    };
    const answer = await this.persist(entry, () => this.settler.settle({ end, wantsNext }));
    if (answer && !answer.isAccepted)
      this.options.say(`job ${job.id}: the result came too late and was dropped`, 'warn');
    return answer ? answer.next : null;
  }

  /** Writes, and tries again while the database is away and the lease may still be ours. Null: it was lost meanwhile. */
  private async persist<Result>(entry: RunningJob, write: () => Promise<Result>): Promise<Result | null> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isTransient(error)) throw error;
        if (entry.stop?.kind === 'fenced') return null;
        await delay(SETTLE_RETRY_MS);
      }
    }
  }

  private announce(job: ClaimedJob): void {
    const { group, workerId } = this.options;
    this.options.say(
      `picked up job ${job.id} path=${job.path ?? job.kind} tag=${job.tag} worker_group=${group} worker=${workerId}`,
    );
  }
}

/** A retry that was refused because a cancel came first ends as cancelled. */
const cancelledMeanwhile = failure('cancelled', 'Canceled', 'Cancelled before it could be tried again.');
