import type pg from 'pg';
import type { ApprovalRequest } from '@/core/approval/model';
import { openApprovals } from '@/core/approval/open';
import type { StoredNode } from '@/core/flow/run/stored';
import type { ClaimedFlow, NewJob, Outcome, Settlement } from '@/core/job/model';
import { prepared, rows, transaction } from '@/core/platform/db';
import { LIVE_CHANNEL, MAX_TOLD_RESULT_BYTES } from './model';
import { JOB_COLUMNS, RECORD, recordValues, submitSteps } from './submit';
import { type BatchColumn, unnested, unnestedValues } from './unnest';

/** How an inline step ended: it has no row in the queue, its flow's lease stands for it. */
export type InlineEnd = Omit<Settlement, 'leaseToken'>;

export interface RunEnding {
  readonly outcome: Outcome;
  readonly resultJson: string;
  readonly reason: string;
  readonly isSkipped: boolean;
  readonly cancelledBy: string | null;
  readonly labels: readonly string[];
}

export interface Parking {
  /** the database's time at which it goes on by itself; null: only when somebody wakes it */
  readonly wakeAtMs: number | null;
  /** it waits for people and for nothing else */
  readonly isWaiting: boolean;
  /** how many steps may still succeed before there is anything to do */
  readonly awaited: number;
}

/** Everything that one commit of a flow's owner says. */
export interface RunCommit {
  readonly worker: string;
  readonly workerGroup: string;
  /** steps of which everything below is forgotten first */
  readonly cleared: readonly string[];
  readonly nodes: readonly StoredNode[];
  readonly inlineEnd: InlineEnd | null;
  readonly inlineStart: NewJob | null;
  readonly queued: readonly NewJob[];
  readonly withdrawn: readonly { readonly jobId: string; readonly isForced: boolean }[];
  readonly asked: readonly ApprovalRequest[];
  /** the input that the preprocessor made */
  readonly argsJson: string | null;
  readonly isTold: boolean;
  readonly next:
    | { readonly kind: 'go_on' }
    | { readonly kind: 'park'; readonly parking: Parking }
    | { readonly kind: 'end'; readonly ending: RunEnding };
}

const NODE_COLUMNS: readonly BatchColumn<StoredNode>[] = [
  { name: 'key', type: 'text', value: ({ key }) => key },
  { name: 'state', type: 'text', value: ({ state }) => state },
  { name: 'job_id', type: 'uuid', value: ({ jobId }) => jobId },
  { name: 'detail', type: 'text', value: ({ detailJson }) => detailJson },
  { name: 'result', type: 'text', value: ({ dataJson }) => dataJson },
];

const END_COLUMNS: readonly BatchColumn<InlineEnd>[] = [
  { name: 'id', type: 'uuid', value: (end) => end.jobId },
  { name: 'outcome', type: 'text', value: (end) => end.outcome },
  { name: 'result', type: 'text', value: (end) => end.resultJson },
  { name: 'reason', type: 'text', value: (end) => end.reason },
  { name: 'mem_peak_kb', type: 'int', value: (end) => end.memPeakKb },
  { name: 'cancelled_by', type: 'text', value: (end) => end.cancelledBy },
  { name: 'labels', type: 'text', value: (end) => JSON.stringify(end.labels) },
  { name: 'log_seq', type: 'int', value: (end) => end.log?.seq ?? null },
  { name: 'log_text', type: 'text', value: (end) => end.log?.text ?? null },
];

const NODES_AT = 6;
const ENDS_AT = NODES_AT + NODE_COLUMNS.length;
const JOBS_AT = ENDS_AT + END_COLUMNS.length;

/**
 * The fast path: one step's end, what it changes in the tree, and the next step's record, in one statement. Fenced by
 * the flow's lease, whose row it locks first. $1 flow, $2 lease, $3 worker, $4 its group, $5 whether pages are told.
 * Trying it again after its answer was lost changes nothing more. A step is found by its id: an equality of parent_id is
 * an index that a plan made once may choose, and then each step reads all those before it.
 */
