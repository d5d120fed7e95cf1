import type { FlowModule, StopRule } from '../model';
import type { Draft } from './draft';
import { approvalResult, atStep, refusalError, resultOfError, stepError, stopError } from './errors';
import type { Answer, End, Frame, Ref, RunEvent, StepError, StepNode } from './model';
import { retryWaitS } from './retry';
import { direct, flowOf, frameKey, listKey, moduleOf, previousOf } from './tree';

/** A step that has just begun. */
export function enter(draft: Draft, step: StepNode): void {
  if (moduleOf(draft, step).skipIf !== null) draft.putStep(step, { phase: 'skipping' });
  else prepare(draft, step);
}

function prepare(draft: Draft, step: StepNode): void {
  const { body, mock } = moduleOf(draft, step);
  if (mock !== null) stepSucceeded(draft, step, { kind: 'value', json: JSON.stringify(mock.value) });
  else if (body.kind === 'identity') stepSucceeded(draft, step, previousOf(draft, step));
  else if (body.kind === 'approval') draft.putStep(step, { phase: 'questioning' });
  else if (body.kind === 'whileloop') draft.on.beginFan(draft, step, null, 1);
  else if (body.kind === 'branchall') {
    const count = body.branches.length;
    draft.on.beginFan(draft, step, count, body.isParallel && !sharesFolder(draft, step) ? count : 1);
  } else draft.putStep(step, { phase: 'preparing' });
}

/** Steps that share a folder run in one place, one after the other. */
const sharesFolder = (draft: Draft, step: StepNode): boolean =>
  flowOf(draft, draft.list(step.list)).executable.sharesFolder;

/** The step's own work has succeeded; what its module asks for afterwards follows. */
export function stepSucceeded(draft: Draft, step: StepNode, result: Ref): void {
  const now = draft.putStep(step, { result: direct(draft, result) });
  if (now.isWithdrawn) {
    finishStep(draft, now, { kind: 'cancelled' });
    return;
  }
  const { stopAfterAllItersIf } = moduleOf(draft, now);
  if (stopAfterAllItersIf !== null && now.fan !== null) draft.putStep(now, { phase: 'stopping_all' });
  else passStopRule(draft, now);
}

function passStopRule(draft: Draft, step: StepNode): void {
  const { body, stopAfterIf } = moduleOf(draft, step);
  // On a loop the rule is for each iteration, and has been asked there.
  const isLoop = body.kind === 'forloop' || body.kind === 'whileloop';
  if (stopAfterIf !== null && !isLoop) draft.putStep(step, { phase: 'stopping' });
  else passQuestion(draft, step);
}

function passQuestion(draft: Draft, step: StepNode): void {
  const { body, question } = moduleOf(draft, step);
  const isForgiven = step.end !== null;
  if (question !== null && body.kind !== 'approval' && !isForgiven) draft.putStep(step, { phase: 'questioning' });
  else passPause(draft, step);
}

function passPause(draft: Draft, step: StepNode): void {
  if (moduleOf(draft, step).sleepS !== null) draft.putStep(step, { phase: 'pausing' });
  else finishStep(draft, step, { kind: 'succeeded' });
}

/** The step's own work has failed: tried again, forgiven, or the end of what encloses it. */
export function stepFailed(
  draft: Draft,
  step: StepNode,
  error: StepError,
  isCancelled: boolean,
  isFinal = false,
): void {
  if (step.isWithdrawn) {
    finishStep(draft, step, { kind: 'cancelled' });
    return;
  }
  const end: End = { kind: 'failed', error: atStep(error, step.moduleId), isFinal };
  const { retry } = moduleOf(draft, step);
  const waitS = isFinal || isCancelled ? null : retryWaitS(retry, step.attempt, step.key);
  if (waitS === null) giveUp(draft, step, end);
  else if (retry !== null && retry.retryIf !== null) draft.putStep(step, { phase: 'retrying', end });
  else tryAgain(draft, step, waitS);
}

function tryAgain(draft: Draft, step: StepNode, waitS: number): void {
  draft.clearBelow(step.key);
  const cleared = draft.putStep(step, {
    phase: 'delayed',
    wakeAtMs: draft.nowMs + waitS * 1_000,
    failedJobs: step.jobId === null ? step.failedJobs : [...step.failedJobs, step.jobId],
    jobId: null,
    fan: null,
    branch: null,
    items: null,
    frame: null,
    result: null,
    end: null,
  });
  if (waitS === 0) wake(draft, cleared);
}

