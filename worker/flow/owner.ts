import type { ApprovalRequest } from '@/core/approval/model';
import { approvalEnds } from '@/core/approval/queries';
import { messageOf } from '@/core/errors';
import { advance } from '@/core/flow/run/advance';
import { errorOfResult, stepError } from '@/core/flow/run/errors';
import type { Effect, Interruption, RunEnd, RunEvent, RunNode, StepError } from '@/core/flow/run/model';
import { type StoredNode, storedNode } from '@/core/flow/run/stored';
import type { ClaimedFlow, NewJob } from '@/core/job/model';
import {
  adoptStep,
  type Committed,
  commitRun,
  type InlineEnd,
  type RunCommit,
  type RunEnding,
} from '@/core/ledger/flow-commit';
import { loadRun, lookForNews, newsOf } from '@/core/ledger/flow-load';
import { MAX_LOST } from '@/core/ledger/model';
import { sha256 } from '@/core/platform/secrets';
import { type Attempt, failure, labelsIn, type Machine, runJob, type StopReason } from '../run-job';
import { answersTo, type Made, nothingMade } from './answers';
import { KnownRuns } from './known-runs';
import { parkingOf } from './parking';
import { RunInMemory } from './run-in-memory';
import { inlineScript } from './step-jobs';

/** How often, at most, pages hear of the steps that an owner runs by itself. */
const TELL_EVERY_MS = 250;

/** What a slot lends to the owner of a flow. */
export interface OwnerContext {
  readonly workerId: string;
  readonly group: string;
  readonly machine: Machine;
  readonly tags: () => readonly string[];
  readonly isClosing: () => boolean;
  readonly signal: AbortSignal;
  readonly reason: () => StopReason | null;
  /** a step that is run here can be stopped by its id, as long as it runs */
  readonly running: (job: { readonly id: string; readonly stop: (by: string, because: string) => void } | null) => void;
  /** writes, and again while the database is away; null: the lease was lost meanwhile */
  readonly persist: <Result>(write: () => Promise<Result>) => Promise<Result | null>;
}

const known = new KnownRuns();

/** Advances a run as far as it goes here: to its end, or until it waits. Writes nothing after the lease is lost. */
export async function ownRun(flow: ClaimedFlow, context: OwnerContext): Promise<void> {
  const run = await context.persist(() => openRun(flow));
  if (run === null) return;
  const owner = new Owner(run, context);
  const end = await owner.go();
  if (end === 'parked') known.keep(run);
  if (end === 'ended') context.machine.sandboxes.endRun(flow.id);
}

async function openRun(flow: ClaimedFlow): Promise<RunInMemory> {
  const remembered = known.take(flow);
  if (remembered !== null) return remembered;
  const stored = await loadRun(flow.id);
  if (stored === null) throw new Error(`Flow run ${flow.id} has no definition.`);
  const run = new RunInMemory(flow, stored);
  await run.readInput();
  return run;
}

/** What has been decided since the last commit. */
interface Pending {
  readonly before: Map<string, RunNode | undefined>;
  readonly cleared: string[];
  readonly effects: Effect[];
  readonly made: Made;
  hasMore: boolean;
  end: RunEnd | null;
}

const nothingPending = (): Pending => ({
  before: new Map(),
  cleared: [],
  effects: [],
  made: nothingMade(),
  hasMore: false,
  end: null,
});

interface FinishedStep {
  readonly job: NewJob;
  readonly attempt: Attempt;
  readonly cancelledBy: string | null;
}

class Owner {
  private readonly clockMs: number;
  private isFirst = true;
  private lastToldMs = 0;
  /** the step that has ended here and is not written yet */
  private finished: FinishedStep | null = null;

  constructor(
    private readonly run: RunInMemory,
    private readonly context: OwnerContext,
  ) {
    this.clockMs = run.flow.nowMs - performance.now();
  }

  /** The database's time, as far as it is known without asking. */
  private get nowMs(): number {
    return this.clockMs + performance.now();
  }