const STEP = `
WITH held AS MATERIALIZED (
  SELECT job_id, workspace_id FROM job_queue WHERE job_id = $1 AND lease_token = $2 AND state = 'running' FOR UPDATE
), nodes AS (
  INSERT INTO flow_node (flow_id, key, state, job_id, detail, result)
  SELECT held.job_id, input.key, input.state, input.job_id, input.detail::json, input.result::json
  FROM held CROSS JOIN ${unnested(NODE_COLUMNS, NODES_AT)}
  ON CONFLICT (flow_id, key) DO UPDATE SET state = excluded.state, job_id = excluded.job_id, detail = excluded.detail,
    result = coalesce(excluded.result, flow_node.result)
), ends AS MATERIALIZED (SELECT input.* FROM held CROSS JOIN ${unnested(END_COLUMNS, ENDS_AT)}),
ended AS (
  UPDATE job j SET outcome = ends.outcome, result = ends.result::json, reason = ends.reason, worker = $3, worker_group = $4,
    mem_peak_kb = ends.mem_peak_kb, cancelled_by = ends.cancelled_by, ended_at = clock_timestamp(),
    duration_ms = extract(epoch FROM clock_timestamp() - j.started_at) * 1000,
    labels = ARRAY(SELECT json_array_elements_text(ends.labels::json))
  FROM ends WHERE j.id = ends.id AND j.parent_id IS NOT DISTINCT FROM $1 AND j.outcome IS NULL
  RETURNING j.id
), logged AS (
  INSERT INTO job_log (job_id, seq, text) SELECT id, log_seq, log_text FROM ends WHERE log_text IS NOT NULL ON CONFLICT DO NOTHING
), begun AS (
  INSERT INTO job (${RECORD.join(', ')}, labels, is_inline, started_at, attempts, worker, worker_group)
  SELECT ${recordValues}, '{}', true, clock_timestamp(), 1, $3, $4
  FROM held CROSS JOIN ${unnested(JOB_COLUMNS, JOBS_AT)}
  ON CONFLICT DO NOTHING RETURNING id
), told AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'started', 'workspaceId', workspace_id, 'jobIds',
    json_build_array(job_id))::text) FROM held WHERE $5
)
SELECT (SELECT count(*) FROM held) AS held, (SELECT count(*) FROM told) AS told`;

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

const PARK = `
UPDATE job_queue SET state = CASE WHEN $3::float8 IS NULL THEN 'parked' ELSE 'queued' END,
  run_at = coalesce(to_timestamp($3::float8 / 1000), run_at), lease_owner = NULL, lease_until = clock_timestamp(), lost_count = 0,
  is_waiting = $4, awaited = $5
WHERE job_id = $1 AND lease_token = $2 AND state = 'running' AND NOT has_news
RETURNING tag`;

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

/** What became of a commit: `fenced`, the lease is lost and nothing was written; `awake`, news came before it could park. */
export type Committed = 'fenced' | 'awake' | 'parked' | 'ended';

const isFast = (commit: RunCommit): boolean =>
  commit.next.kind === 'go_on' &&
  commit.cleared.length + commit.queued.length + commit.withdrawn.length + commit.asked.length === 0 &&
  commit.argsJson === null;

async function writeStep(flow: ClaimedFlow, commit: RunCommit, client?: pg.PoolClient): Promise<boolean> {
  const values = [
    flow.id,
    flow.leaseToken,
    commit.worker,
    commit.workerGroup,
    commit.isTold,
    ...unnestedValues(NODE_COLUMNS, commit.nodes),
    ...unnestedValues(END_COLUMNS, commit.inlineEnd === null ? [] : [commit.inlineEnd]),
    ...unnestedValues(JOB_COLUMNS, commit.inlineStart === null ? [] : [commit.inlineStart]),
  ];
  const [row] = await prepared<{ held: number }>('run_step', STEP, values, client);
  return row?.held === 1;
}

/** Makes durable what the owner of a run decided, all of it or nothing. */
export async function commitRun(flow: ClaimedFlow, commit: RunCommit): Promise<Committed> {
  if (isFast(commit)) return (await writeStep(flow, commit)) ? 'awake' : 'fenced';
  return transaction(async (client) => {
    for (const step of commit.cleared) await client.query(CLEAR, [flow.id, `${step}/`]);
    if (!(await writeStep(flow, commit, client))) {
      await client.query('ROLLBACK');
      await client.query('BEGIN');
      return 'fenced';
    }
    if (commit.argsJson !== null)
      await client.query('UPDATE job SET args = $2::json, preprocessed = true WHERE id = $1', [
        flow.id,
        commit.argsJson,
      ]);
    if (commit.queued.length > 0) await submitSteps(client, commit.queued);
    if (commit.withdrawn.length > 0) await withdraw(client, commit, flow);
    if (commit.asked.length > 0) await openApprovals(client, commit.asked);
    return finish(client, flow, commit);
  });
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
    const parked = await rows<{ tag: string }>(PARK, [flow.id, flow.leaseToken, wakeAtMs, isWaiting, awaited], client);
    const [row] = parked;
    if (row === undefined) return 'awake';
    if (wakeAtMs !== null) await client.query(ALARM, [row.tag, wakeAtMs]);
    return 'parked';
  }
  const { outcome, resultJson, reason, isSkipped, cancelledBy, labels } = next.ending;
  await client.query(END, [
    flow.id,
    flow.leaseToken,
    outcome,
    resultJson,
    reason,
    isSkipped,
    cancelledBy,
    worker,
    workerGroup,
    labels,
  ]);
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
