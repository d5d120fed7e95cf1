import type { End, Interruption, Ref, RunEnd, StepError } from './model';
import type { Place } from './tree';

/** How the run has ended; null while it has not. */
export function endOf(place: Place, interruption: Interruption | null): RunEnd | null {
  const root = place.node('');
  if (interruption !== null && (root === undefined || root.phase === 'ended')) return interrupted(interruption);
  if (root?.type !== 'list' || root.phase !== 'ended' || root.end === null) return null;
  return ended(root.end, root.result ?? { kind: 'value', json: 'null' });
}

function ended(end: End, result: Ref): RunEnd {
  switch (end.kind) {
    case 'succeeded':
      return { outcome: 'succeeded', isSkipped: false, result, error: null, reason: 'Succeeded.' };
    case 'stopped':
      return { outcome: 'succeeded', isSkipped: end.isSkip, result, error: null, reason: stoppedSentence(end) };
    case 'failed':
      return { outcome: 'failed', isSkipped: false, result, error: end.error, reason: failureSentence(end.error) };
    case 'rejected': {
      const reason = `Rejected: ${refusalSentence(end.error)}`;
      return { outcome: 'rejected', isSkipped: false, result, error: end.error, reason };
    }
    case 'cancelled':
      return interrupted({ kind: 'cancelled', by: 'the flow', because: '' });
    default: {
      const unknown: never = end;
      return unknown;
    }
  }
}

/** Who rejected, and why when he said so. */
export function refusalSentence({ message, reason }: StepError): string {
  const said = typeof reason === 'string' ? `${message}: ${headline(reason)}` : message;
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

function stoppedSentence({ by, isSkip }: Extract<End, { kind: 'stopped' }>): string {
  if (by === '') return 'Skipped: the flow’s skip_expr was true.';
  return `${isSkip ? 'Skipped' : 'Stopped early'}: stop_after_if of “${by}” was true.`;
}

const headline = (message: string) => (message.split('\n')[0] ?? '').slice(0, 300);

/** Which step failed, in which iteration, and what it said. */
function failureSentence(error: StepError): string {
  const step = typeof error.step_id === 'string' ? ` in step “${error.step_id}”` : '';
  const iterations = Array.isArray(error.iterations) ? error.iterations : [];
  const where = iterations.map((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return '';
    const item = typeof entry.item === 'string' ? ` (${entry.item})` : '';
    return `, iteration ${Number(entry.index) + 1}${item} of “${String(entry.loop)}”`;
  });
  return `Failed${step}${where.join('')}: ${error.name}: ${headline(error.message)}`;
}

function interrupted(interruption: Interruption): RunEnd {
  if (interruption.kind === 'timed_out') {
    const reason = `Timed out after ${interruption.afterS} s.`;
    return over('timed_out', { name: 'TimedOut', message: reason }, reason);
  }
  const { by, because } = interruption;
  const reason = `Cancelled by ${by}${because === '' ? '' : `: ${because}`}.`;
  return over('cancelled', { name: 'Canceled', message: reason, reason: because, canceler: by }, reason);
}

function over(outcome: 'cancelled' | 'timed_out', error: StepError, reason: string): RunEnd {
  const result: Ref = { kind: 'value', json: JSON.stringify({ error }) };
  return { outcome, isSkipped: false, result, error, reason };
}
