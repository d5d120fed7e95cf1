import { rows } from '@/core/platform/db';
import { LIVE_CHANNEL } from './model';

/**
 * Ends a job that has not started, or asks the worker that runs it to stop. One statement: the row's state decides,
 * so a claim at the same moment either comes first (then it is asked) or finds nothing.
 */
const CANCEL = `
WITH target AS (
  SELECT job_id, workspace_id, state FROM job_queue WHERE workspace_id = $1 AND job_id = $2 FOR UPDATE
), gone AS (
  DELETE FROM job_queue q USING target WHERE q.job_id = target.job_id AND target.state = 'queued' RETURNING q.job_id, q.attempt
), ended AS (
  UPDATE job j SET outcome = 'cancelled', ended_at = clock_timestamp(), duration_ms = 0, cancelled_by = $3, attempts = gone.attempt,
    reason = $5, result = $6::json
  FROM gone WHERE j.id = gone.job_id RETURNING j.id
), asked AS (
  UPDATE job_queue q SET cancel_by = coalesce(q.cancel_by, $3), cancel_reason = coalesce(q.cancel_reason, $4)
  FROM target WHERE q.job_id = target.job_id AND target.state = 'running' RETURNING q.job_id
), told AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', CASE WHEN state = 'running' THEN 'cancel' ELSE 'ended' END,
    'workspaceId', workspace_id, 'jobIds', json_build_array(job_id))::text) FROM target
)
SELECT (SELECT count(*) FROM ended)::int AS ended, (SELECT count(*) FROM asked)::int AS asked, (SELECT count(*) FROM told) AS told`;

/** `ended`: it never ran; `asked`: its worker is told and stops it; `nothing`: it has ended already or does not exist. */
export async function cancelInLedger(request: {
  workspaceId: string;
  jobId: string;
  by: string;
  because: string;
}): Promise<'ended' | 'asked' | 'nothing'> {
  const message = `Cancelled by ${request.by}${request.because ? `: ${request.because}` : ''}.`;
  const result = JSON.stringify({
    error: { name: 'Canceled', message, reason: request.because, canceler: request.by },
  });
  const [row] = await rows<{ ended: number; asked: number }>(CANCEL, [
    request.workspaceId,
    request.jobId,
    request.by,
    request.because,
    message,
    result,
  ]);
  if (row?.ended) return 'ended';
  return row?.asked ? 'asked' : 'nothing';
}
