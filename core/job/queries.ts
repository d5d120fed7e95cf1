import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { isId } from '@/core/ids';
import { WORKER_LATE_MS } from '@/core/ledger/model';
import { prepared, rows } from '@/core/platform/db';
import type { EndOfJob, JobDetail, JobEvent, Outcome } from './model';
import { DETAIL_COLUMNS, type DetailRow, parseDetail } from './row';
import type { WaitFacts } from './rules';

const DETAIL = `
SELECT ${DETAIL_COLUMNS} FROM job j LEFT JOIN job_queue q ON q.job_id = j.id WHERE j.workspace_id = $1 AND j.id = $2`;

/** One job in full. Throws `not_found` when it does not exist or the actor may not see it. */
export async function getJob(actor: WorkspaceActor, id: string): Promise<JobDetail> {
  const [row] = isId(id) ? await prepared<DetailRow>('job_detail', DETAIL, [actor.workspaceId, id]) : [];
  if (row === undefined) throw notFound(`Job ${id}`);
  requireCan(actor, 'job:read', { kind: 'job', createdBy: row.created_by, path: row.path });
  return parseDetail(row);
}

/** What happened to it besides the normal course, oldest first. Number 0 is its progress, which core/job/progress reads. */
export async function jobEvents(id: string): Promise<JobEvent[]> {
  return rows<{ seq: number; at: number; kind: JobEvent['kind']; detail: string }>(
    'SELECT seq, (extract(epoch FROM at) * 1000)::float8 AS at, kind, detail FROM job_event WHERE job_id = $1 AND seq > 0 ORDER BY seq',
    [id],
  );
}

/** How a job ended; null while it has not. No permission is asked: the caller has the job's id from a gate. */
export async function endOfJob(id: string): Promise<EndOfJob | null> {
  const [row] = await prepared<{ outcome: Outcome; result: string | null; reason: string | null }>(
    'job_end',
    'SELECT outcome, result, reason FROM job WHERE id = $1 AND outcome IS NOT NULL',
    [id],
  );
  return row === undefined
    ? null
    : { outcome: row.outcome, resultJson: row.result ?? 'null', reason: row.reason ?? '' };
}

/** Text of the log from character `offset` on (UTF-16 units, as browsers count), and where the next read begins. */
export async function logSince(
  id: string,
  offset: number,
  maxChars = 1_000_000,
): Promise<{ text: string; nextOffset: number }> {
  const chunks = await rows<{ seq: number; text: string }>(
    `SELECT seq, text FROM job_log WHERE job_id = $1
       AND seq >= coalesce((SELECT max(seq) FROM job_log WHERE job_id = $1 AND seq <= $2), 0) ORDER BY seq LIMIT 200`,
    [id, offset],
  );
  let text = '';
  for (const chunk of chunks) text += chunk.text.slice(Math.max(0, offset - chunk.seq));
  if (text.length > maxChars) text = text.slice(0, maxChars);
  return { text, nextOffset: offset + text.length };
}

/** The whole log; the worker keeps it below its cap. */
export async function fullLog(id: string): Promise<string> {
  const chunks = await rows<{ text: string }>('SELECT text FROM job_log WHERE job_id = $1 ORDER BY seq', [id]);
  return chunks.map(({ text }) => text).join('');
}

const FACTS = `
WITH me AS (SELECT * FROM job_queue WHERE job_id = $1 AND state = 'queued' AND NOT has_begun),
live AS (
  SELECT w.* FROM worker w, me WHERE w.stopped_at IS NULL AND w.last_ping > now() - interval '${WORKER_LATE_MS} milliseconds'
    AND NOT w.is_draining)
SELECT me.tag, (extract(epoch FROM me.run_at - now()) * 1000)::float8 AS due_in_ms, me.attempt, me.limit_key, me.limit_count,
  me.limit_window_s, coalesce((SELECT g.is_paused FROM worker_group g WHERE g.name = me.tag), false) AS is_paused,
  (SELECT count(*) FROM live WHERE me.tag = ANY (live.tags)) AS live_workers,
  (SELECT coalesce(sum(slots), 0) FROM live WHERE me.tag = ANY (live.tags)) AS slots,
  (SELECT count(*) FROM job_queue b WHERE b.state = 'running' AND b.lease_owner IN
    (SELECT live.id FROM live WHERE me.tag = ANY (live.tags))) AS busy,
  (SELECT count(*) FROM (SELECT 1 FROM job_queue a WHERE a.state = 'queued' AND a.tag = me.tag AND a.run_at <= now()
    AND (a.priority, me.run_at, me.job_id) > (me.priority, a.run_at, a.job_id) LIMIT 10000) ahead) AS ahead,
  (SELECT count(*) FROM job_queue r WHERE r.limit_key = me.limit_key AND (r.state = 'running' OR r.has_begun))
    + CASE WHEN me.limit_window_s IS NULL THEN 0 ELSE (SELECT count(*) FROM job d WHERE d.limit_key = me.limit_key
      AND d.outcome IS NOT NULL AND d.started_at > now() - make_interval(secs => me.limit_window_s)) END AS limit_used,
  (SELECT coalesce(array_agg(DISTINCT t), '{}') FROM live, unnest(live.tags) t) AS live_groups,
  (SELECT (extract(epoch FROM now() - max(w.last_ping)) * 1000)::float8 FROM worker w WHERE me.tag = ANY (w.tags)) AS last_seen_ms,
  (SELECT avg(duration_ms)::float8 FROM (SELECT duration_ms FROM job h WHERE h.workspace_id = me.workspace_id AND h.tag = me.tag
    AND h.outcome = 'succeeded' ORDER BY h.created_at DESC LIMIT 20) recent) AS typical_ms
FROM me`;

interface FactsRow {
  tag: string;
  due_in_ms: number;
  attempt: number;
  limit_key: string | null;
  limit_count: number | null;
  limit_window_s: number | null;
  is_paused: boolean;
  live_workers: number;
  slots: number;
  busy: number;
  ahead: number;
  limit_used: number;
  live_groups: string[];
  last_seen_ms: number | null;
  typical_ms: number | null;
}

/** What decides why a queued job waits; null when it is not queued. */
export async function waitFacts(id: string): Promise<WaitFacts | null> {
  const [row] = await rows<FactsRow>(FACTS, [id]);
  if (row === undefined) return null;
  return {
    tag: row.tag,
    dueInMs: row.due_in_ms,
    attempt: row.attempt,
    isPaused: row.is_paused,
    liveWorkers: row.live_workers,
    slots: row.slots,
    busySlots: row.busy,
    jobsAhead: row.ahead,
    limit:
      row.limit_key === null || row.limit_count === null
        ? null
        : { key: row.limit_key, count: row.limit_count, used: row.limit_used, windowS: row.limit_window_s },
    liveGroups: row.live_groups,
    lastSeenMs: row.last_seen_ms,
    typicalMs: row.typical_ms,
  };
}
