import type { StepRetry } from '../model';

/** No wait between two tries is longer. */
const MAX_WAIT_S = 6 * 60 * 60;
const MAX_ATTEMPTS = 1_000;

/** A number in [0, 1) that is always the same for the same text: a run that is replayed must come to the same end. */
function fraction(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (hash >>> 0) / 2 ** 32;
}

/**
 * The wait in seconds before the next try after `failures` failed ones; null: there is none. Constant tries come first,
 * then exponential ones with `seconds × multiplier^(n−1)` before the nth, so 10, 20, 40, 80, 160 for 10 and 2.
 */
export function retryWaitS(retry: StepRetry | null, failures: number, key: string): number | null {
  if (retry === null || failures > MAX_ATTEMPTS) return null;
  const constant = retry.constant?.attempts ?? 0;
  if (retry.constant !== null && failures <= constant) return Math.min(MAX_WAIT_S, retry.constant.seconds);
  const { exponential } = retry;
  const nth = failures - constant;
  if (exponential === null || nth > exponential.attempts) return null;
  const wait = exponential.seconds * exponential.multiplier ** (nth - 1);
  const swing = (exponential.randomFactor / 100) * (2 * fraction(`${key}#${failures}`) - 1);
  return Math.min(MAX_WAIT_S, Math.max(0, wait * (1 + swing)));
}
