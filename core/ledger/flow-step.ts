import type pg from 'pg';
import type { StoredNode } from '@/core/flow/run/stored';
import type { ClaimedFlow } from '@/core/job/model';
import { prepared } from '@/core/platform/db';
import type { InlineEnd, Parking, RunCommit } from './flow-model';
import { LIVE_CHANNEL } from './model';
import { JOB_COLUMNS, RECORD, recordValues, submitted } from './submit';
import { type BatchColumn, unnested, unnestedValues } from './unnest';

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
 * One step's end and what it changes in the tree, as parts of a statement. Fenced by the flow's lease, whose row is locked
 * first. $1 flow, $2 lease, $3 worker, $4 its group, $5 whether pages are told. Trying it again after its answer was lost
 * changes nothing more. A step is found by its id: an equality of parent_id is an index that a plan made once may choose,
 * and then each step reads all those before it; for the same reason the run's state is not named by the words of an index.
 */
const STEP_END = `
held AS MATERIALIZED (
  SELECT job_id, workspace_id FROM job_queue WHERE job_id = $1 AND lease_token = $2 AND state NOT IN ('queued', 'parked') FOR UPDATE
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
), told AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'started', 'workspaceId', workspace_id, 'jobIds',
    json_build_array(job_id))::text) FROM held WHERE $5
)`;

/** The fast path: a step's end and the record of the next one, which runs right here. */
const GO_ON = `
WITH ${STEP_END}, begun AS (
  INSERT INTO job (${RECORD.join(', ')}, labels, is_inline, started_at, attempts, worker, worker_group)
  SELECT ${recordValues}, '{}', true, clock_timestamp(), 1, $3, $4
  FROM held CROSS JOIN ${unnested(JOB_COLUMNS, JOBS_AT)}
  ON CONFLICT DO NOTHING RETURNING id
)
SELECT (SELECT count(*) FROM held) AS held, (SELECT count(*) FROM told) AS told`;

const PARKED_AT = JOBS_AT + JOB_COLUMNS.length;

/**
 * SQL: leaves a run alone until somebody wakes it; refused when there is news. The three expressions say when it goes on
 * by itself (ms since the epoch, or null), whether it waits for people only, and how many steps may still succeed.
 */
export const parking = (wakeAtMs: string, isWaiting: string, awaited: string, also = 'true'): string => `
UPDATE job_queue SET state = CASE WHEN ${wakeAtMs}::float8 IS NULL THEN 'parked' ELSE 'queued' END,
  run_at = coalesce(to_timestamp(${wakeAtMs}::float8 / 1000), run_at), lease_owner = NULL, lease_until = clock_timestamp(),
  lost_count = 0, is_waiting = ${isWaiting}, awaited = ${awaited}
WHERE job_id = $1 AND lease_token = $2 AND state = 'running' AND NOT has_news AND ${also}
RETURNING tag`;

/**
 * A step's end, the next steps with their bells, and the run parked until they end: a step elsewhere costs one commit here.
 * The row is locked before it is parked, because a row that its own statement has changed is not locked any more.
 */
const HAND_OVER = `
WITH ${STEP_END}, ${submitted(`held CROSS JOIN ${unnested(JOB_COLUMNS, JOBS_AT)}`, '')},
parked AS (${parking('NULL', `$${PARKED_AT}`, `$${PARKED_AT + 1}`, '(SELECT count(*) FROM held) = 1')})
SELECT (SELECT count(*) FROM held) AS held, (SELECT count(*) FROM parked) AS parked, (SELECT count FROM doorbell) AS rung,
  (SELECT count(*) FROM told) AS told, (SELECT count(*) FROM told_queued) AS told_queued`;

const endOf = (flow: ClaimedFlow, { worker, workerGroup, isTold, nodes, inlineEnd }: RunCommit): unknown[] => [
  flow.id,
  flow.leaseToken,
  worker,
  workerGroup,
  isTold,
  ...unnestedValues(NODE_COLUMNS, nodes),
  ...unnestedValues(END_COLUMNS, inlineEnd === null ? [] : [inlineEnd]),
];

/** Writes a step's end and the next one's start. False: the lease is lost, nothing was written. */
export async function goOn(flow: ClaimedFlow, commit: RunCommit, client?: pg.PoolClient): Promise<boolean> {
  const begun = commit.inlineStart === null ? [] : [commit.inlineStart];
  const values = [...endOf(flow, commit), ...unnestedValues(JOB_COLUMNS, begun)];
  const [row] = await prepared<{ held: number }>('run_go_on', GO_ON, values, client);
  return row?.held === 1;
}

/** Queues the next steps and parks the run. `awake`: news came, it is still the caller's. */
export async function handOver(
  flow: ClaimedFlow,
  commit: RunCommit,
  { isWaiting, awaited }: Parking,
): Promise<'fenced' | 'awake' | 'parked'> {
  const values = [...endOf(flow, commit), ...unnestedValues(JOB_COLUMNS, commit.queued), isWaiting, awaited];
  const [row] = await prepared<{ held: number; parked: number }>('run_hand_over', HAND_OVER, values);
  if (row?.held !== 1) return 'fenced';
  return row.parked === 1 ? 'parked' : 'awake';
}
