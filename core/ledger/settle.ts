import type { ClaimedJob, Settlement } from '@/core/job/model';
import { keepSealed } from '@/core/job/sealed/commands';
import { hotPool, prepared, relaxedPool, rows, transaction } from '@/core/platform/db';
import { MicroBatch } from './batch';
import { type ClaimRow, claimedColumns, dueJobs, parseClaim, TAKE_LEASE, tellAll } from './claim';
import { HEARTBEAT_MS, LEASE_MS, LIVE_CHANNEL, MAX_TOLD_RESULT_BYTES } from './model';
import { type BatchColumn, unnested, unnestedValues } from './unnest';

const COLUMNS: readonly BatchColumn<Settlement>[] = [
  { name: 'job_id', type: 'uuid', value: (end) => end.jobId },
  { name: 'lease_token', type: 'uuid', value: (end) => end.leaseToken },
  { name: 'outcome', type: 'text', value: (end) => end.outcome },
  { name: 'result', type: 'text', value: (end) => end.resultJson },
  { name: 'reason', type: 'text', value: (end) => end.reason },
  { name: 'worker', type: 'text', value: (end) => end.worker },
  { name: 'worker_group', type: 'text', value: (end) => end.workerGroup },
  { name: 'mem_peak_kb', type: 'int', value: (end) => end.memPeakKb },
  { name: 'cancelled_by', type: 'text', value: (end) => end.cancelledBy },
  { name: 'labels', type: 'text', value: (end) => JSON.stringify(end.labels) },
  { name: 'log_seq', type: 'int', value: (end) => end.log?.seq ?? null },
  { name: 'log_text', type: 'text', value: (end) => end.log?.text ?? null },
];

/**
 * Ends jobs and, in the same commit, takes leases on the next ones: under load a job costs one commit in all.
 * Fenced: the queue row must still carry the caller's lease token. The row's deletion is what ends the job once; whoever
 * finds none (a zombie) changes nothing. $1 owner, $2 tags, $3 how many to claim, then the batch.
 *
 * The flows that the jobs are steps of are locked first, as everywhere: two steps that end at the same moment must both
 * be seen. A flow that waited for this is owned from here on by the slot that the step leaves, or told by its bell; one
 * that is being advanced is marked.
 */
