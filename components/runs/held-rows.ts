import type { WireJob } from '@/core/job/wire';

/** A row of the list. `isGone`: it no longer fits the filter, and stays only so that nothing moves. */
export interface RunRow {
  readonly job: WireJob;
  readonly isGone: boolean;
}

/**
 * The rows that stay where they are while somebody reads them, each in its latest state, and how many newer ones wait.
 * `latest` begins with the newest; unless `isWhole`, older rows than its last one were not read and say nothing.
 */
export function holdRows(
  shown: readonly WireJob[],
  latest: readonly WireJob[],
  isWhole: boolean,
): { readonly rows: RunRow[]; readonly newCount: number } {
  const byId = new Map(latest.map((job) => [job.id, job]));
  const known = new Set(shown.map(({ id }) => id));
  const newest = shown[0];
  const readFrom = isWhole ? Number.NEGATIVE_INFINITY : (latest.at(-1)?.created_at ?? 0);
  return {
    rows: shown.map((job) => {
      const now = byId.get(job.id);
      return { job: now ?? job, isGone: now === undefined && job.created_at > readFrom };
    }),
    // Older rows that moved up because others left the list are no news.
    newCount: latest.filter(
      (job) => !known.has(job.id) && (newest === undefined || job.created_at >= newest.created_at),
    ).length,
  };
}

/** How many rows to read while rows are held: room for newer ones, so that the held ones are still among them. */
export const rowsToRead = (perPage: number, newCount: number): number =>
  perPage + Math.min(400, Math.ceil((newCount + 1) / 50) * 50);