function giveUp(draft: Draft, step: StepNode, end: Extract<End, { kind: 'failed' }>): void {
  const module = moduleOf(draft, step);
  if (!module.continueOnError || end.isFinal) finishStep(draft, step, end);
  else passStopRule(draft, draft.putStep(step, { result: resultOfError(end.error), end }));
}

export function finishStep(draft: Draft, step: StepNode, end: End): void {
  const result = step.result ?? (end.kind === 'failed' || end.kind === 'rejected' ? resultOfError(end.error) : null);
  const ended = draft.putStep(step, { phase: 'ended', end, result, endedMs: draft.nowMs, wakeAtMs: null });
  draft.on.stepOfListEnded(draft, ended, end);
}

function wake(draft: Draft, step: StepNode): void {
  if (step.phase === 'sleeping') finishStep(draft, step, { kind: 'succeeded' });
  else prepare(draft, draft.putStep(step, { attempt: step.attempt + 1, wakeAtMs: null, phase: 'preparing' }));
}

/** The answer to what a step's phase asks. */
export function stepAnswered(draft: Draft, step: StepNode, answer: Answer): void {
  if (answer.kind === 'error') {
    answeredBadly(draft, step, answer.error);
    return;
  }
  switch (step.phase) {
    case 'skipping':
      if (answer.kind === 'yes') skip(draft, step);
      else prepare(draft, draft.putStep(step, { phase: 'preparing' }));
      return;
    case 'preparing':
      prepared(draft, step, answer);
      return;
    case 'retrying':
      mayTryAgain(draft, step, answer.kind === 'yes');
      return;
    case 'stopping':
    case 'stopping_all':
      stopAnswered(draft, step, answer);
      return;
    case 'questioning':
      if (answer.kind === 'question') ask(draft, step, answer.approvalId);
      return;
    case 'pausing':
      pause(draft, step, answer.kind === 'seconds' ? answer.seconds : 0);
      return;
    default:
      return;
  }
}

/** What cannot be evaluated fails the step; trying it again would give the same. */
function answeredBadly(draft: Draft, step: StepNode, error: StepError): void {
  const end: End = { kind: 'failed', error: atStep(error, step.moduleId), isFinal: false };
  if (step.phase === 'retrying' && step.end?.kind === 'failed') giveUp(draft, step, step.end);
  else if (step.phase === 'skipping' || step.phase === 'preparing') giveUp(draft, step, end);
  else finishStep(draft, draft.putStep(step, { result: null }), end);
}

function skip(draft: Draft, step: StepNode): void {
  finishStep(draft, draft.putStep(step, { isSkipped: true, result: direct(draft, previousOf(draft, step)) }), {
    kind: 'succeeded',
  });
}

function prepared(draft: Draft, step: StepNode, answer: Answer): void {
  const { body } = moduleOf(draft, step);
  switch (answer.kind) {
    case 'job':
      draft.putStep(step, { phase: 'active', jobId: answer.jobId });
      draft.effect({ kind: 'start', key: step.key, jobId: answer.jobId });
      return;
    case 'items': {
      const isParallel = body.kind === 'forloop' && body.isParallel && !sharesFolder(draft, step);
      const limit = isParallel ? (answer.limit ?? Math.max(1, answer.items.length)) : 1;
      draft.on.beginFan(draft, draft.putStep(step, { items: answer.items }), answer.items.length, limit);
      return;
    }
    case 'branch': {
      const { index } = answer;
      const key = listKey(step.key, index);
      draft.putStep(step, { phase: 'active', branch: index });
      draft.later(() => draft.on.beginList(draft, { key, owner: step.key, index, label: null }));
      return;
    }
    case 'frame':
      framed(draft, step, answer.frame);
      return;
    default:
      stepFailed(draft, step, stepError('Internal', `A ${body.kind} module cannot begin like this.`), false);
  }
}

/** A flow in this one begins; or goes on as it was, with its input as it is now, where a restart has taken it over. */
function framed(draft: Draft, step: StepNode, frame: Frame): void {
  const key = frameKey(step.key);
  const taken = draft.node(key);
  if (step.frame === null || taken?.type !== 'list') {
    draft.putStep(step, { phase: 'active', frame });
    draft.later(() => draft.on.beginList(draft, { key, owner: step.key, index: 0, label: null }));
  } else {
    draft.putStep(step, { phase: 'active', frame: { ...step.frame, inputJson: frame.inputJson } });
    draft.later(() => draft.on.resumeList(draft, draft.list(key)));
  }
}