const SETTLE = `
WITH input AS MATERIALIZED (SELECT * FROM ${unnested(COLUMNS, 4)}),
flows AS MATERIALIZED (
  SELECT f.job_id, f.state, f.run_at, f.lease_token AS previous_token, f.awaited FROM job_queue f
  WHERE f.job_id IN (SELECT q.flow_id FROM job_queue q JOIN input USING (job_id) WHERE q.flow_id <> q.job_id)
  ORDER BY f.job_id FOR UPDATE
), held AS (
  DELETE FROM job_queue q USING input
  WHERE q.job_id = input.job_id AND q.lease_token = input.lease_token AND q.state = 'running'
    AND (SELECT count(*) FROM flows) >= 0
  RETURNING q.job_id, q.workspace_id, q.started_at, q.attempt, q.tag, q.limit_key, q.flow_id
), news AS MATERIALIZED (
  SELECT held.flow_id, count(*)::int AS ends, bool_or(input.outcome <> 'succeeded') AS is_bad
  FROM held JOIN input USING (job_id) WHERE held.flow_id IS NOT NULL GROUP BY held.flow_id
), woken AS MATERIALIZED (
  SELECT *, is_due AND row_number() OVER (ORDER BY is_due DESC, job_id) <= $3 AS is_taken FROM (
    SELECT flows.*, news.ends, flows.state <> 'running' AND (news.is_bad OR flows.awaited - news.ends <= 0) AS is_due,
      flows.state = 'parked' OR flows.run_at > now() AS was_asleep
    FROM flows JOIN news ON news.flow_id = flows.job_id) told
), noted AS (
  UPDATE job_queue q SET has_news = true, awaited = greatest(0, q.awaited - woken.ends),
    state = CASE WHEN woken.is_due THEN 'queued' ELSE q.state END,
    run_at = CASE WHEN woken.is_due THEN least(q.run_at, now()) ELSE q.run_at END
  FROM woken WHERE q.job_id = woken.job_id AND NOT woken.is_taken
  RETURNING q.tag, woken.is_due AND woken.was_asleep AS is_rung
), rung_flows AS (
  SELECT graphile_worker.add_job('job:' || tag, '{}', max_attempts => 1) FROM noted WHERE is_rung
), taken AS (
  UPDATE job_queue q SET ${TAKE_LEASE} FROM woken, job j
  WHERE q.job_id = woken.job_id AND woken.is_taken AND j.id = q.job_id
  RETURNING ${claimedColumns('woken')}
), ended AS (
  UPDATE job j SET outcome = input.outcome, result = input.result::json, reason = input.reason, worker = input.worker,
    worker_group = input.worker_group, mem_peak_kb = input.mem_peak_kb, cancelled_by = input.cancelled_by,
    started_at = held.started_at, ended_at = clock_timestamp(), attempts = held.attempt,
    duration_ms = extract(epoch FROM clock_timestamp() - held.started_at) * 1000,
    labels = ARRAY(SELECT json_array_elements_text(input.labels::json))
  FROM held JOIN input USING (job_id) WHERE j.id = held.job_id
  RETURNING j.id, j.workspace_id, input.outcome, input.result, input.reason,
    octet_length(input.result) + octet_length(input.reason) < ${MAX_TOLD_RESULT_BYTES} AS is_small
), logged AS (
  INSERT INTO job_log (job_id, seq, text)
  SELECT held.job_id, input.log_seq, input.log_text FROM held JOIN input USING (job_id) WHERE input.log_text IS NOT NULL
  ON CONFLICT DO NOTHING
), next_limited AS (
  SELECT graphile_worker.add_job('job:' || waiting.tag, '{}', max_attempts => 1)
  FROM (SELECT DISTINCT limit_key FROM held WHERE limit_key IS NOT NULL) freed CROSS JOIN LATERAL (
    SELECT q.tag FROM job_queue q WHERE q.limit_key = freed.limit_key AND q.state = 'queued' AND q.run_at <= now() LIMIT 20) waiting
), due AS MATERIALIZED (${dueJobs({
  limit: '($3 - (SELECT count(*) FROM woken WHERE is_taken))',
  only: 'q.job_id NOT IN (SELECT flow_id FROM news)',
})}), claimed AS (
  UPDATE job_queue q SET ${TAKE_LEASE} FROM due, job j
  WHERE q.job_id = due.job_id AND j.id = q.job_id
  RETURNING ${claimedColumns('due')}
), told AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'ended', 'workspaceId', workspace_id, 'jobIds', json_build_array(id),
    'end', json_build_object('outcome', outcome, 'resultJson', result, 'reason', reason))::text)
  FROM ended WHERE is_small
), told_large AS (${tellAll('ended', '(SELECT * FROM ended WHERE NOT is_small) large')}),
told_started AS (${tellAll('started', 'claimed')})
SELECT (SELECT json_agg(id) FROM ended) AS ended, (SELECT count(*) FROM told) AS told,
  (SELECT count(*) FROM told_large) AS told_large, (SELECT count(*) FROM told_started) AS told_started,
  (SELECT count(*) FROM next_limited) AS rung, (SELECT json_agg(claimed) FROM claimed) AS claimed,
  (SELECT count(*) FROM rung_flows) AS rung_flows, (SELECT json_agg(taken) FROM taken) AS taken`;

interface SettleRow {
  ended: string | null;
  claimed: string | null;
  taken: string | null;
  [column: string]: unknown;
}

export interface SettleRequest {
  readonly end: Settlement;
  /** may this slot go on with another job? */
  readonly wantsNext: boolean;
}

export interface SettleAnswer {
  /** false: the lease was lost, nothing was written, and the work must be thrown away */
  readonly isAccepted: boolean;
  readonly next: ClaimedJob | null;
}

