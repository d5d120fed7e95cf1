import type { ApprovalRequest } from '@/core/approval/model';
import type { Effect, RunEnd, RunNode } from '@/core/flow/run/model';
import { type StoredNode, storedNode } from '@/core/flow/run/stored';
import type { NewJob } from '@/core/job/model';
import type { SealedValue, Valued } from '@/core/job/sealed/model';
import { hiddenOf } from '@/core/job/sealed/rules';
import type { InlineEnd, RunCommit, RunEnding } from '@/core/ledger/flow-model';
import { sha256 } from '@/core/platform/secrets';
import { labelsIn } from '../attempt';
import { type Made, nothingMade } from './answers';
import type { OwnerContext } from './context';
import type { FinishedStep } from './inline';
import { parkingOf } from './parking';
import type { RunInMemory } from './run-in-memory';

/** What has been decided since the last commit. */
export interface Pending {
  /** the nodes that were changed, as they were */
  readonly before: Map<string, RunNode | undefined>;
  readonly cleared: string[];
  readonly effects: Effect[];
  readonly made: Made;
  hasMore: boolean;
  end: RunEnd | null;
}

export const nothingPending = (): Pending => ({
  before: new Map(),
  cleared: [],
  effects: [],
  made: nothingMade(),
  hasMore: false,
  end: null,
});

/** Is the effect still about what the run is now? A later answer may have undone it before it was written. */
export function isCurrent(run: RunInMemory, effect: Effect): boolean {
  const node = run.node(effect.key);
  return node?.type === 'step' && node.phase === 'active' && effect.kind !== 'ask' && node.jobId === effect.jobId;
}

export interface CommitParts {
  readonly inline: NewJob | null;
  readonly finished: FinishedStep | null;
  readonly isTold: boolean;
  /** takebacks that were written before: whoever runs the step knows */
  readonly sent: ReadonlySet<string>;
}

export const takebackKey = (jobId: string, isForced: boolean): string => `${jobId} ${isForced}`;

/** Everything that was decided, as one commit. */
export async function commitOf(
  run: RunInMemory,
  context: OwnerContext,
  pending: Pending,
  { inline, finished, isTold, sent }: CommitParts,
): Promise<RunCommit> {
  const { effects, made, cleared } = pending;
  const queued = effects.flatMap((effect) => {
    const job = effect.kind === 'start' && isCurrent(run, effect) ? made.jobs.get(effect.jobId) : undefined;
    return job === undefined || job === inline ? [] : [job];
  });
  const withdrawn = effects.flatMap((effect) => {
    if (effect.kind !== 'withdraw' || !isCurrent(run, effect)) return [];
    const { jobId, isForced } = effect;
    return sent.has(takebackKey(jobId, isForced)) ? [] : [{ jobId, isForced }];
  });
  return {
    worker: context.workerId,
    workerGroup: context.group,
    cleared,
    nodes: writtenBy(run, pending),
    inlineEnd: finished === null ? null : inlineEndOf(finished, context),
    inlineStart: inline,
    queued,
    withdrawn,
    asked: askedBy(run, pending),
    argsJson: newInput(run, pending)?.json ?? null,
    isTold,
    sealed: sealedBy(run, pending, finished),
    next: await nextOf(run, pending, inline !== null || withdrawn.length > 0),
  };
}

async function nextOf(run: RunInMemory, { end, hasMore }: Pending, goesOn: boolean): Promise<RunCommit['next']> {
  if (end !== null) return { kind: 'end', ending: await endingOf(run, end) };
  // What was taken back before it started has ended already, and nobody else will say so.
  return goesOn || hasMore ? { kind: 'go_on' } : { kind: 'park', parking: parkingOf(run) };
}

function writtenBy(run: RunInMemory, { before, cleared }: Pending): StoredNode[] {
  return [...before].flatMap(([key, old]) => {
    const node = run.node(key);
    const wasCleared = cleared.some((step) => key.startsWith(`${step}/`));
    return node === undefined ? [] : [storedNode(node, wasCleared ? undefined : old)];
  });
}

const inlineEndOf = ({ job, attempt, cancelledBy }: FinishedStep, { workerId, group }: OwnerContext): InlineEnd => ({
  jobId: job.id,
  worker: workerId,
  workerGroup: group,
  cancelledBy,
  ...attempt,
});

function askedBy({ flow }: RunInMemory, { effects, made }: Pending): ApprovalRequest[] {
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

/** What is hidden of what this commit writes, besides the arguments of new jobs. */
function sealedBy(run: RunInMemory, pending: Pending, finished: FinishedStep | null): SealedValue[] {
  const { id: jobId } = run.flow;
  const result = finished?.attempt.hidden;
  const input = newInput(run, pending);
  const hiddenInput = input === null ? null : hiddenOf(input, run.secrets);
  return [
    ...[...pending.made.hidden].map(([key, hidden]) => ({ jobId, part: `node/${key}` as const, hidden })),
    ...(result === undefined || finished === null
      ? []
      : [{ jobId: finished.job.id, part: 'result' as const, hidden: result }]),
    ...(hiddenInput === null ? [] : [{ jobId, part: 'args' as const, hidden: hiddenInput }]),
  ];
}

/** The run's arguments, once its preprocessor has made them. */
function newInput(run: RunInMemory, { before }: Pending): Valued | null {
  const { preprocessor } = run.executable;
  if (!run.state.preprocesses || preprocessor === null || !before.has(preprocessor.id)) return null;
  return run.node(preprocessor.id)?.end?.kind === 'succeeded' ? run.input('') : null;
}

async function endingOf(run: RunInMemory, end: RunEnd): Promise<RunEnding> {
  const { json: resultJson } = await run.results.value(end.result);
  const { interruption } = run.state;
  return {
    outcome: end.outcome,
    resultJson,
    reason: end.reason,
    isSkipped: end.isSkipped,
    cancelledBy: interruption?.kind === 'cancelled' ? interruption.by : null,
    labels: end.outcome === 'succeeded' ? labelsIn(resultJson) : [],
  };
}
