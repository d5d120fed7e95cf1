import type { FlowModule } from '../model';
import type { Draft, NewList } from './draft';
import { resultOfError, stepError, stopError } from './errors';
import { type Answer, type End, type ListNode, NEW_LIST, NEW_STEP, type Ref, type StepNode } from './model';
import { direct, flowOf, inputOf, isFlowList, moduleOf, modulesOf, orderOf, stepKey } from './tree';

/** Begins the run itself. */
export function begin(draft: Draft): void {
  beginList(draft, { key: '', owner: null, index: 0, label: null });
}

/** Begins a list: a flow's own one with its preprocessor and skip rule, any other with its first modules. */
export function beginList(draft: Draft, { key, owner, index, label }: NewList): void {
  if (owner !== null && draft.node(owner)?.phase !== 'active') return;
  const list = draft.putList({
    ...NEW_LIST,
    key,
    owner,
    index,
    label,
    phase: 'active',
    startedMs: draft.nowMs,
  });
  const { executable } = flowOf(draft, list);
  if (owner !== null && isUnwanted(draft.step(owner))) finishList(draft, list, { kind: 'cancelled' }, null);
  else if (owner === null && draft.preprocesses && executable.preprocessor !== null) {
    beginStep(draft, draft.putList(list, { phase: 'preprocessing' }), executable.preprocessor);
  } else {
    passSkipRule(draft, list);
  }
}

/** It was over before this part of it began. */
const isUnwanted = ({ isWithdrawn, fan }: StepNode): boolean =>
  isWithdrawn || (fan?.end !== undefined && fan.end !== null && !['succeeded', 'stopped'].includes(fan.end.kind));

function passSkipRule(draft: Draft, list: ListNode): void {
  const isAsked = isFlowList(draft, list) && flowOf(draft, list).executable.skipIf !== null;
  if (isAsked) draft.putList(list, { phase: 'skipping' });
  else beginModules(draft, list);
}

function beginModules(draft: Draft, list: ListNode): void {
  const modules = modulesOf(draft, list);
  const active = draft.putList(list, { phase: 'active', left: modules.length });
  if (modules.length === 0) {
    finishList(draft, active, { kind: 'succeeded' }, inputOf(draft, active));
    return;
  }
  for (const module of orderOf(modules).first) draft.later(() => beginModule(draft, list.key, module));
  draft.last(list.key, () => mayFinish(draft, list.key));
}

/** Begins a module of an active list, unless it has begun or something it needs has not ended well. */
function beginModule(draft: Draft, listKey: string, module: FlowModule): void {
  const list = draft.node(listKey);
  if (list?.type !== 'list' || list.phase !== 'active' || list.end !== null) return;
  if (draft.node(stepKey(listKey, module.id)) !== undefined) return;
  if (!module.after.every((id) => hasEndedWell(draft, stepKey(listKey, id)))) return;
  beginStep(draft, draft.putList(list, { left: list.left - 1 }), module);
}

function hasEndedWell(draft: Draft, key: string): boolean {
  const node = draft.node(key);
  return node?.phase === 'ended' && node.end?.kind === 'succeeded';
}

function beginStep(draft: Draft, list: ListNode, module: FlowModule): void {
  draft.putList(list, { open: list.open + 1 });
  const step: StepNode = {
    ...NEW_STEP,
    key: stepKey(list.key, module.id),
    list: list.key,
    moduleId: module.id,
    phase: 'preparing',
    startedMs: draft.nowMs,
  };
  draft.on.enter(draft, draft.putStep(step));
}

/** A step of the list has ended: what comes after it, or the end of the list. */
export function stepOfListEnded(draft: Draft, step: StepNode, end: End): void {
  const before = draft.list(step.list);
  const list = draft.putList(before, { open: before.open - 1 });
  if (list.phase === 'preprocessing') preprocessed(draft, list, end);
  else if (list.phase === 'recovering') recovered(draft, list, step, end);
  else if (list.end !== null) mayFinish(draft, list.key);
  else if (end.kind === 'succeeded') {
    const next = orderOf(modulesOf(draft, list)).next.get(step.moduleId) ?? [];
    for (const module of next) draft.later(() => beginModule(draft, list.key, module));
    draft.last(list.key, () => mayFinish(draft, list.key));
  } else {
    close(draft, list, end, end.kind === 'stopped' ? { kind: 'node', key: step.key } : null);
  }
}

function preprocessed(draft: Draft, list: ListNode, end: End): void {
  if (list.end !== null) finishList(draft, list, list.end, null);
  else if (end.kind === 'succeeded') passSkipRule(draft, list);
  else finishList(draft, list, end, null);
}

/** The failure module has ended; only its own result can say that the flow has recovered. */
function recovered(draft: Draft, list: ListNode, step: StepNode, end: End): void {
  if (list.end === null || list.end.kind !== 'failed') finishList(draft, list, list.end ?? end, null);
  else if (end.kind === 'succeeded') draft.putList(list, { phase: 'judging', result: { kind: 'node', key: step.key } });
  else finishList(draft, list, list.end, null);
}

