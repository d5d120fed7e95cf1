import { advance } from '@/core/flow/run/advance';
import type { RunEvent, RunNode } from '@/core/flow/run/model';
import type { ClaimedFlow, NewJob } from '@/core/job/model';
import { openSealed } from '@/core/job/sealed/queries';
import { commitRun } from '@/core/ledger/flow-commit';
import { loadRun } from '@/core/ledger/flow-load';
import type { Committed, RunCommit } from '@/core/ledger/flow-model';
import { answersTo } from './answers';
import { endFromCache, keepResult } from './cache';
import { commitOf, isCurrent, nothingPending, type Pending, takebackKey } from './commit';
import type { OwnerContext } from './context';
import { type FinishedStep, runInline } from './inline';
import { KnownRuns } from './known-runs';
import { RunNews, stepEnded } from './news';
import { RunInMemory } from './run-in-memory';

/** How often, at most, pages hear of the steps that an owner runs by itself. */
const TELL_EVERY_MS = 250;

const known = new KnownRuns();

/** Advances a run as far as it goes here: to its end, or until it waits. Writes nothing after the lease is lost. */
export async function ownRun(flow: ClaimedFlow, context: OwnerContext): Promise<void> {
  const run = await context.persist(() => openRun(flow));
  if (run === null) return;
  const end = (await endFromCache(run, context)) ? 'ended' : await new Owner(run, context).go();
  if (end === 'parked') known.keep(run);
  if (end === 'ended') context.machine.sandboxes.endRun(flow.id);
}

async function openRun(flow: ClaimedFlow): Promise<RunInMemory> {
  const remembered = known.take(flow);
  if (remembered !== null) return remembered;
  const stored = await loadRun(flow.id);
  if (stored === null) throw new Error(`Flow run ${flow.id} has no definition.`);
  const run = new RunInMemory(flow, stored);
  if (stored.hasSealed) run.unsealed(await openSealed([flow.id], null));
  await run.readInput();
  return run;
}

class Owner {
  private readonly clockMs: number;
  private readonly news: RunNews;
  private readonly sent = new Set<string>();
  private lastToldMs = 0;
  /** the step that has ended here and is not written yet */
  private finished: FinishedStep | null = null;

  constructor(
    private readonly run: RunInMemory,
    private readonly context: OwnerContext,
  ) {
    this.clockMs = run.flow.nowMs - performance.now();
    this.news = new RunNews(run, context, () => this.nowMs);
  }

  /** The database's time, as far as it is known without asking. */
  private get nowMs(): number {
    return this.clockMs + performance.now();
  }

  async go(): Promise<Committed> {
    let events = await this.news.read();
    for (;;) {
      const pending = await this.decide(events);
      if (pending === null) return 'fenced';
      const inline = this.inlineOf(pending);
      const committed = await this.commit(pending, inline);
      if (committed !== 'awake') return committed;
      if (inline !== null) {
        const ended = await this.runInline(inline);
        if (ended === null) return 'fenced';
        events = ended;
      } else events = pending.hasMore ? [{ kind: 'resume' }] : await this.news.read();
      const stop = this.context.reason();
      if (stop !== null && stop.kind !== 'cancelled' && this.finished === null) return 'fenced';
    }
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

  private async commit(pending: Pending, inline: NewJob | null): Promise<Committed> {
    const { run, context, finished, sent } = this;
    const isTold = this.mayTell();
    let written: RunCommit | null = null;
    const committed = await context.persist(async () => {
      written = await commitOf(run, context, pending, { inline, finished, isTold, sent });
      return commitRun(run.flow, written);
    });
    if (committed === null) return 'fenced';
    this.finished = null;
    this.remember(written);
    if (committed === 'ended' && written !== null) await keepResult(run, written);
    return committed;
  }

  private remember(commit: RunCommit | null): void {
    for (const { jobId, isForced } of commit?.withdrawn ?? []) this.sent.add(takebackKey(jobId, isForced));
  }

  /** The one step that can run now and be run right here; null: none, or several. */
  private inlineOf({ effects, made, hasMore, end }: Pending): NewJob | null {
    const { run, context } = this;
    const starts = effects.filter(({ kind }) => kind === 'start');
    const [start] = starts;
    if (start?.kind !== 'start' || starts.length > 1 || hasMore || end !== null || context.isClosing()) return null;
    if (effects.some(({ kind }) => kind === 'withdraw') || run.state.interruption !== null) return null;
    const others = run.openNodes.filter((node) => isBusy(node) && node.key !== start.key);
    const job = made.jobs.get(start.jobId);
    const isOurs = job !== undefined && job.limit === null && context.tags().includes(job.tag);
    return others.length === 0 && isOurs && isCurrent(run, start) ? job : null;
  }

  private mayTell(): boolean {
    const now = performance.now();
    if (now - this.lastToldMs < TELL_EVERY_MS) return false;
    this.lastToldMs = now;
    return true;
  }

  /** Null: the lease is lost, or given back. */
  private async runInline(job: NewJob): Promise<RunEvent[] | null> {
    const finished = await runInline(job, this.run, this.context, this.nowMs);
    if (finished === null) return null;
    this.finished = finished;
    const { outcome, resultJson, hidden } = finished.attempt;
    this.run.results.keep(job.id, resultJson, hidden);
    const ended = stepEnded(this.run, job.stepKey ?? '', job.id, outcome, resultJson);
    const interruption = this.news.interruption(null);
    return interruption === null ? [ended] : [{ kind: 'interrupted', interruption }, ended];
  }
}

const isBusy = (node: RunNode): boolean =>
  node.type === 'step' &&
  (node.jobId !== null ? node.phase === 'active' : ['asking', 'sleeping', 'delayed'].includes(node.phase));
