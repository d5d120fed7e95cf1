import { rows } from '@/core/platform/db';

/** One job that waits or runs, as far as somebody who watches queues must know it. Times are ms since the epoch. */
export interface QueuedJob {
  readonly id: string;
  readonly workspaceId: string;
  readonly tag: string;
  readonly scheduledFor: number;
  readonly isRunning: boolean;
}

/** What waits and runs on the whole instance, oldest first. For instance administrators: no workspace is asked. */
export async function queueOfInstance(limit: number): Promise<QueuedJob[]> {
  const found = await rows<{ id: string; workspace_id: string; tag: string; run_ms: number; state: string }>(
    `SELECT job_id AS id, workspace_id, tag, (extract(epoch FROM run_at) * 1000)::float8 AS run_ms, state
     FROM job_queue ORDER BY run_at, job_id LIMIT $1`,
    [limit],
  );
  return found.map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    tag: row.tag,
    scheduledFor: Math.round(row.run_ms),
    isRunning: row.state === 'running',
  }));
}

/** How many jobs of each tag ended in the last `horizonS` seconds; `workspaceId` null: on the whole instance. */
export async function endedByTag(
  horizonS: number,
  workspaceId: string | null,
): Promise<{ readonly tag: string; readonly count: number }[]> {
  return rows<{ tag: string; count: number }>(
    `SELECT tag, count(*)::int AS count FROM job WHERE ended_at > now() - make_interval(secs => $1)
       AND ($2::text IS NULL OR workspace_id = $2) GROUP BY tag ORDER BY tag`,
    [horizonS, workspaceId],
  );
}

/** How many jobs of the instance have waited longer than one that was due at `dueAtMs`; at most 10,000 are counted. */
export async function countDueBefore(dueAtMs: number): Promise<number> {
  const [row] = await rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM job_queue
       WHERE state = 'queued' AND run_at <= now() AND run_at < to_timestamp($1 / 1000.0) LIMIT 10000) due`,
    [dueAtMs],
  );
  return row?.count ?? 0;
}
