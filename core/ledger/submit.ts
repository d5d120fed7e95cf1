import type pg from 'pg';
import { isFlowKind, type NewJob } from '@/core/job/model';
import { hotPool, prepared, transaction } from '@/core/platform/db';
import { MicroBatch } from './batch';
import { hasMore, writeMore } from './beside';
import { LIVE_CHANNEL, LIVE_SLOTS } from './model';
import { type BatchColumn, unnested, unnestedValues } from './unnest';

/** The run that a job belongs to: a flow to itself, a step to its parent. */
const flowOf = ({ kind, id, stepKey, parentId }: NewJob): string | null =>
  isFlowKind(kind) ? id : stepKey === null ? null : parentId;

export const JOB_COLUMNS: readonly BatchColumn<NewJob>[] = [
  { name: 'id', type: 'uuid', value: (job) => job.id },
  { name: 'workspace_id', type: 'text', value: (job) => job.workspaceId },
  { name: 'kind', type: 'text', value: (job) => job.kind },
  { name: 'path', type: 'text', value: (job) => job.path },
  { name: 'script_hash', type: 'text', value: (job) => job.scriptHash },
  { name: 'language', type: 'text', value: (job) => job.language },
  { name: 'tag', type: 'text', value: (job) => job.tag },
  { name: 'priority', type: 'int', value: (job) => job.priority },
  { name: 'args', type: 'text', value: (job) => job.argsJson },
  { name: 'code', type: 'text', value: (job) => job.code },
  { name: 'lock', type: 'text', value: (job) => job.lock },
  { name: 'timeout_s', type: 'int', value: (job) => job.timeoutS },
  { name: 'retry', type: 'text', value: (job) => (job.retry === null ? null : JSON.stringify(job.retry)) },
  { name: 'cache_key', type: 'text', value: (job) => job.cacheKey },
  { name: 'cache_ttl_s', type: 'int', value: (job) => job.cacheTtlS },
  { name: 'limit_key', type: 'text', value: (job) => job.limit?.key ?? null },
  { name: 'limit_count', type: 'int', value: (job) => job.limit?.count ?? null },
  { name: 'limit_window_s', type: 'int', value: (job) => job.limit?.windowS ?? null },
  { name: 'dedicated', type: 'boolean', value: (job) => job.isDedicated },
  { name: 'created_by', type: 'text', value: (job) => job.createdBy },
  { name: 'run_as', type: 'text', value: (job) => job.runAs },
  { name: 'email', type: 'text', value: (job) => job.email },
  { name: 'trigger', type: 'text', value: (job) => job.trigger },
  { name: 'parent_id', type: 'uuid', value: (job) => job.parentId },
  { name: 'root_id', type: 'uuid', value: (job) => job.rootId },
  { name: 'rerun_of', type: 'uuid', value: (job) => job.rerunOf },
  { name: 'idempotency_key', type: 'text', value: (job) => job.idempotencyKey },
  { name: 'scheduled_for', type: 'timestamptz', value: (job) => job.scheduledFor?.toISOString() ?? null },
  { name: 'step_key', type: 'text', value: (job) => job.stepKey },
  { name: 'preprocessed', type: 'boolean', value: (job) => job.isPreprocessed },
  { name: 'flow_id', type: 'uuid', value: flowOf },
];

/** The record's columns: all but those that only the queue has. */
export const RECORD = JOB_COLUMNS.map(({ name }) => name).filter(
  (name) => !['limit_count', 'limit_window_s', 'flow_id'].includes(name),
);
const CASTS: Readonly<Record<string, (column: string) => string>> = {
  args: (column) => `${column}::json`,
  retry: (column) => `${column}::jsonb`,
  scheduled_for: (column) => `coalesce(${column}, now())`,
};

/** SQL: the record's columns as a batch called `input` gives them. */
export const recordValues = RECORD.map((name) => (CASTS[name] ?? String)(`input.${name}`)).join(', ');

/**
 * The job row, its place in the queue, its doorbell and the notification, as parts of one statement and so in one commit.
 * `batch` is what the jobs are read from; the rows that were made are called `made`. Whoever composes a statement of them
 * has to read `doorbell` and `told_queued`, or Postgres leaves them out.
 *
 * Not more bells for one tag and time than slots that could hear them: each slot goes on until nothing is due, so the
 * others would only wake somebody to find nothing.
 */
