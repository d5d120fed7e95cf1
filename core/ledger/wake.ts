import type pg from 'pg';
import { prepared } from '@/core/platform/db';
import { LIVE_CHANNEL } from './model';

/**
 * Something happened to a flow, as parts of a statement. A parked one (or one that sleeps until later) becomes due, its
 * workers hear of it and its bell rings; one that its owner works on is marked, so that the owner looks again before it
 * parks. What has ended is left alone. `runId` and `when` are SQL; the statement has to read `WOKEN`.
 */
export const waking = (runId: string, when: string): string => `
target AS MATERIALIZED (
  SELECT job_id, state, run_at FROM job_queue WHERE job_id = ${runId} AND flow_id = ${runId} AND ${when} FOR UPDATE
), woken AS (
  UPDATE job_queue q SET has_news = true, is_waiting = false, awaited = 0,
    state = CASE WHEN target.state = 'running' THEN 'running' ELSE 'queued' END,
    run_at = CASE WHEN target.state = 'running' THEN q.run_at ELSE least(q.run_at, now()) END
  FROM target WHERE q.job_id = target.job_id
  RETURNING q.job_id, q.workspace_id, q.tag, target.state = 'parked' OR (target.state = 'queued' AND target.run_at > now()) AS was_asleep
), told_woken AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'queued', 'workspaceId', workspace_id,
    'jobIds', json_build_array(job_id), 'tags', json_build_array(tag))::text) FROM woken WHERE was_asleep
), rung AS (
  SELECT graphile_worker.add_job('job:' || tag, '{}', max_attempts => 1) FROM woken WHERE was_asleep
)`;

/** SQL: what a statement with `waking` reads, or Postgres leaves out the notice and the bell. */
export const WOKEN = '(SELECT count(*) FROM rung) AS rung, (SELECT count(*) FROM told_woken) AS told_woken';

const WAKE = `WITH ${waking('$1::uuid', 'true')} SELECT ${WOKEN}`;

/**
 * Tells a flow run that there is news for it, in the caller's transaction. Harmless when it has ended or is no flow.
 * Call it after the news itself is written; locks the run's queue row until the transaction ends.
 */
export async function wakeFlow(client: pg.PoolClient, runId: string): Promise<void> {
  await prepared('run_wake', WAKE, [runId], client);
}