/** Rows that went through JSON: `scheduled_for` arrives as text, which `Date` takes as well. */
function parseClaimedJson(text: string | null): ClaimedJob[] {
  const claimed: ClaimRow[] = text === null ? [] : JSON.parse(text);
  return claimed.map((row) => parseClaim({ ...row, scheduled_for: new Date(row.scheduled_for) }));
}

const endedIn = (row: SettleRow | undefined): ReadonlySet<string> => new Set(row?.ended ? JSON.parse(row.ended) : []);

/** The same in one commit with what is hidden of the results, of those that were accepted. */
function settleSealed(values: unknown[], ends: readonly Settlement[]): Promise<SettleRow | undefined> {
  return transaction(async (client) => {
    const [row] = await prepared<SettleRow>('ledger_settle', SETTLE, values, client);
    const ended = endedIn(row);
    const kept = ends.filter(({ jobId }) => ended.has(jobId));
    await keepSealed(
      client,
      kept.flatMap(({ jobId, hidden }) => (hidden === undefined ? [] : [{ jobId, part: 'result' as const, hidden }])),
    );
    return row;
  }, hotPool());
}

/** Ends attempts for one worker, in micro-batches, and hands each freed slot its next job. */
export class Settler {
  private readonly batch: MicroBatch<SettleRequest, SettleAnswer>;

  /** `tags` is asked at each batch, because an admin may change what a group serves. */
  constructor(
    private readonly owner: string,
    private readonly tags: () => readonly string[],
    maxItems: number,
  ) {
    this.batch = new MicroBatch((requests) => this.send(requests), maxItems);
  }

  settle(request: SettleRequest): Promise<SettleAnswer> {
    return this.batch.add(request);
  }

  private async send(requests: readonly SettleRequest[]): Promise<readonly SettleAnswer[]> {
    const wanted = requests.filter(({ wantsNext }) => wantsNext).length;
    const ends = requests.map(({ end }) => end);
    const values = [this.owner, this.tags(), wanted, ...unnestedValues(COLUMNS, ends)];
    const row = ends.some(({ hidden }) => hidden !== undefined)
      ? await settleSealed(values, ends)
      : (await prepared<SettleRow>('ledger_settle', SETTLE, values))[0];
    const ended = endedIn(row);
    const next = [...parseClaimedJson(row?.taken ?? null), ...parseClaimedJson(row?.claimed ?? null)];
    return requests.map(({ end, wantsNext }) => ({
      isAccepted: ended.has(end.jobId),
      next: (wantsNext ? next.shift() : null) ?? null,
    }));
  }
}

const REQUEUE = `
WITH back AS (
  UPDATE job_queue SET state = 'queued', lease_token = NULL, lease_owner = NULL, lease_until = NULL,
    started_at = CASE WHEN has_begun THEN started_at END,
    timeout_at = CASE WHEN has_begun THEN timeout_at END, run_at = now() + make_interval(secs => $3::float8), attempt = attempt - $5::int,
    lost_count = lost_count + $7::int
  WHERE job_id = $1 AND lease_token = $2 AND state = 'running' AND cancel_by IS NULL
  RETURNING job_id, workspace_id, tag, run_at
), noted AS (
  INSERT INTO job_event (job_id, seq, kind, detail)
  SELECT job_id, (SELECT coalesce(max(seq), 0) + 1 FROM job_event WHERE job_id = $1), $6, $4 FROM back
), rung AS (
  SELECT graphile_worker.add_job('job:' || tag, '{}', run_at => run_at, max_attempts => 1) FROM back
), told AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'retried', 'workspaceId', workspace_id, 'jobIds', json_build_array(job_id))::text)
  FROM back
)
SELECT job_id, (SELECT count(*) FROM rung) AS rung, (SELECT count(*) FROM told) AS told FROM back`;

/** Puts a failed attempt back into the queue, due after `delayS` seconds. False: the lease was lost or a cancel came first. */
export async function retryJob(job: ClaimedJob, delayS: number, detail: string): Promise<boolean> {
  return (await rows(REQUEUE, [job.id, job.leaseToken, delayS, detail, 0, 'retry', 0])).length === 1;
}

