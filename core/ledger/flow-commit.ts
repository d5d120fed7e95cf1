import type pg from 'pg';
import { openApprovals } from '@/core/approval/open';
import type { ClaimedFlow } from '@/core/job/model';
import { keepSealed } from '@/core/job/sealed/commands';
import { hotPool, prepared, rows, transaction } from '@/core/platform/db';
import { hasMore, writeMore } from './beside';
import type { Committed, RunCommit } from './flow-model';
import { goOn, handOver, parking } from './flow-step';
import { LIVE_CHANNEL, MAX_TOLD_RESULT_BYTES } from './model';
import { submitSteps } from './submit';

const CLEAR = 'DELETE FROM flow_node WHERE flow_id = $1 AND starts_with(key, $2)';

const WITHDRAW = `
WITH gone AS (DELETE FROM job_queue WHERE job_id = ANY ($1::uuid[]) AND state = 'queued' RETURNING job_id, workspace_id, attempt),
ended AS (
  UPDATE job j SET outcome = 'cancelled', ended_at = clock_timestamp(), duration_ms = 0, attempts = gone.attempt,
    reason = 'Withdrawn: the flow did not need it any more.',
    result = '{"error":{"name":"Canceled","message":"Withdrawn: the flow did not need it any more."}}'
  FROM gone WHERE j.id = gone.job_id
), asked AS (
  UPDATE job_queue SET cancel_by = coalesce(cancel_by, $3), cancel_reason = coalesce(cancel_reason, 'its flow is being stopped')
  WHERE job_id = ANY ($2::uuid[]) AND state = 'running' RETURNING job_id, workspace_id
)
SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'cancel', 'workspaceId', workspace_id, 'jobIds', json_agg(job_id))::text)
FROM asked GROUP BY workspace_id`;

const PARK = parking('$3', '$4', '$5');

const ALARM =
  "SELECT graphile_worker.add_job('job:' || $1, '{}', run_at => to_timestamp($2::float8 / 1000), max_attempts => 1)";

const END = `
WITH gone AS (
  DELETE FROM job_queue WHERE job_id = $1 AND lease_token = $2 RETURNING job_id, workspace_id, started_at, attempt, limit_key
), ended AS (
  UPDATE job j SET outcome = $3, result = $4::json, reason = $5, is_skipped = $6, cancelled_by = $7, worker = $8, worker_group = $9,
    labels = $10::text[], started_at = gone.started_at, ended_at = clock_timestamp(), attempts = gone.attempt,
    duration_ms = extract(epoch FROM clock_timestamp() - gone.started_at) * 1000
  FROM gone WHERE j.id = gone.job_id
  RETURNING j.id, j.workspace_id, octet_length($4) + octet_length($5) < ${MAX_TOLD_RESULT_BYTES} AS is_small
), next_limited AS (
  SELECT graphile_worker.add_job('job:' || waiting.tag, '{}', max_attempts => 1)
  FROM (SELECT DISTINCT limit_key FROM gone WHERE limit_key IS NOT NULL) freed CROSS JOIN LATERAL (
    SELECT q.tag FROM job_queue q WHERE q.limit_key = freed.limit_key AND q.state = 'queued' AND q.run_at <= now() LIMIT 20) waiting
), told AS (
  SELECT pg_notify('${LIVE_CHANNEL}', CASE WHEN is_small
    THEN json_build_object('kind', 'ended', 'workspaceId', workspace_id, 'jobIds', json_build_array(id),
      'end', json_build_object('outcome', $3::text, 'resultJson', $4::text, 'reason', $5::text))
    ELSE json_build_object('kind', 'ended', 'workspaceId', workspace_id, 'jobIds', json_build_array(id)) END::text) FROM ended
)
SELECT (SELECT count(*) FROM next_limited) AS rung, (SELECT count(*) FROM told) AS told`;

/** Nothing but a step's end, nodes and next steps. */
const isPlain = (commit: RunCommit): boolean =>
  commit.cleared.length + commit.withdrawn.length + commit.asked.length + commit.sealed.length === 0 &&
  commit.argsJson === null &&
  !(commit.inlineStart !== null && hasMore(commit.inlineStart)) &&
  !commit.queued.some(hasMore);