  async go(): Promise<Committed> {
    let events: RunEvent[] = await this.news();
    for (;;) {
      const pending = await this.decide(events);
      if (pending === null) return 'fenced';
      const inline = this.inlineOf(pending);
      const committed = await this.context.persist(async () =>
        commitRun(this.run.flow, await this.commitOf(pending, inline)),
      );
      if (committed === null || committed === 'fenced') return 'fenced';
      if (committed === 'ended' || committed === 'parked') return committed;
      this.finished = null;
      if (inline !== null) {
        const ended = await this.runInline(inline);
        if (ended === null) return 'fenced';
        events = ended;
      } else events = pending.hasMore ? [{ kind: 'resume' }] : await this.news();
      const stop = this.context.reason();
      if (stop !== null && stop.kind !== 'cancelled' && this.finished === null) return 'fenced';
    }
  }

  /** What is new since this worker, or another, last looked. */
  private async news(): Promise<RunEvent[]> {
    const { run, context } = this;
    let { cancel } = run.flow;
    if (!this.isFirst) {
      const head = await context.persist(() => lookForNews(run.flow.id, run.flow.leaseToken));
      if (head === null) return [];
      cancel = head.cancel;
    }
    this.isFirst = false;
    const events: RunEvent[] = [...(await this.stepNews()), ...(await this.decisions())];
    const interruption = this.interruptionOf(cancel);
    if (interruption !== null) events.unshift({ kind: 'interrupted', interruption });
    return [...events, { kind: 'resume' }];
  }

  private interruptionOf(cancel: ClaimedFlow['cancel']): Interruption | null {
    const stop = this.context.reason();
    if (cancel !== null) return { kind: 'cancelled', ...cancel };
    if (stop?.kind === 'cancelled') return { kind: 'cancelled', by: stop.by, because: stop.because };
    const { timeoutAtMs, timeoutMs } = this.run.flow;
    return this.nowMs >= timeoutAtMs ? { kind: 'timed_out', afterS: timeoutMs / 1_000 } : null;
  }

  private async stepNews(): Promise<RunEvent[]> {
    const { run, context } = this;
    const jobIds = run.openNodes.flatMap((node) =>
      node.type === 'step' && node.phase === 'active' ? (node.jobId ?? []) : [],
    );
    const found = (await context.persist(() => newsOf(jobIds))) ?? [];
    const events: RunEvent[] = [];
    for (const { jobId, key, outcome, resultJson } of found) {
      if (outcome === null) await context.persist(() => adoptStep(run.flow, jobId));
      else
        events.push({
          kind: 'step_ended',
          key,
          jobId,
          error: errorOf(outcome, resultJson),
          isCancelled: outcome === 'cancelled',
        });
    }
    return events;
  }

  private async decisions(): Promise<RunEvent[]> {
    const { run, context } = this;
    const asking = new Set(
      run.openNodes.flatMap((node) => (node.type === 'step' && node.phase === 'asking' ? (node.approvalId ?? []) : [])),
    );
    if (asking.size === 0) return [];
    const ends = (await context.persist(() => approvalEnds(run.flow.id))) ?? [];
    return ends
      .filter(({ id }) => asking.has(id))
      .map(({ id, nodeKey, outcome, decisions }) => ({
        kind: 'decided',
        key: nodeKey,
        approvalId: id,
        outcome,
        decisions: decisions.map(({ formJson, ...decision }) => ({ ...decision, formJson: formJson ?? 'null' })),
      }));
  }

  /** Takes events and answers questions until nothing is asked any more. Null: the lease was lost. */
  private async decide(first: readonly RunEvent[]): Promise<Pending | null> {
    const { run, context } = this;
    const pending = nothingPending();
    let events: readonly RunEvent[] = first;
    while (events.length > 0) {
      const result = advance(run.state, events, this.nowMs);
      for (const { key } of result.changed) if (!pending.before.has(key)) pending.before.set(key, run.node(key));
      run.apply(result);
      pending.cleared.push(...result.cleared);
      pending.effects.push(...result.effects);
      pending.hasMore ||= result.hasMore;
      pending.end = result.end;
      const answers = await context.persist(() => answersTo(run, result.wants, pending.made));
      if (answers === null) return null;
      events = answers;
      if (run.state.preprocesses) await run.readInput();
    }
    return pending;
  }

