import type pg from 'pg';
import { pool } from '@/core/platform/db';
import { LIVE_CHANNEL } from './model';

/**
 * Takes back the steps of a flow that is being stopped: those that wait never start, those that run are stopped by their
 * workers. Needs no owner, because all slots may be busy with these very steps. $1 flow, $2 by whom, $3 the sentence.
 */
const STOP_STEPS = `
WITH gone AS (
  DELETE FROM job_queue WHERE flow_id = $1 AND job_id <> $1 AND state = 'queued' RETURNING job_id, attempt
), asked AS (
  UPDATE job_queue SET cancel_by = coalesce(cancel_by, $2), cancel_reason = coalesce(cancel_reason, 'its flow was stopped')
  WHERE flow_id = $1 AND job_id <> $1 AND state = 'running' RETURNING job_id, workspace_id
), ended AS (
  UPDATE job j SET outcome = 'cancelled', ended_at = clock_timestamp(), duration_ms = 0, attempts = gone.attempt, reason = $3,
    result = json_build_object('error', json_build_object('name', 'Canceled', 'message', $3::text))
  FROM gone WHERE j.id = gone.job_id
)
SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'cancel', 'workspaceId', workspace_id, 'jobIds', json_agg(job_id))::text)
FROM (SELECT *, row_number() OVER () / 100 AS page FROM asked) numbered GROUP BY workspace_id, page`;

/** A step that an owner ran by itself ends with him. */
const END_INLINE = `
UPDATE job SET outcome = 'cancelled', ended_at = clock_timestamp(), reason = 'Cancelled with its flow.',
  result = '{"error":{"name":"Canceled","message":"Cancelled with its flow."}}'
WHERE parent_id = $1 AND is_inline AND outcome IS NULL`;

const SENTENCE = 'Cancelled with its flow.';

/** Stops the steps of a flow that has an owner, or gets one when they have ended. */
export async function stopStepsOf(flowId: string, by: string, client: pg.PoolClient): Promise<void> {
  await client.query(STOP_STEPS, [flowId, by, SENTENCE]);
}

/** The same for a flow that ended without an owner. */
export async function endStepsOf(flowId: string, client: pg.Pool | pg.PoolClient = pool()): Promise<void> {
  await client.query(STOP_STEPS, [flowId, 'the flow', SENTENCE]);
  await client.query(END_INLINE, [flowId]);
}
