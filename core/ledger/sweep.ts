import type pg from 'pg';
import { rows, transaction } from '@/core/platform/db';
import { endStepsOf, stopStepsOf } from './flow-steps';
import { LIVE_CHANNEL, LIVE_SLOTS, MAX_LOST } from './model';
import { wakeFlow } from './wake';

/** One sweeper at a time in the whole installation; the others come back at their next tick. */
const SWEEP_LOCK = 72707370;

/** Leases that ran out: their worker is dead, paused or cut off. Cancelled and poison ones end, the others go again. */
const EXPIRED = `
SELECT q.job_id, q.workspace_id, q.lease_owner, q.lost_count, q.cancel_by, q.cancel_reason, q.timeout_at < now() AS is_late,
  q.timeout_s, q.tag, q.limit_key, q.flow_id
FROM job_queue q WHERE q.state = 'running' AND q.lease_until < clock_timestamp()
ORDER BY q.job_id LIMIT 200 FOR UPDATE SKIP LOCKED`;

/** Jobs past their time whose worker should have ended them long ago. */
const OVERDUE = `
SELECT q.job_id, q.workspace_id, q.lease_owner, q.lost_count, q.cancel_by, q.cancel_reason, true AS is_late, q.timeout_s, q.tag,
  q.limit_key, q.flow_id
FROM job_queue q WHERE q.state = 'running' AND q.timeout_at < clock_timestamp() - interval '30 seconds' AND NOT q.has_begun
ORDER BY q.job_id LIMIT 200 FOR UPDATE SKIP LOCKED`;

interface Stray extends pg.QueryResultRow {
  job_id: string;
  workspace_id: string;
  lease_owner: string;
  lost_count: number;
  cancel_by: string | null;
  cancel_reason: string | null;
  is_late: boolean;
  timeout_s: number;
  tag: string;
  limit_key: string | null;
  flow_id: string | null;
}

const END = `
WITH gone AS (DELETE FROM job_queue WHERE job_id = $1 RETURNING job_id, started_at, attempt, lease_owner)
UPDATE job j SET outcome = $2, reason = $3, result = $4::json, ended_at = clock_timestamp(), started_at = gone.started_at,
  attempts = gone.attempt, worker = gone.lease_owner, cancelled_by = $5,
  duration_ms = extract(epoch FROM clock_timestamp() - gone.started_at) * 1000
FROM gone WHERE j.id = gone.job_id`;

const GO_AGAIN = `
UPDATE job_queue SET state = 'queued', run_at = now(), lost_count = lost_count + 1, lease_token = NULL, lease_owner = NULL,
  lease_until = NULL, started_at = CASE WHEN has_begun THEN started_at END, timeout_at = CASE WHEN has_begun THEN timeout_at END
WHERE job_id = $1`;

/** Flows past their time, and parked ones that wait for nothing: their owner decides what follows. */
const FORGOTTEN_FLOWS = `
SELECT q.job_id, q.timeout_at < clock_timestamp() AS is_late FROM job_queue q WHERE q.flow_id = q.job_id AND q.has_begun
  AND (q.timeout_at < clock_timestamp() AND (q.state = 'parked' OR q.state = 'queued' AND q.run_at > now())
    OR q.state = 'parked' AND NOT q.is_waiting AND q.lease_until < clock_timestamp() - interval '5 seconds'
      AND NOT EXISTS (SELECT 1 FROM job_queue s WHERE s.flow_id = q.job_id AND s.job_id <> q.job_id))
ORDER BY q.job_id LIMIT 100`;

const NOTE = `
INSERT INTO job_event (job_id, seq, kind, detail)
SELECT $1, (SELECT coalesce(max(seq), 0) + 1 FROM job_event WHERE job_id = $1), $2, $3`;

const RING = "SELECT graphile_worker.add_job('job:' || $1, '{}', max_attempts => 1)";
const TELL = `SELECT pg_notify('${LIVE_CHANNEL}', $1)`;

/**
 * What becomes of a job whose worker is gone. Pure. A flow always gets another owner, who cancels or ends it with its
 * steps; only one that goes on killing owners ends here.
 */
export function fateOf(
  stray: Pick<Stray, 'cancel_by' | 'cancel_reason' | 'is_late' | 'timeout_s' | 'lost_count' | 'lease_owner'>,
  isFlow = false,
):
  | { kind: 'again'; detail: string }
  | { kind: 'end'; outcome: 'cancelled' | 'timed_out' | 'failed'; reason: string; error: Record<string, string> } {
  if (isFlow && stray.lost_count + 1 < 2 * MAX_LOST) return { kind: 'again', detail: lostSentence(stray.lease_owner) };
  if (stray.cancel_by !== null) {
    const because = stray.cancel_reason ? `: ${stray.cancel_reason}` : '';
    const reason = `Cancelled by ${stray.cancel_by}${because}.`;
    const error = { name: 'Canceled', message: reason, reason: stray.cancel_reason ?? '', canceler: stray.cancel_by };
    return { kind: 'end', outcome: 'cancelled', reason, error };
  }
  if (stray.is_late) {
    const reason = `Timed out after ${stray.timeout_s} s.`;
    return { kind: 'end', outcome: 'timed_out', reason, error: { name: 'TimedOut', message: reason } };
  }
  if (stray.lost_count + 1 >= MAX_LOST) {
    const reason = `Failed: ${MAX_LOST} workers died while they ran it, the last one was ${stray.lease_owner}.`;
    return { kind: 'end', outcome: 'failed', reason, error: { name: 'WorkerLost', message: reason } };
  }
  return { kind: 'again', detail: lostSentence(stray.lease_owner) };
}

