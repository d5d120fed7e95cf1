import type { JsonValue } from '@/core/schema/model';
import type { Draft } from './draft';
import { inIteration, resultOfError, stepError } from './errors';
import type { End, Fan, ListNode, Ref, StepNode } from './model';
import { listKey, moduleOf } from './tree';

/** A while loop that has not stopped by then never will. */
const MAX_ROUNDS = 10_000;
const MAX_LABEL = 80;

/** Begins the lists of a loop or a branchall. */
export function beginFan(draft: Draft, step: StepNode, count: number | null, limit: number): void {
  const fan: Fan = { count, limit: Math.max(1, limit), next: 0, open: 0, end: null };
  draft.putStep(step, { phase: 'active', fan });
  draft.later(() => fill(draft, step.key));
}

/** Starts as many lists as may run at once; ends the fan when nothing is left. */
export function fill(draft: Draft, key: string): void {
  const node = draft.node(key);
  if (node?.type !== 'step' || node.phase !== 'active' || node.fan === null) return;
  let step = node;
  let fan = node.fan;
  while (fan.end === null && fan.open < fan.limit && (fan.count === null || fan.next < fan.count)) {
    if (fan.count === null && fan.next >= MAX_ROUNDS) {
      const error = stepError('TooManyIterations', `It was still going on after ${MAX_ROUNDS} iterations.`);
      fan = { ...fan, end: { kind: 'failed', error, isFinal: false } };
      break;
    }
    if (!draft.mayStartList()) break;
    const index = fan.next;
    fan = { ...fan, next: index + 1, open: fan.open + 1 };
    step = draft.putStep(step, { fan });
    const label = labelOf(step.items?.[index]);
    draft.later(() => draft.on.beginList(draft, { key: listKey(key, index), owner: key, index, label }));
  }
  step = draft.step(key);
  if (step.fan !== fan) step = draft.putStep(step, { fan });
  const isDone = fan.end !== null || (fan.count !== null && fan.next >= fan.count);
  if (fan.open === 0 && isDone) finishFan(draft, step, fan);
}

function labelOf(item: JsonValue | undefined): string | null {
  if (item === undefined) return null;
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 1)}…` : text;
}

function finishFan(draft: Draft, step: StepNode, fan: Fan): void {
  const result: Ref = { kind: 'lists', key: step.key, count: fan.next };
  const end = fan.end ?? { kind: 'succeeded' };
  if (end.kind === 'failed') draft.on.stepFailed(draft, step, end.error, false, end.isFinal);
  else if (end.kind === 'succeeded') draft.on.stepSucceeded(draft, step, result);
  else draft.on.finishStep(draft, draft.putStep(step, { result: end.kind === 'stopped' ? result : null }), end);
}

/** A list below a step has ended. */
export function childListEnded(draft: Draft, step: StepNode, list: ListNode, end: End): void {
  if (step.phase !== 'active') return;
  if (step.fan !== null) fanListEnded(draft, step, step.fan, list, end);
  else if (step.isWithdrawn) draft.on.finishStep(draft, step, { kind: 'cancelled' });
  else if (end.kind === 'failed') draft.on.stepFailed(draft, step, end.error, false, end.isFinal);
  else if (end.kind === 'succeeded' || (end.kind === 'stopped' && step.frame !== null)) {
    draft.on.stepSucceeded(draft, step, list.result ?? { kind: 'value', json: 'null' });
  } else draft.on.finishStep(draft, draft.putStep(step, { result: list.result }), end);
}

function fanListEnded(draft: Draft, step: StepNode, fan: Fan, list: ListNode, end: End): void {
  const consequence = consequenceOf(draft, step, list, end);
  const after = { ...fan, open: fan.open - 1, end: fan.end ?? consequence };
  draft.putStep(step, { fan: after });
  // Iterations that go on beside a stop finish; those beside a failure must not begin anything more.
  const isOver = consequence !== null && fan.end === null && !['succeeded', 'stopped'].includes(consequence.kind);
  if (isOver)
    for (const other of draft.openListsOf(step.key)) draft.on.close(draft, other, { kind: 'cancelled' }, null);
  draft.later(() => fill(draft, step.key));
}

/** What the end of one iteration or branch means for the whole; null: nothing, the others go on. */
function consequenceOf(draft: Draft, step: StepNode, list: ListNode, end: End): End | null {
  const { body, id } = moduleOf(draft, step);
  const isLoop = body.kind === 'forloop' || body.kind === 'whileloop';
  switch (end.kind) {
    case 'succeeded':
      return null;
    case 'stopped':
      return isLoop ? { kind: 'succeeded' } : end;
    case 'failed': {
      const isForgiven = isLoop
        ? body.skipsFailures
        : body.kind === 'branchall' && (body.branches[list.index]?.skipsFailure ?? false);
      if (isForgiven) {
        draft.putList(draft.list(list.key), { result: resultOfError(end.error) });
        return null;
      }
      return isLoop ? { ...end, error: inIteration(end.error, id, list.index, list.label) } : end;
    }
    default:
      return end;
  }
}

/** The step and everything below it is not wanted any more. */
export function withdrawFan(draft: Draft, step: StepNode, isForced: boolean): void {
  const fan = step.fan === null ? null : { ...step.fan, end: step.fan.end ?? { kind: 'cancelled' as const } };
  draft.putStep(step, { isWithdrawn: true, fan });
  for (const list of draft.openListsOf(step.key)) draft.on.close(draft, list, { kind: 'cancelled' }, null, isForced);
  if (fan !== null) draft.later(() => fill(draft, step.key));
}
