import type { JsonValue } from '@/core/schema/model';
import type { StopRule } from '../model';
import type { Decision, Ref, StepError } from './model';

export const stepError = (name: string, message: string, more: Record<string, JsonValue> = {}): StepError => ({
  name,
  message,
  ...more,
});

/** A failed result's `{"error":{…}}` as an error; whatever else it holds becomes its message. */
export function errorOfResult(result: JsonValue): StepError {
  const error = typeof result === 'object' && result !== null && !Array.isArray(result) ? result.error : undefined;
  if (typeof error === 'object' && error !== null && !Array.isArray(error)) {
    const { name, message } = error;
    return {
      ...error,
      name: typeof name === 'string' ? name : 'Error',
      message: typeof message === 'string' ? message : JSON.stringify(message ?? error),
    };
  }
  return stepError('Error', typeof result === 'string' ? result : JSON.stringify(result));
}

export const resultOfError = (error: StepError): Ref => ({ kind: 'value', json: JSON.stringify({ error }) });

/** The error with the step that it comes from; an inner step that is known already stays. */
export const atStep = (error: StepError, stepId: string): StepError =>
  'step_id' in error ? error : { ...error, step_id: stepId };

/** The error with the iteration that it happened in, outermost first. */
export function inIteration(error: StepError, loop: string, index: number, item: string | null): StepError {
  const inner = Array.isArray(error.iterations) ? error.iterations : [];
  return { ...error, iterations: [{ loop, index, item }, ...inner] };
}

export function stopError(rule: StopRule, stepId: string, resultJson: string | undefined): StepError {
  const message = rule.errorMessage || `The flow was stopped by the stop_after_if of “${stepId}”.`;
  if (!rule.includesResult || resultJson === undefined) return stepError('EarlyStopError', message);
  return stepError('EarlyStopError', message, { result: parsed(resultJson) });
}

/** What other clients send along is their own affair when it is nothing but a text: it is in the form already. */
const isPlainPayload = ({ comment, formJson }: Decision): boolean => formJson === JSON.stringify(comment);

/** What a rejected or expired question says as the run's error. */
export function refusalError(isExpired: boolean, decisions: readonly Decision[]): StepError {
  if (isExpired) return stepError('SuspendedTimeout', 'Nobody decided in time.');
  const refusal = decisions.findLast(({ verdict }) => verdict === 'reject');
  const why = refusal === undefined || isPlainPayload(refusal) ? '' : refusal.comment.trim();
  const message = `Disapproved by ${refusal?.approver ?? 'somebody'}`;
  return why === ''
    ? stepError('SuspendedDisapproved', message)
    : stepError('SuspendedDisapproved', message, { reason: why });
}

/** What an approval module answers. */
export function approvalResult(isApproved: boolean, decisions: readonly Decision[]): Ref {
  const last = decisions.at(-1);
  const value = {
    approved: isApproved,
    approvers: decisions.filter(({ verdict }) => verdict === 'approve').map(({ approver }) => approver),
    comment: last?.comment ?? '',
    form: last === undefined ? null : parsed(last.formJson),
  };
  return { kind: 'value', json: JSON.stringify(value) };
}

function parsed(json: string): JsonValue {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