/** Nothing more begins in this list; it ends so as soon as what runs in it has ended. The first reason counts. */
export function close(draft: Draft, list: ListNode, end: End, result: Ref | null, isForced = false): void {
  const now = draft.list(list.key);
  if (now.phase === 'ended') return;
  const isRecovering = now.phase === 'recovering' || now.phase === 'judging';
  if (now.end === null || (isForced && isRecovering)) draft.putList(now, { end, result });
  for (const step of draft.openStepsOf(list.key)) draft.on.withdraw(draft, draft.step(step.key), isForced);
  const after = draft.list(list.key);
  if (after.phase !== 'ended' && after.open === 0 && after.phase !== 'active')
    finishList(draft, after, after.end ?? end, after.result);
  else mayFinish(draft, list.key);
}

/** Ends the list when nothing of it is open and nothing is left to begin. */
function mayFinish(draft: Draft, key: string): void {
  const list = draft.node(key);
  if (list?.type !== 'list' || list.phase !== 'active' || list.open > 0) return;
  if (list.end !== null) {
    finishClosed(draft, list, list.end);
    return;
  }
  const modules = modulesOf(draft, list);
  if (list.left > 0) {
    const error = stepError('Unreachable', `${list.left} modules wait for each other and can never begin.`);
    finishClosed(draft, list, { kind: 'failed', error, isFinal: false });
    return;
  }
  const last = modules.at(-1);
  const result: Ref = last === undefined ? inputOf(draft, list) : { kind: 'node', key: stepKey(key, last.id) };
  const owner = list.owner === null ? null : draft.step(list.owner);
  const isJudged = owner !== null && hasStopRuleForEach(moduleOf(draft, owner));
  if (isJudged) draft.putList(list, { phase: 'stopping', result });
  else finishList(draft, list, { kind: 'succeeded' }, result);
}

const hasStopRuleForEach = ({ body, stopAfterIf }: FlowModule): boolean =>
  stopAfterIf !== null && (body.kind === 'forloop' || body.kind === 'whileloop');

/** A flow that failed gives its failure module a chance, once. */
function finishClosed(draft: Draft, list: ListNode, end: End): void {
  const { failure } = flowOf(draft, list).executable;
  if (end.kind === 'failed' && !end.isFinal && failure !== null && isFlowList(draft, list)) {
    beginStep(draft, draft.putList(list, { phase: 'recovering', end }), failure);
  } else finishList(draft, list, end, list.result);
}

function finishList(draft: Draft, list: ListNode, end: End, result: Ref | null): void {
  const own = result ?? (end.kind === 'failed' || end.kind === 'rejected' ? resultOfError(end.error) : null);
  const ended = draft.putList(list, {
    phase: 'ended',
    end,
    result: direct(draft, own),
    endedMs: draft.nowMs,
    open: 0,
  });
  const { owner } = ended;
  if (owner === null) return;
  draft.later(() => {
    // The step may have started over meanwhile, and then this list is none of its own any more.
    const step = draft.node(owner);
    if (step?.type === 'step' && draft.node(list.key) === ended) draft.on.childListEnded(draft, step, ended, end);
  });
}

/** The answer to what a list's phase asks. */
export function listAnswered(draft: Draft, list: ListNode, answer: Answer): void {
  if (answer.kind === 'error' && list.phase !== 'judging') {
    finishClosed(draft, list, { kind: 'failed', error: answer.error, isFinal: false });
    return;
  }
  const isYes = answer.kind === 'yes';
  if (list.phase === 'skipping') {
    if (isYes) skipFlow(draft, list);
    else beginModules(draft, list);
  } else if (list.phase === 'judging') {
    finishList(draft, list, isYes ? { kind: 'succeeded' } : (list.end ?? { kind: 'succeeded' }), list.result);
  } else if (list.phase === 'stopping') {
    const end = answer.kind === 'yes' ? stopOf(draft, list, answer.resultJson) : { kind: 'succeeded' as const };
    finishList(draft, list, end, end.kind === 'failed' ? null : list.result);
  }
}

function skipFlow(draft: Draft, list: ListNode): void {
  finishList(draft, list, { kind: 'stopped', by: '', isSkip: true }, { kind: 'value', json: 'null' });
}

function stopOf(draft: Draft, list: ListNode, resultJson: string | undefined): End {
  const { stopAfterIf, id } = moduleOf(draft, draft.step(list.owner ?? ''));
  if (stopAfterIf === null) return { kind: 'succeeded' };
  if (stopAfterIf.errorMessage !== null) {
    return { kind: 'failed', error: stopError(stopAfterIf, id, resultJson), isFinal: true };
  }
  return { kind: 'stopped', by: id, isSkip: stopAfterIf.isSkip };
}

/** Goes on with a list whose steps were taken over from another run, or whose advance was cut short. */
export function resumeList(draft: Draft, list: ListNode): void {
  if (list.phase !== 'active' || list.end !== null) return;
  if (list.owner !== null && draft.node(list.owner)?.phase !== 'active') return;
  for (const module of modulesOf(draft, list)) {
    if (draft.node(stepKey(list.key, module.id)) === undefined) beginModule(draft, list.key, module);
  }
  draft.last(list.key, () => mayFinish(draft, list.key));
}
