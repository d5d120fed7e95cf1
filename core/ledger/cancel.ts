import type pg from 'pg';
import { rows, transaction } from '@/core/platform/db';
import { stopStepsOf } from './flow-steps';
import { LIVE_CHANNEL } from './model';
import { wakeFlow } from './wake';

/**
 * What is to be cancelled: the row in the queue that decides, which for a step that its flow's owner runs is the flow's.
 * A flow is locked before its steps, as everywhere.
 */
const TARGET = `
WITH it AS (SELECT id, parent_id, is_inline, step_key FROM job WHERE workspace_id = $1 AND id = $2 AND outcome IS NULL),
flow AS MATERIALIZED (
  SELECT q.job_id FROM job_queue q JOIN it ON q.job_id = it.parent_id AND it.step_key IS NOT NULL FOR UPDATE OF q
)
SELECT it.is_inline, CASE WHEN it.step_key IS NOT NULL THEN it.parent_id END AS flow_id,
  (SELECT count(*) FROM flow) AS flows, q.state, q.has_begun
FROM it LEFT JOIN job_queue q ON q.job_id = it.id`;

const LOCK = 'SELECT state, has_begun FROM job_queue WHERE job_id = $1 FOR UPDATE';

const END = `
WITH gone AS (DELETE FROM job_queue WHERE job_id = $1 RETURNING job_id, attempt)
UPDATE job j SET outcome = 'cancelled', ended_at = clock_timestamp(), duration_ms = 0, cancelled_by = $2, attempts = gone.attempt,
  reason = $3, result = $4::json
FROM gone WHERE j.id = gone.job_id`;

const ASK = `
UPDATE job_queue SET cancel_by = coalesce(cancel_by, $2), cancel_reason = coalesce(cancel_reason, $3) WHERE job_id = $1`;

const ASK_OWNER = `
UPDATE flow_run SET step_cancel = json_build_object('jobId', $2::text, 'by', $3::text, 'because', $4::text) WHERE job_id = $1`;

const TELL = `SELECT pg_notify('${LIVE_CHANNEL}', $1)`;

export interface CancelRequest {
  readonly workspaceId: string;
  readonly jobId: string;
  readonly by: string;
  readonly because: string;
}

interface TargetRow extends pg.QueryResultRow {
  is_inline: boolean;
  flow_id: string | null;
  state: string | null;
}

async function tell(client: pg.PoolClient, kind: 'cancel' | 'ended', { workspaceId, jobId }: CancelRequest) {
  await client.query(TELL, [JSON.stringify({ kind, workspaceId, jobIds: [jobId] })]);
}

async function endAtOnce(client: pg.PoolClient, request: CancelRequest): Promise<void> {
  const { jobId, by, because } = request;
  const message = `Cancelled by ${by}${because ? `: ${because}` : ''}.`;
  const result = JSON.stringify({ error: { name: 'Canceled', message, reason: because, canceler: by } });
  await client.query(END, [jobId, by, message, result]);
  await tell(client, 'ended', request);
}

/**
 * Ends a job that has not started, or asks whoever runs it to stop; a flow that waits is woken to stop its steps.
 * `ended`: it never ran; `asked`: its worker is told and stops it; `nothing`: it has ended already or does not exist.
 */
export async function cancelInLedger(request: CancelRequest): Promise<'ended' | 'asked' | 'nothing'> {
  const { workspaceId, jobId, by, because } = request;
  return transaction(async (client) => {
    const [target] = await rows<TargetRow>(TARGET, [workspaceId, jobId], client);
    if (target === undefined) return 'nothing';
    if (target.is_inline && target.flow_id !== null && target.state === null) {
      await client.query(ASK_OWNER, [target.flow_id, jobId, by, because]);
      await tell(client, 'cancel', request);
      return 'asked';
    }
    const [row] = await rows<{ state: string; has_begun: boolean }>(LOCK, [jobId], client);
    if (row === undefined) return 'nothing';
    if (row.state === 'queued' && !row.has_begun) {
      await endAtOnce(client, request);
      if (target.flow_id !== null) await wakeFlow(client, target.flow_id);
      return 'ended';
    }
    await client.query(ASK, [jobId, by, because]);
    if (row.has_begun) {
      await stopStepsOf(jobId, by, client);
      await wakeFlow(client, jobId);
    }
    await tell(client, 'cancel', request);
    return 'asked';
  });
}
