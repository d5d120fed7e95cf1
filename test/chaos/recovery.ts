import type { Death } from './faults';
import type { TrailEntry } from './trail';

/** For every job that a killed worker held: how long until somebody else held it, or it had ended. */
export function recoveriesMs(deaths: readonly Death[], trail: readonly TrailEntry[]): number[] {
  const byJob = Map.groupBy(trail, ({ jobId }) => jobId);
  return deaths.flatMap((death) =>
    [...byJob.values()].flatMap((entries) => {
      const last = entries.findLast(({ atMs }) => atMs <= death.atMs);
      if (last?.kind !== 'leased' || last.worker !== death.worker) return [];
      const next = entries.find(({ kind, atMs }) => atMs > death.atMs && (kind === 'leased' || kind === 'ended'));
      return next === undefined ? [] : [next.atMs - death.atMs];
    }),
  );
}

/** The value that this share of the sorted values does not exceed; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