export const submitted = (batch: string, conflict: string): string => `
input AS MATERIALIZED (SELECT input.* FROM ${batch}),
made AS (
  INSERT INTO job (${RECORD.join(', ')}, labels)
  SELECT ${recordValues}, '{}' FROM input
  ON CONFLICT ${conflict} DO NOTHING
  RETURNING id
), queued AS (
  INSERT INTO job_queue (job_id, workspace_id, tag, priority, run_at, timeout_s, limit_key, limit_count, limit_window_s, flow_id)
  SELECT id, workspace_id, tag, priority, coalesce(scheduled_for, now()), timeout_s, limit_key, limit_count, limit_window_s, flow_id
  FROM input JOIN made USING (id)
), doorbell AS (
  SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
    SELECT ('job:' || tag, '{}', NULL, scheduled_for, 1, NULL, -priority, NULL)::graphile_worker.job_spec
    FROM (SELECT tag, scheduled_for, priority, row_number() OVER (PARTITION BY tag, scheduled_for ORDER BY priority DESC) AS place
      FROM input JOIN made USING (id)) bell
    WHERE CASE WHEN place = 1 THEN true ELSE place <= (${LIVE_SLOTS('bell.tag')}) END))
), told_queued AS (
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', 'queued', 'workspaceId', workspace_id, 'jobIds', ids, 'tags', tags)::text)
  FROM (SELECT workspace_id, json_agg(id) AS ids, json_agg(DISTINCT tag) AS tags FROM
    (SELECT workspace_id, id, tag, row_number() OVER (PARTITION BY workspace_id) / 100 AS page FROM input JOIN made USING (id)) numbered
    GROUP BY workspace_id, page) pages
)`;

/** A second job with the same idempotency key is not made: its place in the answer is null. */
const submitting = (conflict: string): string => `
WITH ${submitted(unnested(JOB_COLUMNS), conflict)}
SELECT id, (SELECT count FROM doorbell) AS rung, (SELECT count(*) FROM told_queued) AS told FROM made`;

const SUBMIT = submitting('(workspace_id, idempotency_key) WHERE idempotency_key IS NOT NULL');
/** Steps are submitted by their flow's owner, whose commit may be tried again after its answer was lost. */
const SUBMIT_STEPS = submitting('');

async function send(
  jobs: readonly NewJob[],
  client: pg.Pool | pg.PoolClient = hotPool(),
): Promise<readonly { isNew: boolean }[]> {
  const made = await prepared<{ id: string }>('ledger_submit', SUBMIT, unnestedValues(JOB_COLUMNS, jobs), client);
  const ids = new Set(made.map(({ id }) => id));
  return jobs.map(({ id }) => ({ isNew: ids.has(id) }));
}

const submits = new MicroBatch<NewJob, { isNew: boolean }>((jobs) => send(jobs), 500);

/**
 * Makes one job durable and rings its group's doorbell; resolves after the commit.
 * `isNew` is false when a job with this workspace and idempotency key exists already.
 */
export function submitJob(job: NewJob): Promise<{ isNew: boolean }> {
  return hasMore(job) ? transaction((client) => submitAlone(client, job), hotPool()) : submits.add(job);
}

/** Jobs in the caller's transaction, with whatever else has to be true of them. Throws when an id exists already. */
export async function submitWithin(
  client: pg.PoolClient,
  jobs: readonly NewJob[],
): Promise<readonly { isNew: boolean }[]> {
  const made = await send(jobs, client);
  await writeMore(
    client,
    jobs.filter((_, index) => made[index]?.isNew),
  );
  return made;
}

async function submitAlone(client: pg.PoolClient, job: NewJob): Promise<{ isNew: boolean }> {
  const [made] = await submitWithin(client, [job]);
  return { isNew: made?.isNew ?? false };
}

/** Steps of a flow in the commit of its owner; those that exist already stay as they are. */
export async function submitSteps(client: pg.PoolClient, jobs: readonly NewJob[]): Promise<void> {
  await prepared('ledger_submit_steps', SUBMIT_STEPS, unnestedValues(JOB_COLUMNS, jobs), client);
  await writeMore(client, jobs);
}

/** Many jobs in one commit, past the shared batch. */
export function submitJobs(jobs: readonly NewJob[]): Promise<readonly { isNew: boolean }[]> {
  return send(jobs);
}
