import { z } from 'zod';
import type { Hold } from './model';

const LATE = "now() - interval '1 second'";

/** A flow's row whose owner has parked it. Its steps' doorbells ring for a moment before a worker takes them. */
const STANDS = `q.flow_id = q.job_id AND q.has_begun AND (q.state = 'parked' OR q.state = 'queued' AND q.run_at > now())
  AND NOT EXISTS (SELECT 1 FROM job_queue s WHERE s.flow_id = q.job_id AND s.job_id <> q.job_id
    AND (s.state = 'running' OR s.state = 'queued' AND s.run_at BETWEEN ${LATE} AND now()))`;
const ASKS = `q.is_waiting OR EXISTS (SELECT 1 FROM approval a WHERE a.run_id = q.job_id AND a.state = 'open')`;
const STEPS = `FROM job_queue s WHERE s.flow_id = q.job_id AND s.job_id <> q.job_id AND s.state = 'queued' AND s.run_at <= now()`;

/** What the job `j` with the queue row `q` waits for, in SQL: a kind of hold; null while it is at work or has ended. */
export const WAITS_FOR = `CASE WHEN j.outcome IS NULL AND (q.is_waiting OR ${STANDS}) THEN
  CASE WHEN ${ASKS} THEN 'approval' WHEN EXISTS (SELECT 1 ${STEPS}) THEN 'worker' WHEN q.state = 'queued' THEN 'time' END END`;

const ms = (column: string) => `round(extract(epoch FROM ${column}) * 1000)`;

/** The hold as JSON, in SQL. */
export const HOLD = `CASE ${WAITS_FOR}
  WHEN 'approval' THEN (SELECT json_build_object('kind', 'approval', 'count', count(*) OVER (), 'people', a.people,
      'title', coalesce(nullif(split_part(btrim(a.question->>'message', E' \\n\\t'), E'\\n', 1), ''), a.question->>'step'),
      'deadlineAt', ${ms('a.deadline_at')})
    FROM approval a WHERE a.run_id = q.job_id AND a.state = 'open' ORDER BY a.created_at, a.id LIMIT 1)
  WHEN 'worker' THEN (SELECT json_build_object('kind', 'worker', 'tag', s.tag) ${STEPS} ORDER BY s.run_at LIMIT 1)
  WHEN 'time' THEN json_build_object('kind', 'time', 'until', ${ms('q.run_at')}) END`;

const holdSchema: z.ZodType<Hold> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approval'),
    count: z.number(),
    title: z.string(),
    people: z.array(z.string()),
    deadlineAt: z.number().nullable(),
  }),
  z.object({ kind: z.literal('worker'), tag: z.string() }),
  z.object({ kind: z.literal('time'), until: z.number() }),
]);

/** JSON comes out of the database as text. */
export const parseHold = (json: string | null): Hold | null =>
  json === null ? null : holdSchema.parse(JSON.parse(json));