  /** The one step that can run now and be run right here; null: none, or several. */
  private inlineOf({ effects, made, hasMore, end }: Pending): NewJob | null {
    const { run, context } = this;
    const starts = effects.filter(({ kind }) => kind === 'start');
    const [start] = starts;
    if (start?.kind !== 'start' || starts.length > 1 || hasMore || end !== null || context.isClosing()) return null;
    if (effects.some(({ kind }) => kind === 'withdraw') || run.state.interruption !== null) return null;
    const others = run.openNodes.filter((node) => node.type === 'step' && isBusy(node) && node.key !== start.key);
    const job = made.jobs.get(start.jobId);
    const isOurs = job !== undefined && job.limit === null && context.tags().includes(job.tag);
    return others.length === 0 && isOurs && this.isCurrent(start) ? job : null;
  }

  private isCurrent(effect: Effect): boolean {
    const node = this.run.node(effect.key);
    return node?.type === 'step' && node.phase === 'active' && effect.kind !== 'ask' && node.jobId === effect.jobId;
  }

  private async commitOf(pending: Pending, inline: NewJob | null): Promise<RunCommit> {
    const { context, finished } = this;
    const { effects, made, cleared, end } = pending;
    const queued = effects.flatMap((effect) => {
      const job = effect.kind === 'start' && this.isCurrent(effect) ? made.jobs.get(effect.jobId) : undefined;
      return job === undefined || job === inline ? [] : [job];
    });
    const withdrawn = effects.flatMap((effect) =>
      effect.kind === 'withdraw' && this.isCurrent(effect) ? [{ jobId: effect.jobId, isForced: effect.isForced }] : [],
    );
    return {
      worker: context.workerId,
      workerGroup: context.group,
      cleared,
      nodes: this.written(pending),
      inlineEnd: finished === null ? null : this.inlineEnd(finished),
      inlineStart: inline,
      queued,
      withdrawn,
      asked: this.asked(pending),
      argsJson: this.newInput(pending),
      isTold: this.mayTell(),
      next: await this.nextOf(pending, inline, end, withdrawn.length > 0),
    };
  }

  private async nextOf(
    pending: Pending,
    inline: NewJob | null,
    end: RunEnd | null,
    withdraws: boolean,
  ): Promise<RunCommit['next']> {
    if (end !== null) return { kind: 'end', ending: await this.endingOf(end) };
    // What was withdrawn before it started has ended already, and nobody else will say so.
    if (inline !== null || pending.hasMore || withdraws) return { kind: 'go_on' };
    return { kind: 'park', parking: parkingOf(this.run) };
  }

  private written({ before, cleared }: Pending): StoredNode[] {
    return [...before].flatMap(([key, old]) => {
      const node = this.run.node(key);
      const wasCleared = cleared.some((step) => key.startsWith(`${step}/`));
      return node === undefined ? [] : [storedNode(node, wasCleared ? undefined : old)];
    });
  }

  private inlineEnd({ job, attempt, cancelledBy }: FinishedStep): InlineEnd {
    const { workerId, group } = this.context;
    return { jobId: job.id, worker: workerId, workerGroup: group, cancelledBy, ...attempt };
  }

  private asked({ effects, made }: Pending): ApprovalRequest[] {
    const { flow } = this.run;
    return effects.flatMap((effect) => {
      const asked = effect.kind === 'ask' ? made.questions.get(effect.approvalId) : undefined;
      if (asked === undefined || effect.kind !== 'ask') return [];
      return [
        {
          id: effect.approvalId,
          workspaceId: flow.workspaceId,
          runId: flow.id,
          nodeKey: effect.key,
          stepJobId: asked.node.jobId,
          question: asked.question,
          askedBy: flow.createdBy,
          shownHash: sha256(`${JSON.stringify(asked.question)}|${flow.argsJson}`),
        },
      ];
    });
  }

  /** The run's arguments, once its preprocessor has made them. */
  private newInput({ before }: Pending): string | null {
    const { preprocessor } = this.run.executable;
    if (!this.run.state.preprocesses || preprocessor === null || !before.has(preprocessor.id)) return null;
    const json = this.run.inputJson('');
    return json === this.run.flow.argsJson ? null : json;
  }