function mayTryAgain(draft: Draft, step: StepNode, isWanted: boolean): void {
  if (step.end?.kind !== 'failed') return;
  const waitS = isWanted ? retryWaitS(moduleOf(draft, step).retry, step.attempt, step.key) : null;
  if (waitS === null) giveUp(draft, step, step.end);
  else tryAgain(draft, step, waitS);
}

function stopAnswered(draft: Draft, step: StepNode, answer: Answer): void {
  const module = moduleOf(draft, step);
  const rule = step.phase === 'stopping_all' ? module.stopAfterAllItersIf : module.stopAfterIf;
  if (answer.kind === 'yes' && rule !== null) stop(draft, step, rule, module, answer.resultJson);
  else if (step.phase === 'stopping_all') passStopRule(draft, step);
  else passQuestion(draft, step);
}

function stop(draft: Draft, step: StepNode, rule: StopRule, { id }: FlowModule, resultJson: string | undefined): void {
  if (rule.errorMessage === null) finishStep(draft, step, { kind: 'stopped', by: id, isSkip: rule.isSkip });
  else {
    const error = stopError(rule, id, resultJson);
    finishStep(draft, draft.putStep(step, { result: null }), { kind: 'failed', error, isFinal: true });
  }
}

function ask(draft: Draft, step: StepNode, approvalId: string): void {
  draft.putStep(step, { phase: 'asking', approvalId, askedMs: draft.nowMs });
  draft.effect({ kind: 'ask', key: step.key, approvalId });
}

function pause(draft: Draft, step: StepNode, seconds: number): void {
  if (seconds <= 0) finishStep(draft, step, { kind: 'succeeded' });
  else draft.putStep(step, { phase: 'sleeping', wakeAtMs: draft.nowMs + seconds * 1_000 });
}

/** People have answered a question, or its deadline has. */
export function decided(draft: Draft, event: Extract<RunEvent, { kind: 'decided' }>): void {
  const node = draft.node(event.key);
  if (node?.type !== 'step' || node.phase !== 'asking' || node.approvalId !== event.approvalId) return;
  const { body, question } = moduleOf(draft, node);
  const step = draft.putStep(node, { decisions: event.decisions, answeredMs: draft.nowMs });
  const isExpired = event.outcome === 'expired';
  const isApproved = event.outcome === 'approved' || (isExpired && question?.onDeadline === 'approve');
  if (isApproved || (question?.continuesOnRefusal ?? false)) {
    if (body.kind === 'approval') stepSucceeded(draft, step, approvalResult(isApproved, event.decisions));
    else passPause(draft, step);
    return;
  }
  const error = refusalError(isExpired, event.decisions);
  const refused = draft.putStep(step, { result: resultOfError(error) });
  if (isExpired && question?.onDeadline === 'fail') stepFailed(draft, refused, error, false);
  else finishStep(draft, refused, { kind: 'rejected', error });
}

/** The step is not wanted any more; a job that runs is left to end, unless `isForced`. */
export function withdraw(draft: Draft, step: StepNode, isForced: boolean): void {
  if (step.phase === 'ended') return;
  // What a restart has taken over lies below it already.
  if (step.phase === 'preparing' && step.frame !== null)
    draft.on.withdrawFan(draft, draft.putStep(step, { phase: 'active' }), isForced);
  else if (step.phase !== 'active') finishStep(draft, step, { kind: 'cancelled' });
  else if (step.jobId !== null) {
    draft.putStep(step, { isWithdrawn: true });
    draft.effect({ kind: 'withdraw', key: step.key, jobId: step.jobId, isForced });
  } else draft.on.withdrawFan(draft, step, isForced);
}

/** Looks again at an open step: whether its time has come, and whether more of it can be started. */
export function resumeStep(draft: Draft, step: StepNode): void {
  const isDue = step.wakeAtMs !== null && step.wakeAtMs <= draft.nowMs;
  if ((step.phase === 'delayed' || step.phase === 'sleeping') && isDue) wake(draft, step);
  else if (step.phase === 'active' && step.fan !== null) draft.on.fill(draft, step.key);
  else if (step.phase === 'active' && step.jobId !== null && step.isWithdrawn) {
    draft.effect({ kind: 'withdraw', key: step.key, jobId: step.jobId, isForced: draft.interruption !== null });
  }
}
