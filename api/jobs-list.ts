import { z } from 'zod';
import { badRequest } from '@/core/errors';
import { formatCursor, type JobFilter, parseCursor } from '@/core/job/filter';
import { HOLDS } from '@/core/job/hold/model';
import { countJobs, listJobs } from '@/core/job/list/queries';
import { JOB_KINDS, JOB_STATES, type JobKind, type JobState, type JobSummary, TRIGGERS } from '@/core/job/model';
import { jobToWire } from '@/core/job/wire';
import { rows } from '@/core/platform/db';
import { type Answer, json, withHeaders } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { flag, list, paging } from './query';

const COUNT_LIMIT = 1000;
const FAILURES: readonly JobState[] = ['failed', 'cancelled', 'timed_out', 'rejected'];
const NOT_BEGUN: readonly JobState[] = ['queued', 'scheduled'];
/** To other clients a flow that waits is one that runs. */
const BEGUN: readonly JobState[] = ['running', 'waiting'];

/** A time in ISO 8601 or as milliseconds since the epoch. */
const moment = z
  .string()
  .optional()
  .transform((value, context): number | undefined => {
    if (value === undefined || value === '') return undefined;
    const ms = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
    if (!Number.isNaN(ms)) return ms;
    context.addIssue('must be a time in ISO 8601, or milliseconds since 1970');
    return z.NEVER;
  });

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  list().pipe(z.array(z.enum(values)).optional());

const jsonObject = z
  .string()
  .optional()
  .transform((value, context): Record<string, unknown> | undefined => {
    if (value === undefined || value === '') return undefined;
    try {
      return z.record(z.string(), z.unknown()).parse(JSON.parse(value));
    } catch {
      context.addIssue('must be a JSON object');
      return z.NEVER;
    }
  });

const filterQuery = z.looseObject({
  state: oneOf(JOB_STATES),
  kind: oneOf(JOB_KINDS),
  job_kinds: list(),
  waits_for: oneOf(HOLDS),
  suspended: flag('suspended'),
  is_skipped: flag('is_skipped'),
  running: flag('running'),
  success: flag('success'),
  status: z.enum(['success', 'failure', 'canceled', 'skipped']).optional(),
  path: z.string().optional(),
  script_path_exact: z.string().optional(),
  script_path_start: z.string().optional(),
  path_contains: z.string().optional(),
  script_hash: z.string().optional(),
  created_by: z.string().optional(),
  tag: z.string().optional(),
  worker: z.string().optional(),
  label: z.string().optional(),
  trigger: z.enum(TRIGGERS).optional(),
  trigger_kind: z.enum(TRIGGERS).optional().catch(undefined),
  parent_job: z.uuid().optional(),
  has_null_parent: flag('has_null_parent'),
  text: z.string().max(200).optional(),
  args: jsonObject,
  created_after: moment,
  created_before: moment,
  started_after: moment,
  started_before: moment,
});
type FilterQuery = z.infer<typeof filterQuery>;

/** `running` and `success` as other clients mean them: `success` speaks of ended jobs only. */
function statesOf(query: FilterQuery): JobState[] | undefined {
  if (query.state !== undefined) return query.state;
  if (query.success !== undefined) return query.success ? ['succeeded'] : [...FAILURES];
  switch (query.status) {
    case 'success':
      return ['succeeded'];
    case 'canceled':
      return ['cancelled'];
    case 'failure':
      return FAILURES.filter((state) => state !== 'cancelled');
    case 'skipped':
      return ['succeeded'];
    case undefined:
      if (query.running === undefined) return undefined;
      return query.running ? [...BEGUN] : [...NOT_BEGUN];
    default: {
      const unknown: never = query.status;
      return unknown;
    }
  }
}

const isKind = (kind: string): kind is JobKind => JOB_KINDS.some((ours) => ours === kind);

function filterOf(query: FilterQuery): JobFilter {
  const kinds = query.kind ?? query.job_kinds?.filter(isKind);
  return {
    states: statesOf(query),
    waitsFor: query.waits_for ?? (query.suspended === true ? ['approval'] : undefined),
    isSkipped: query.is_skipped ?? (query.status === 'skipped' ? true : undefined),
    ...(kinds === undefined ? {} : { kinds }),
    path: query.path ?? query.script_path_exact,
    pathStart: query.script_path_start,
    pathContains: query.path_contains,
    scriptHash: query.script_hash,
    createdBy: query.created_by,
    tag: query.tag,
    worker: query.worker,
    label: query.label,
    trigger: query.trigger ?? query.trigger_kind,
    parentId: query.parent_job,
    hasNoParent: query.has_null_parent,
    text: query.text,
    argsContain: query.args,
    createdAfterMs: query.created_after,
    createdBeforeMs: query.created_before,
    startedAfterMs: query.started_after,
    startedBeforeMs: query.started_before,
  };
}

/** States or kinds that no job has ask for nothing. */
const asksForNothing = (filter: JobFilter) => filter.states?.length === 0 || filter.kinds?.length === 0;

const listQuery = filterQuery.extend({ ...paging, after: z.string().optional(), order_desc: flag('order_desc') });

function page(found: readonly JobSummary[], perPage: number): Answer {
  const last = found.at(-1);
  const answer = json(found.map(jobToWire));
  if (last === undefined || found.length < perPage) return answer;
  return withHeaders(answer, { 'x-next-cursor': formatCursor({ createdAtMs: last.createdAt, id: last.id }) });
}

const listEndpoint = (
  path: '/w/:workspace/jobs/list' | '/w/:workspace/jobs/queue/list' | '/w/:workspace/jobs/completed/list',
  only?: 'live' | 'ended',
) =>
  defineEndpoint({
    method: 'GET',
    path,
    access: 'job:read',
    query: listQuery,
    handler: async ({ actor, query }) => {
      const filter = filterOf(query);
      const within: readonly JobState[] = only === 'live' ? [...NOT_BEGUN, ...BEGUN] : ['succeeded', ...FAILURES];
      const states =
        only === undefined ? filter.states : (filter.states ?? within).filter((state) => within.includes(state));
      const narrowed = { ...filter, states: states === undefined ? undefined : [...states] };
      if (asksForNothing(narrowed)) return json([]);
      const after = query.after === undefined ? null : parseCursor(query.after);
      if (query.after !== undefined && after === null) throw badRequest('"after" is no cursor of this list.', 'after');
      const found = await listJobs(actor, {
        filter: narrowed,
        perPage: query.per_page,
        after,
        offset: after === null ? (query.page - 1) * query.per_page : 0,
        isOldestFirst: query.order_desc === false,
      });
      return page(found, query.per_page);
    },
  });

/** Lists of jobs and what counts them. */
export const listEndpoints: readonly Endpoint[] = [
  listEndpoint('/w/:workspace/jobs/list'),
  listEndpoint('/w/:workspace/jobs/queue/list', 'live'),
  listEndpoint('/w/:workspace/jobs/completed/list', 'ended'),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs/count',
    access: 'job:read',
    query: filterQuery,
    handler: async ({ actor, query }) => {
      const filter = filterOf(query);
      const count = asksForNothing(filter) ? 0 : await countJobs(actor, filter, COUNT_LIMIT);
      return json({ count, is_capped: count >= COUNT_LIMIT });
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/jobs/db_clock',
    access: 'self:read',
    handler: async () => {
      const [row] = await rows<{ ms: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms');
      return json(Math.round(row?.ms ?? Date.now()));
    },
  }),
];
