import type pg from 'pg';
import { rows } from '@/core/platform/db';

/**
 * Something happened to a flow. A parked one (or one that sleeps until later) becomes due and its bell rings; one that
 * its owner works on is marked, so that the owner looks again before it parks. What has ended is left alone.
 */
const WAKE = `
WITH target AS MATERIALIZED (
  SELECT job_id, state, run_at FROM job_queue WHERE job_id = $1 AND flow_id = $1 FOR UPDATE
), woken AS (
  UPDATE job_queue q SET has_news = true, is_waiting = false, awaited = 0,
    state = CASE WHEN target.state = 'running' THEN 'running' ELSE 'queued' END,
    run_at = CASE WHEN target.state = 'running' THEN q.run_at ELSE least(q.run_at, now()) END
  FROM target WHERE q.job_id = target.job_id
  RETURNING q.tag, target.state = 'parked' OR (target.state = 'queued' AND target.run_at > now()) AS was_asleep
)
SELECT graphile_worker.add_job('job:' || tag, '{}', max_attempts => 1) FROM woken WHERE was_asleep`;

/**
 * Tells a flow run that there is news for it, in the caller's transaction. Harmless when it has ended or is no flow.
 * Call it after the news itself is written; locks the run's queue row until the transaction ends.
 */
export async function wakeFlow(client: pg.PoolClient, runId: string): Promise<void> {
  await rows(WAKE, [runId], client);
}