/** Gives a job back that this worker will not finish (it stops); the attempt does not count. */
export async function releaseJob(job: ClaimedJob, detail: string): Promise<boolean> {
  return (await rows(REQUEUE, [job.id, job.leaseToken, 0, detail, 1, 'released', 0])).length === 1;
}

/** Gives a job back whose sandbox broke on this machine: not the script's fault, but it counts towards poison. */
export async function returnBroken(job: ClaimedJob, detail: string): Promise<boolean> {
  return (await rows(REQUEUE, [job.id, job.leaseToken, 1, detail, 0, 'lost_worker', 1])).length === 1;
}

/** Younger leases may be on their way to the worker. */
const UNKNOWN = `
WITH back AS (
  UPDATE job_queue SET state = 'queued', lease_token = NULL, lease_owner = NULL, lease_until = NULL,
    started_at = CASE WHEN has_begun THEN started_at END, timeout_at = CASE WHEN has_begun THEN timeout_at END,
    run_at = now(), attempt = attempt - 1
  WHERE state = 'running' AND lease_owner = $1 AND lease_token <> ALL ($2::uuid[]) AND cancel_by IS NULL
    AND lease_until < clock_timestamp() + interval '${LEASE_MS - HEARTBEAT_MS} milliseconds'
  RETURNING job_id, workspace_id, tag
), noted AS (
  INSERT INTO job_event (job_id, seq, kind, detail)
  SELECT job_id, (SELECT coalesce(max(e.seq), 0) + 1 FROM job_event e WHERE e.job_id = back.job_id), 'released', $3 FROM back
), rung AS (
  SELECT graphile_worker.add_job('job:' || tag, '{}', max_attempts => 1) FROM back
), told AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'retried', 'workspaceId', workspace_id, 'jobIds', json_build_array(job_id))::text)
  FROM back
)
SELECT (SELECT count(*) FROM back) AS released, (SELECT count(*) FROM rung) AS rung, (SELECT count(*) FROM told) AS told`;

/**
 * Gives back what the ledger says `owner` runs and `owner` does not know of. Answers how many. The attempts do not count:
 * nothing ran.
 */
export async function releaseUnknown(owner: string, leaseTokens: readonly string[], detail: string): Promise<number> {
  const [row] = await rows<{ released: number }>(UNKNOWN, [owner, leaseTokens, detail], relaxedPool());
  return row?.released ?? 0;
}

const RENEW = `
UPDATE job_queue SET lease_until = clock_timestamp() + ($2 || ' milliseconds')::interval
WHERE lease_token = ANY($1::uuid[]) AND state = 'running'
RETURNING lease_token, cancel_by, cancel_reason,
  CASE WHEN flow_id = job_id THEN (SELECT r.step_cancel FROM flow_run r WHERE r.job_id = job_queue.job_id) END AS step_cancel`;

export interface Renewal {
  readonly leaseToken: string;
  readonly cancelBy: string | null;
  readonly cancelReason: string | null;
  /** somebody asks to stop the step that a flow's owner runs: {jobId, by, because} as JSON */
  readonly stepCancelJson: string | null;
}

interface RenewalRow {
  lease_token: string;
  cancel_by: string | null;
  cancel_reason: string | null;
  step_cancel: string | null;
  [column: string]: unknown;
}

/** Renews leases; those that are missing from the answer are lost, and their work must be killed. */
export async function renewLeases(leaseTokens: readonly string[], leaseMs: number): Promise<Renewal[]> {
  if (leaseTokens.length === 0) return [];
  const renewed = await rows<RenewalRow>(RENEW, [leaseTokens, leaseMs], relaxedPool());
  return renewed.map((row) => ({
    leaseToken: row.lease_token,
    cancelBy: row.cancel_by,
    cancelReason: row.cancel_reason,
    stepCancelJson: row.step_cancel,
  }));
}
