/** The value that this share of the values does not exceed; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** One promise of the bench: a ratio and its bound. */
export interface Verdict {
  readonly name: string;
  readonly ratio: number;
  readonly bound: { readonly atMost: number } | { readonly atLeast: number };
  /** what the two sides measured, for people */
  readonly detail: string;
}

export function isMet({ ratio, bound }: Verdict): boolean {
  return 'atMost' in bound ? ratio <= bound.atMost : ratio >= bound.atLeast;
}

/** A line that is printed and judged by nobody. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface PartReport {
  readonly title: string;
  readonly verdicts: readonly Verdict[];
  readonly facts: readonly Fact[];
}

/** What one side answered in each round: durations in ms, or one rate per round. */
export type Rounds = number[][];

/**
 * Measures the sides in turn, round after round, so that whatever else the machine does meets all of them alike. The
 * order changes with each round, so that nobody always comes first. After `limitMs` no round begins, but two there are.
 */
export async function alternate<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, () => Promise<number[]>>>,
  limitMs = 120_000,
): Promise<Record<Side, Rounds>> {
  const names = Object.keys(sides).filter((name): name is Side => name in sides);
  const found = Object.fromEntries(names.map((name): [Side, Rounds] => [name, []])) as Record<Side, Rounds>;
  const startedMs = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round >= 2 && performance.now() - startedMs > limitMs) break;
    for (const name of round % 2 === 0 ? names : names.toReversed()) found[name].push(await sides[name]());
  }
  return found;
}

/** The median of the rounds' own medians. */
export const typical = (rounds: Rounds): number => median(rounds.map(median));

/** A high percentile of everything that was measured. */
export const worst = (rounds: Rounds, share = 0.99): number => percentile(rounds.flat(), share);

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const perSecond = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)}/s`;
