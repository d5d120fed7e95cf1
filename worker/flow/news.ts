import { approvalEnds } from '@/core/approval/queries';
import { messageOf } from '@/core/errors';
import { errorOfResult, stepError } from '@/core/flow/run/errors';
import type { Interruption, RunEvent, StepError } from '@/core/flow/run/model';
import type { ClaimedFlow } from '@/core/job/model';
import { endOfJob } from '@/core/job/queries';
import { adoptStep } from '@/core/ledger/flow-commit';
import { lookForNews, newsOf } from '@/core/ledger/flow-load';
import type { OwnerContext } from './context';
import type { RunInMemory } from './run-in-memory';

/** Finds out what happened to a run while nobody looked: ends of steps, answers of people, a cancel, its deadline. */
export class RunNews {
  private isFirst = true;

  constructor(
    private readonly run: RunInMemory,
    private readonly context: OwnerContext,
    /** the database's time, as far as it is known without asking */
    private readonly nowMs: () => number,
  ) {}

  /** What is new since this worker, or another, last looked. Nothing when the lease is lost: the next commit will say so. */
  async read(): Promise<RunEvent[]> {
    const { run, context } = this;
    let { cancel } = run.flow;
    if (!this.isFirst) {
      const head = await context.persist(() => lookForNews(run.flow.id, run.flow.leaseToken));
      if (head === null) return [];
      cancel = head.cancel;
    }
    this.isFirst = false;
    const events: RunEvent[] = [...(await this.ofSteps()), ...(await this.ofPeople())];
    const interruption = this.interruption(cancel);
    if (interruption !== null) events.unshift({ kind: 'interrupted', interruption });
    return [...events, { kind: 'resume' }];
  }

  interruption(cancel: ClaimedFlow['cancel']): Interruption | null {
    const stop = this.context.reason();
    if (cancel !== null) return { kind: 'cancelled', ...cancel };
    if (stop?.kind === 'cancelled') return { kind: 'cancelled', by: stop.by, because: stop.because };
    const { timeoutAtMs, timeoutMs } = this.run.flow;
    return this.nowMs() >= timeoutAtMs ? { kind: 'timed_out', afterS: timeoutMs / 1_000 } : null;
  }

  private async ofSteps(): Promise<RunEvent[]> {
    const { run, context } = this;
    const jobIds = run.openNodes.flatMap((node) =>
      node.type === 'step' && node.phase === 'active' ? (node.jobId ?? []) : [],
    );
    const found = (await context.persist(() => newsOf(jobIds))) ?? [];
    const events: RunEvent[] = [];
    for (const { jobId, key, outcome, resultJson } of found) {
      if (outcome === null) await context.persist(() => adoptStep(run.flow, jobId));
      else events.push(stepEnded(run, key, jobId, outcome, await this.resultOf(key, jobId, resultJson)));
    }
    return events;
  }

  /** The news bring no results of steps that succeeded; what the preprocessor made decides how the run goes on. */
  private async resultOf(key: string, jobId: string, resultJson: string | null): Promise<string | null> {
    if (resultJson !== null || !isPreprocessor(this.run, key)) return resultJson;
    return (await this.context.persist(() => endOfJob(jobId)))?.resultJson ?? null;
  }

  private async ofPeople(): Promise<RunEvent[]> {
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
}

const isPreprocessor = ({ executable, state }: RunInMemory, key: string): boolean =>
  state.preprocesses && executable.preprocessor?.id === key;

/** A step's end as the rules take it. A preprocessor that makes no input has failed, whatever its job says. */
export function stepEnded(
  run: RunInMemory,
  key: string,
  jobId: string,
  outcome: string,
  resultJson: string | null,
): RunEvent {
  const hasFailed = outcome !== 'succeeded';
  const makesInput = hasFailed || !isPreprocessor(run, key) || (resultJson?.startsWith('{') ?? false);
  const error = hasFailed ? errorOf(resultJson) : makesInput ? null : stepError('BadPreprocessor', NO_INPUT);
  return { kind: 'step_ended', key, jobId, error, isCancelled: outcome === 'cancelled' };
}

const NO_INPUT = 'The preprocessor returned no object. It has to return an object with the inputs of the flow.';

function errorOf(resultJson: string | null): StepError {
  try {
    return errorOfResult(JSON.parse(resultJson ?? 'null'));
  } catch (error) {
    return stepError('Error', messageOf(error));
  }
}
