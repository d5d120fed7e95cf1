import { Draft, type Rules } from './draft';
import { atStep } from './errors';
import { beginFan, childListEnded, fill, withdrawFan } from './fans';
import { begin, beginList, close, listAnswered, resumeList, stepOfListEnded } from './lists';
import type { Advance, RunEvent, RunNode, RunState, StepError, StepNode, Want } from './model';
import { endOf } from './outcome';
import { decided, enter, finishStep, resumeStep, stepAnswered, stepFailed, stepSucceeded, withdraw } from './steps';

/** So many lists are started at most in one advance, which is one commit. */
const MAX_STARTS = 1_000;

const RULES: Rules = {
  enter,
  withdraw,
  stepSucceeded,
  stepFailed,
  finishStep,
  beginList,
  close,
  resumeList,
  stepOfListEnded,
  childListEnded,
  beginFan,
  fill,
  withdrawFan,
};

export const newRun = (executable: RunState['executable'], preprocesses: boolean): RunState => ({
  executable,
  preprocesses,
  nodes: new Map(),
  open: new Set(),
  interruption: null,
});

/**
 * What follows from `events` for a run: changes of nodes, work to do in the same commit, questions to answer first, or
 * its end. Pure: the same state, events and time give the same answer, and an event that has been taken before, or that
 * comes too late, changes nothing.
 */
export function advance(run: RunState, events: readonly RunEvent[], nowMs: number, maxStarts = MAX_STARTS): Advance {
  const draft = new Draft(run, nowMs, maxStarts, RULES);
  const asked = new Set<string>();
  for (const event of events) {
    take(draft, event, asked);
    draft.settle();
  }
  const { changed, cleared, wants, effects } = draft.outcome(asked);
  return {
    changed,
    cleared,
    wants,
    effects,
    interruption: draft.interruption,
    hasMore: draft.hasMore,
    end: endOf(draft, draft.interruption),
  };
}

function take(draft: Draft, event: RunEvent, asked: Set<string>): void {
  switch (event.kind) {
    case 'resume':
      resume(draft, asked);
      return;
    case 'answered':
      answered(draft, event.want, event.answer);
      return;
    case 'step_ended':
      stepEnded(draft, event);
      return;
    case 'decided':
      decided(draft, event);
      return;
    case 'interrupted':
      interrupt(draft, event.interruption);
      return;
    default:
      event satisfies never;
  }
}

function resume(draft: Draft, asked: Set<string>): void {
  if (draft.node('') === undefined) {
    if (draft.interruption === null) begin(draft);
    return;
  }
  for (const key of draft.openKeys()) {
    asked.add(key);
    draft.later(() => {
      const node = draft.node(key);
      if (node === undefined || node.phase === 'ended') return;
      if (node.type === 'list') resumeList(draft, node);
      else resumeStep(draft, node);
    });
  }
}

function isAskedBy(node: RunNode | undefined, want: Want): node is RunNode {
  return node !== undefined && node.phase === want.phase && (node.type === 'list' || node.attempt === want.attempt);
}

function answered(draft: Draft, want: Want, answer: Extract<RunEvent, { kind: 'answered' }>['answer']): void {
  const node = draft.node(want.key);
  if (!isAskedBy(node, want)) return;
  if (node.type === 'list') listAnswered(draft, node, answer);
  else stepAnswered(draft, node, answer);
}

/** The step whose current job this is, while it is not over. */
function runningStep(draft: Draft, key: string, jobId: string): StepNode | null {
  const node = draft.node(key);
  return node?.type === 'step' && node.phase === 'active' && node.jobId === jobId ? node : null;
}

function stepEnded(draft: Draft, event: Extract<RunEvent, { kind: 'step_ended' }>): void {
  const step = runningStep(draft, event.key, event.jobId);
  if (step === null) return;
  if (event.error === null) stepSucceeded(draft, step, { kind: 'job', id: event.jobId });
  else stepFailed(draft, step, named(event.error, step), event.isCancelled);
}

const named = (error: StepError, step: StepNode): StepError => atStep(error, step.moduleId);

function interrupt(draft: Draft, interruption: NonNullable<RunState['interruption']>): void {
  if (draft.interruption !== null) return;
  const root = draft.node('');
  if (root?.phase === 'ended') return;
  draft.interruption = interruption;
  if (root?.type !== 'list') return;
  close(draft, root, { kind: 'cancelled' }, null, true);
}

/** The state after an advance, in a new object; the maps of `run` are used up. */
export function applied(run: RunState, nodes: Map<string, RunNode>, open: Set<string>, result: Advance): RunState {
  for (const step of result.cleared) {
    for (const key of [...nodes.keys()]) {
      if (!key.startsWith(`${step}/`)) continue;
      nodes.delete(key);
      open.delete(key);
    }
  }
  for (const node of result.changed) {
    nodes.set(node.key, node);
    if (node.phase === 'ended') open.delete(node.key);
    else open.add(node.key);
  }
  return { ...run, nodes, open, interruption: result.interruption };
}
