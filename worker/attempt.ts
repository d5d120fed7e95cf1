import type { ClaimedScript, LogChunk, Outcome } from '@/core/job/model';
import type { Hidden } from '@/core/job/sealed/model';
import { parseStoredJson } from '@/core/job/wire';
import { maskJson, maskSecrets } from '@/core/resource/masking';
import type { SandboxOutcome } from './sandbox/model';

/** How an attempt ended, before it is known whether the job ends with it. */
export interface Attempt {
  readonly outcome: Outcome;
  readonly resultJson: string;
  readonly reason: string;
  readonly memPeakKb: number | null;
  readonly labels: readonly string[];
  /** the last of its output */
  readonly log: LogChunk | null;
  /** what the result is in truth, where something in it was masked and whoever comes next needs it */
  readonly hidden?: Hidden | undefined;
}

/** Why a running job is stopped from outside. */
export type StopReason =
  | { readonly kind: 'cancelled'; readonly by: string; readonly because: string }
  /** the lease is lost: nothing of this attempt may be written */
  | { readonly kind: 'fenced' }
  /** the database was away for so long that the lease may be lost: killed, and given back if it was not */
  | { readonly kind: 'silent' }
  /** the worker stops and gives the job back */
  | { readonly kind: 'released' };

/** A result that says what went wrong, as the API shows it. */
export const errorJson = (name: string, message: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({ error: { name, message, ...more } });

/** An attempt that ended without a result of the script's own. */
export const failure = (outcome: Outcome, name: string, reason: string, memPeakKb: number | null = null): Attempt => ({
  outcome,
  resultJson: errorJson(name, reason),
  reason,
  memPeakKb,
  labels: [],
  log: null,
});

/** A result may name labels for the Runs page. */
export function labelsIn(resultJson: string): string[] {
  if (!resultJson.includes('wm_labels') && !resultJson.includes('fantail_labels')) return [];
  const result = parseStoredJson(resultJson);
  if (typeof result !== 'object' || result === null) return [];
  const labels: unknown =
    'fantail_labels' in result ? result.fantail_labels : 'wm_labels' in result ? result.wm_labels : [];
  if (!Array.isArray(labels)) return [];
  return [...new Set(labels.filter((label) => typeof label === 'string'))].slice(0, 20);
}

/** The first line of an error message, short enough for a list. */
export const headline = (message: string) => (message.split('\n')[0] ?? '').slice(0, 300);

/** The sandbox's outcome as the ledger records it. */
export function attemptOf(
  outcome: SandboxOutcome,
  job: Pick<ClaimedScript, 'timeoutMs'>,
  stop: StopReason | null,
): Attempt {
  const { memPeakKb } = outcome;
  switch (outcome.kind) {
    case 'succeeded': {
      const { resultJson } = outcome;
      return { ...succeed(resultJson), memPeakKb, labels: labelsIn(resultJson) };
    }
    case 'failed': {
      const { name, message } = outcome.error;
      const reason = `Failed: ${name}: ${headline(message)}`;
      return {
        outcome: 'failed',
        resultJson: JSON.stringify({ error: outcome.error }),
        reason,
        memPeakKb,
        labels: [],
        log: null,
      };
    }
    case 'timed_out':
      return failure('timed_out', 'TimedOut', `Timed out after ${job.timeoutMs / 1000} s.`, memPeakKb);
    case 'out_of_memory':
      return failure(
        'failed',
        'OutOfMemory',
        `Failed: it needed more than its ${outcome.limitMb} MB of memory.`,
        memPeakKb,
      );
    case 'cancelled': {
      const by = stop?.kind === 'cancelled' ? stop.by : 'the worker';
      const because = stop?.kind === 'cancelled' && stop.because !== '' ? `: ${stop.because}` : '';
      const reason = `Cancelled by ${by}${because}.`;
      const more = stop?.kind === 'cancelled' ? { reason: stop.because, canceler: stop.by } : {};
      return {
        ...failure('cancelled', 'Canceled', reason, memPeakKb),
        resultJson: errorJson('Canceled', reason, more),
      };
    }
    case 'lost':
      return failure('failed', 'SandboxLost', `Failed: ${outcome.detail}`, memPeakKb);
    default: {
      const unknown: never = outcome;
      return unknown;
    }
  }
}

/** An attempt that has a result. */
export const succeed = (resultJson: string): Attempt => ({
  outcome: 'succeeded',
  resultJson,
  reason: 'Succeeded.',
  memPeakKb: null,
  labels: [],
  log: null,
});

/**
 * The attempt as it may be kept: without the secrets that it was given. `isPassedOn`: other steps go on with the result,
 * so that what was masked of it is kept as well, to be sealed.
 */
export function masked(attempt: Attempt, secrets: readonly string[], isPassedOn = false): Attempt {
  if (secrets.length === 0) return attempt;
  const { resultJson: json } = attempt;
  const resultJson = maskJson(json, secrets);
  const isHidden = isPassedOn && attempt.outcome === 'succeeded' && resultJson !== json;
  return {
    ...attempt,
    resultJson,
    ...(isHidden ? { hidden: { json, secrets: secrets.filter((one) => maskJson(json, [one]) !== json) } } : {}),
    labels: attempt.labels.map((label) => maskSecrets(label, secrets)),
    // The only reason that is the same for every script.
    reason: attempt.outcome === 'succeeded' ? attempt.reason : maskSecrets(attempt.reason, secrets),
  };
}