/** Makes durable what the owner of a run decided, all of it or nothing. */
export async function commitRun(flow: ClaimedFlow, commit: RunCommit): Promise<Committed> {
  const { next, queued } = commit;
  if (isPlain(commit)) {
    if (next.kind === 'go_on' && queued.length === 0) return (await goOn(flow, commit)) ? 'awake' : 'fenced';
    if (next.kind === 'park' && next.parking.wakeAtMs === null) return handOver(flow, commit, next.parking);
  }
  return transaction((client) => commitInside(client, flow, commit), hotPool());
}

async function commitInside(client: pg.PoolClient, flow: ClaimedFlow, commit: RunCommit): Promise<Committed> {
  for (const step of commit.cleared) await client.query(CLEAR, [flow.id, `${step}/`]);
  if (!(await goOn(flow, commit, client))) {
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    return 'fenced';
  }
  if (commit.argsJson !== null)
    await client.query('UPDATE job SET args = $2::json, preprocessed = true WHERE id = $1', [flow.id, commit.argsJson]);
  if (commit.inlineStart !== null) await writeMore(client, [commit.inlineStart]);
  await keepSealed(client, commit.sealed);
  if (commit.queued.length > 0) await submitSteps(client, commit.queued);
  if (commit.withdrawn.length > 0) await withdraw(client, commit, flow);
  if (commit.asked.length > 0) await openApprovals(client, commit.asked);
  return finish(client, flow, commit);
}

async function withdraw(client: pg.PoolClient, { withdrawn }: RunCommit, flow: ClaimedFlow): Promise<void> {
  const all = withdrawn.map(({ jobId }) => jobId);
  const forced = withdrawn.filter(({ isForced }) => isForced).map(({ jobId }) => jobId);
  await client.query(WITHDRAW, [all, forced, flow.createdBy]);
}

async function finish(
  client: pg.PoolClient,
  flow: ClaimedFlow,
  { next, worker, workerGroup }: RunCommit,
): Promise<Committed> {
  if (next.kind === 'go_on') return 'awake';
  if (next.kind === 'park') {
    const { wakeAtMs, isWaiting, awaited } = next.parking;
    const parked = await prepared<{ tag: string }>(
      'run_park',
      PARK,
      [flow.id, flow.leaseToken, wakeAtMs, isWaiting, awaited],
      client,
    );
    const [row] = parked;
    if (row === undefined) return 'awake';
    if (wakeAtMs !== null) await client.query(ALARM, [row.tag, wakeAtMs]);
    return 'parked';
  }
  const { outcome, resultJson, reason, isSkipped, cancelledBy, labels } = next.ending;
  const who = [cancelledBy, worker, workerGroup];
  const values = [flow.id, flow.leaseToken, outcome, resultJson, reason, isSkipped, ...who, labels];
  await prepared('run_end', END, values, client);
  return 'ended';
}

const ADOPT = `
WITH held AS (SELECT job_id, workspace_id FROM job_queue WHERE job_id = $1 AND lease_token = $2 AND state = 'running' FOR UPDATE),
adopted AS (
  UPDATE job j SET is_inline = false, started_at = NULL FROM held
  WHERE j.id = $3 AND j.parent_id IS NOT DISTINCT FROM held.job_id AND j.is_inline AND j.outcome IS NULL
  RETURNING j.id, j.workspace_id, j.tag, j.priority, j.timeout_s, j.limit_key, j.attempts
), queued AS (
  INSERT INTO job_queue (job_id, workspace_id, tag, priority, run_at, timeout_s, flow_id, attempt, lost_count)
  SELECT id, workspace_id, tag, priority, now(), timeout_s, $1, attempts, $4 FROM adopted ON CONFLICT DO NOTHING
)
SELECT graphile_worker.add_job('job:' || tag, '{}', max_attempts => 1) FROM adopted`;

/**
 * Puts a step into the queue that an owner who is gone had begun to run by itself: from here on it is a job like others,
 * whose third dead worker ends it and not its flow.
 */
export async function adoptStep(flow: ClaimedFlow, jobId: string): Promise<void> {
  await rows(ADOPT, [flow.id, flow.leaseToken, jobId, flow.lostCount]);
}