const lostSentence = (owner: string): string =>
  `Worker ${owner} stopped answering; the job was put back into the queue.`;

async function settleStray(client: pg.PoolClient, stray: Stray): Promise<void> {
  const isFlow = stray.flow_id === stray.job_id;
  const fate = fateOf(stray, isFlow);
  if (fate.kind === 'again') {
    await client.query(GO_AGAIN, [stray.job_id]);
    await client.query(NOTE, [stray.job_id, 'lost_worker', fate.detail]);
    await client.query(RING, [stray.tag]);
  } else {
    const result = JSON.stringify({ error: fate.error });
    await client.query(END, [stray.job_id, fate.outcome, fate.reason, result, stray.cancel_by]);
    if (stray.limit_key !== null) await client.query(RING, [stray.tag]);
    if (isFlow) await endStepsOf(stray.job_id, client);
    else if (stray.flow_id !== null) await wakeFlow(client, stray.flow_id);
  }
  const kind = fate.kind === 'again' ? 'retried' : 'ended';
  await client.query(TELL, [JSON.stringify({ kind, workspaceId: stray.workspace_id, jobIds: [stray.job_id] })]);
}

/**
 * Rings again for due jobs whose doorbell was lost: due for over 3 s, and fewer audible doorbells of their tag than
 * slots that could hear one. Reads graphile's public view, and only when something waits.
 */
const SILENT = `
WITH due AS (
  SELECT q.tag, least(count(*), greatest(1, (${LIVE_SLOTS('q.tag')}))) AS waiting FROM job_queue q
  WHERE q.state = 'queued' AND q.run_at < now() - interval '3 seconds'
    AND NOT EXISTS (SELECT 1 FROM worker_group g WHERE g.name = q.tag AND g.is_paused)
  GROUP BY q.tag
), heard AS (
  SELECT b.task_identifier, count(*) AS bells FROM graphile_worker.jobs b
  WHERE EXISTS (SELECT 1 FROM due) AND b.locked_at IS NULL AND b.run_at <= now() AND b.attempts < b.max_attempts
  GROUP BY b.task_identifier
)
SELECT due.tag, least(due.waiting - coalesce(heard.bells, 0), 100)::int AS missing
FROM due LEFT JOIN heard ON heard.task_identifier = 'job:' || due.tag
WHERE due.waiting > coalesce(heard.bells, 0)`;

const RING_MANY = `
SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
  SELECT ('job:' || $1, '{}', NULL, NULL, 1, NULL, NULL, NULL)::graphile_worker.job_spec FROM generate_series(1, $2::int)))`;

/** Doorbells that a dead process still holds: nobody waits for them, they only take room. */
const FORGOTTEN_BELLS = "DELETE FROM graphile_worker._private_jobs WHERE locked_at < now() - interval '1 hour'";

/** Worker rows that have been silent for long; their jobs were swept above, by lease and not by this. */
const GONE_WORKERS = `
UPDATE worker SET stopped_at = last_ping WHERE stopped_at IS NULL AND last_ping < now() - interval '2 minutes'`;

export interface SweepReport {
  /** jobs taken from dead workers, ended or put back */
  readonly strays: number;
  /** doorbells rung again */
  readonly rung: number;
}

/** Heals what crashes left behind. Null: another process is sweeping. */
export async function sweep(): Promise<SweepReport | null> {
  return transaction(async (client) => {
    const [lock] = await rows<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS held', [SWEEP_LOCK], client);
    if (!lock?.held) return null;
    const expired = await rows<Stray>(EXPIRED, [], client);
    for (const stray of expired) await settleStray(client, stray);
    const overdue = await rows<Stray>(OVERDUE, [], client);
    for (const stray of overdue) await settleStray(client, stray);
    const forgotten = await rows<{ job_id: string; is_late: boolean }>(FORGOTTEN_FLOWS, [], client);
    for (const { job_id, is_late } of forgotten) {
      if (is_late) await stopStepsOf(job_id, 'the deadline', client);
      await wakeFlow(client, job_id);
    }
    const silent = await rows<{ tag: string; missing: number }>(SILENT, [], client);
    for (const { tag, missing } of silent) await client.query(RING_MANY, [tag, missing]);
    await client.query(FORGOTTEN_BELLS);
    await client.query(GONE_WORKERS);
    return { strays: expired.length + overdue.length, rung: silent.reduce((sum, { missing }) => sum + missing, 0) };
  });
}

/** Ends of life that are not urgent: expired cache rows, workers long gone, jobs older than `retentionDays`, in batches. */
export async function retire(retentionDays: number): Promise<number> {
  await rows('DELETE FROM job_cache WHERE expires_at < now()');
  await rows("DELETE FROM worker WHERE stopped_at < now() - interval '7 days'");
  const old = await rows(
    `DELETE FROM job WHERE id IN (
       SELECT id FROM job WHERE ended_at < now() - make_interval(days => $1) ORDER BY ended_at LIMIT 1000)
     RETURNING id`,
    [retentionDays],
  );
  return old.length;
}