  private mayTell(): boolean {
    const now = performance.now();
    if (now - this.lastToldMs < TELL_EVERY_MS) return false;
    this.lastToldMs = now;
    return true;
  }

  private async endingOf(end: RunEnd): Promise<RunEnding> {
    const resultJson = await this.run.results.value(end.result);
    const { interruption } = this.run.state;
    return {
      outcome: end.outcome,
      resultJson,
      reason: end.reason,
      isSkipped: end.isSkipped,
      cancelledBy: interruption?.kind === 'cancelled' ? interruption.by : null,
      labels: end.outcome === 'succeeded' ? labelsIn(resultJson) : [],
    };
  }

  /** Runs a step under the flow's own lease. Null: the lease is lost, or given back. */
  private async runInline(job: NewJob): Promise<RunEvent[] | null> {
    const { context } = this;
    const stopped: { reason: StopReason | null } = { reason: null };
    const stopper = new AbortController();
    const stop = () => stopper.abort();
    context.signal.addEventListener('abort', stop, { once: true });
    context.running({
      id: job.id,
      stop: (by, because) => {
        stopped.reason = { kind: 'cancelled', by, because };
        stopper.abort();
      },
    });
    const reason = () => context.reason() ?? stopped.reason;
    if (context.signal.aborted) stopper.abort();
    try {
      const attempt = await this.attemptOf(job, { signal: stopper.signal, reason });
      const why = reason();
      if (attempt === null || (why !== null && why.kind !== 'cancelled')) return null;
      return this.take(job, attempt, why);
    } finally {
      context.running(null);
      context.signal.removeEventListener('abort', stop);
    }
  }

  private take(job: NewJob, attempt: Attempt, why: StopReason | null): RunEvent[] {
    const cancelledBy = attempt.outcome === 'cancelled' && why?.kind === 'cancelled' ? why.by : null;
    this.finished = { job, attempt, cancelledBy };
    this.run.results.keep(job.id, attempt.resultJson);
    const error = attempt.outcome === 'succeeded' ? null : errorOf(attempt.outcome, attempt.resultJson);
    const isCancelled = attempt.outcome === 'cancelled';
    const ended: RunEvent = { kind: 'step_ended', key: job.stepKey ?? '', jobId: job.id, error, isCancelled };
    const interruption = this.interruptionOf(null);
    return interruption === null ? [ended] : [{ kind: 'interrupted', interruption }, ended];
  }

  /** The step's own attempt; a sandbox that breaks is tried again, as a queued job would be. */
  private async attemptOf(
    job: NewJob,
    stop: { readonly signal: AbortSignal; readonly reason: () => StopReason | null },
  ): Promise<Attempt | null> {
    const { flow } = this.run;
    const leftMs = Math.max(1_000, flow.timeoutAtMs - this.nowMs);
    const timeoutMs = Math.min(job.timeoutS * 1_000, leftMs);
    for (let lost = 0; lost < MAX_LOST; lost++) {
      const verdict = await runJob(inlineScript(flow, job, lost, timeoutMs), this.context.machine, stop).catch(
        (error: unknown) => {
          if (stop.reason() === null) throw error;
          return null;
        },
      );
      if (verdict === null) return null;
      if (verdict.kind === 'end') return verdict.attempt;
      if (verdict.kind === 'retry') throw new Error('A step is tried again by its flow only.');
    }
    return failure('failed', 'SandboxLost', `Failed: its sandbox broke ${MAX_LOST} times.`);
  }
}

const isBusy = (node: RunNode): boolean =>
  node.type === 'step' &&
  (node.jobId !== null ? node.phase === 'active' : ['asking', 'sleeping', 'delayed'].includes(node.phase));

function errorOf(outcome: string, resultJson: string | null): StepError | null {
  if (outcome === 'succeeded') return null;
  try {
    return errorOfResult(JSON.parse(resultJson ?? 'null'));
  } catch (error) {
    return stepError('Error', messageOf(error));
  }
}
