import type pg from 'pg';
import { FantailError } from '@/core/errors';
import {
  type ClaimedJob,
  isFlowKind,
  type JobKind,
  type Language,
  languageNamed,
  retrySchema,
  type StepPlace,
} from '@/core/job/model';
import { prepared, relaxedPool, rows, transaction } from '@/core/platform/db';
import { LEASE_MS, LIVE_CHANNEL } from './model';

/** What a claim answers, as the statements below name it. */
export interface ClaimRow extends pg.QueryResultRow {
  id: string;
  workspace_id: string;
  kind: JobKind;
  path: string | null;
  script_hash: string | null;
  language: string | null;
  tag: string;
  args: string;
  code: string | null;
  lock: string | null;
  retry: unknown;
  cache_key: string | null;
  cache_ttl_s: number | null;
  dedicated: boolean;
  preprocesses: boolean;
  created_by: string;
  run_as: string;
  email: string;
  parent_id: string | null;
  root_id: string | null;
  scheduled_for: Date;
  timeout_s: number;
  limit_key: string | null;
  attempt: number;
  lost_count: number;
  lease_token: string;
  priority: number;
  step_key: string | null;
  flow_path: string | null;
  previous_token: string | null;
  now_ms: number;
  timeout_ms: number;
  has_sealed_args: boolean;
  cancel_by: string | null;
  cancel_reason: string | null;
}

/**
 * Taking the lease: the first heartbeat is part of the claim, so a worker that dies at once is noticed too. A flow is
 * owned many times and runs once: it keeps its start and its deadline.
 */
export const TAKE_LEASE = `
  state = 'running', attempt = CASE WHEN q.flow_id = q.job_id THEN 1 ELSE q.attempt + 1 END,
  lease_token = gen_random_uuid(), lease_owner = $1,
  lease_until = clock_timestamp() + interval '${LEASE_MS} milliseconds',
  started_at = CASE WHEN q.has_begun THEN coalesce(q.started_at, clock_timestamp()) ELSE clock_timestamp() END,
  timeout_at = coalesce(CASE WHEN q.has_begun THEN q.timeout_at END, clock_timestamp() + make_interval(secs => q.timeout_s)),
  has_begun = coalesce(q.flow_id = q.job_id, false), has_news = false, is_waiting = false, awaited = 0`;

/** What a claim answers; `from` is the name under which the row was chosen. */
export const claimedColumns = (from: string): string => `
  j.id, j.workspace_id, j.kind, j.path, j.script_hash, j.language, q.tag, j.args::text AS args, j.code, j.lock, j.retry, j.cache_key,
  j.cache_ttl_s, j.dedicated, j.preprocessed IS FALSE AS preprocesses, j.created_by, j.run_as, j.email, j.parent_id, j.root_id, j.scheduled_for, q.timeout_s,
  q.limit_key, q.attempt, q.lost_count, q.lease_token, q.priority, q.cancel_by, q.cancel_reason, j.step_key, ${from}.previous_token,
  (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms, (extract(epoch FROM q.timeout_at) * 1000)::float8 AS timeout_ms,
  CASE WHEN j.step_key IS NOT NULL THEN (SELECT p.path FROM job p WHERE p.id = j.parent_id) END AS flow_path,
  (j.step_key IS NOT NULL OR j.rerun_of IS NOT NULL) AND EXISTS (
    SELECT 1 FROM sealed_value v WHERE v.job_id = j.id AND v.part = 'args') AS has_sealed_args`;

const NOT_PAUSED = 'NOT EXISTS (SELECT 1 FROM worker_group g WHERE g.name = q.tag AND g.is_paused)';

/**
 * The next jobs of these tags, best first: priority, then age. Each tag is read through its own index range, so that a
 * long queue of one tag costs nothing; SKIP LOCKED lets workers claim side by side. $1 owner, $2 tags, $3 how many.
 */
export const dueJobs = (options: { limit: string; only?: string }): string => `
  SELECT picked.job_id, picked.previous_token FROM unnest($2::text[]) AS served(tag) CROSS JOIN LATERAL (
    SELECT q.job_id, q.priority, q.run_at, q.lease_token AS previous_token FROM job_queue q
    WHERE q.state = 'queued' AND q.tag = served.tag AND q.run_at <= now() AND (q.limit_key IS NULL OR q.has_begun)
      AND ${NOT_PAUSED} ${options.only === undefined ? '' : `AND ${options.only}`}
    ORDER BY q.priority DESC, q.run_at, q.job_id LIMIT ${options.limit} FOR UPDATE OF q SKIP LOCKED
  ) picked ORDER BY picked.priority DESC, picked.run_at, picked.job_id LIMIT ${options.limit}`;

/** The most job ids that one notification names: Postgres takes 8,000 bytes. */
const IDS_A_NOTICE = 100;

/** SQL: one notification of `kind` for each workspace and hundred jobs of a CTE with `id` and `workspace_id`. */
export const tellAll = (kind: 'started' | 'ended', of: string): string => `
  SELECT pg_notify('${LIVE_CHANNEL}', json_build_object('kind', '${kind}', 'workspaceId', workspace_id, 'jobIds', json_agg(id))::text)
  FROM (SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id) / ${IDS_A_NOTICE} AS page FROM ${of}) numbered
  GROUP BY workspace_id, page`;

const CLAIM = `
WITH due AS MATERIALIZED (${dueJobs({ limit: '$3' })}), claimed AS (
  UPDATE job_queue q SET ${TAKE_LEASE} FROM due, job j
  WHERE q.job_id = due.job_id AND j.id = q.job_id
  RETURNING ${claimedColumns('due')}
), told AS (${tellAll('started', 'claimed')})
SELECT claimed.*, (SELECT count(*) FROM told) AS told FROM claimed`;

/** Any waiting job with a concurrency limit, of these tags? $1 tags. */
const LIMITED_KEYS = `
SELECT DISTINCT q.limit_key AS key FROM job_queue q
WHERE q.state = 'queued' AND q.tag = ANY($1) AND q.run_at <= now() AND q.limit_key IS NOT NULL AND NOT q.has_begun
  AND ${NOT_PAUSED} LIMIT 50`;

/**
 * Jobs with a limit: how many of their key run now, or have started within the window, decides how many may start.
 * The caller holds the advisory lock of each key, and this statement's snapshot is younger than the lock.
 */
const CLAIM_LIMITED = `
WITH used AS (
  SELECT keys.key,
    (SELECT count(*) FROM job_queue r WHERE r.limit_key = keys.key AND (r.state = 'running' OR r.has_begun)) AS running
  FROM unnest($4::text[]) AS keys(key)
), ranked AS (
  SELECT q.job_id, q.priority, q.run_at, q.lease_token AS previous_token, row_number() OVER (PARTITION BY q.limit_key ORDER BY q.priority DESC, q.run_at, q.job_id)
    + CASE WHEN q.limit_window_s IS NULL THEN used.running
           ELSE used.running + (SELECT count(*) FROM job d WHERE d.limit_key = q.limit_key AND d.outcome IS NOT NULL
                                AND d.started_at > now() - make_interval(secs => q.limit_window_s)) END AS place,
    q.limit_count
  FROM job_queue q JOIN used ON used.key = q.limit_key
  WHERE q.state = 'queued' AND q.tag = ANY($2) AND q.run_at <= now() AND NOT q.has_begun AND ${NOT_PAUSED}
), due AS (
  SELECT q.job_id, ranked.previous_token FROM ranked JOIN job_queue q USING (job_id) WHERE ranked.place <= ranked.limit_count
  ORDER BY ranked.priority DESC, ranked.run_at, ranked.job_id LIMIT $3 FOR UPDATE OF q SKIP LOCKED
), claimed AS (
  UPDATE job_queue q SET ${TAKE_LEASE} FROM due, job j
  WHERE q.job_id = due.job_id AND j.id = q.job_id
  RETURNING ${claimedColumns('due')}
), told AS (${tellAll('started', 'claimed')})
SELECT claimed.*, (SELECT count(*) FROM told) AS told FROM claimed`;

function parseLanguage(name: string | null): Language {
  const language = languageNamed(name ?? '');
  if (language === null)
    throw new FantailError('internal', `The ledger holds a job in the unknown language "${name}".`);
  return language;
}

/** Parses a claim's row: the named place where the ledger's text becomes our types. */
export function parseClaim(row: ClaimRow): ClaimedJob {
  const claimed = {
    id: row.id,
    workspaceId: row.workspace_id,
    path: row.path,
    tag: row.tag,
    argsJson: row.args,
    createdBy: row.created_by,
    runAs: row.run_as,
    email: row.email,
    parentId: row.parent_id,
    rootId: row.root_id,
    scheduledFor: row.scheduled_for,
    timeoutMs: row.timeout_s * 1000,
    limitKey: row.limit_key,
    attempt: row.attempt,
    lostCount: row.lost_count,
    leaseToken: row.lease_token,
  };
  const { kind } = row;
  if (isFlowKind(kind)) {
    return {
      ...claimed,
      kind,
      priority: row.priority,
      cacheKey: row.cache_key,
      cacheTtlS: row.cache_ttl_s,
      previousToken: row.previous_token,
      nowMs: row.now_ms,
      timeoutAtMs: row.timeout_ms,
      cancel: row.cancel_by === null ? null : { by: row.cancel_by, because: row.cancel_reason ?? '' },
    };
  }
  return {
    ...claimed,
    kind,
    scriptHash: row.script_hash,
    language: parseLanguage(row.language),
    code: row.code,
    lock: row.lock,
    retry: row.retry === null ? null : retrySchema.parse(row.retry),
    cacheKey: row.cache_key,
    cacheTtlS: row.cache_ttl_s,
    isDedicated: row.dedicated,
    preprocesses: row.preprocesses,
    step: placeOf(row),
    leaseId: row.id,
    hiddenArgs: row.has_sealed_args ? 'sealed' : null,
  };
}

const placeOf = ({ step_key: key, parent_id: flowId, flow_path: flowPath }: ClaimRow): StepPlace | null =>
  key === null || flowId === null ? null : { flowId, flowPath, key };

async function claimLimited(owner: string, tags: readonly string[], count: number): Promise<ClaimRow[]> {
  const found = await rows<{ key: string }>(LIMITED_KEYS, [tags], relaxedPool());
  if (found.length === 0) return [];
  return transaction(async (client) => {
    const locked: string[] = [];
    for (const { key } of found) {
      const [row] = await rows<{ held: boolean }>(
        'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held',
        [key],
        client,
      );
      if (row?.held) locked.push(key);
    }
    return rows<ClaimRow>(CLAIM_LIMITED, [owner, tags, count, locked], client);
  });
}

/**
 * Takes leases on up to `count` due jobs of `tags` for the worker `owner`. No job due: an empty list.
 * The commit does not wait for the disk: a claim lost in a crash leaves a queued job, and the old holder's
 * lease token no longer fits.
 */
export async function claimJobs(owner: string, tags: readonly string[], count: number): Promise<ClaimedJob[]> {
  if (count === 0 || tags.length === 0) return [];
  const claimed = await prepared<ClaimRow>('ledger_claim', CLAIM, [owner, tags, count], relaxedPool());
  if (claimed.length < count) claimed.push(...(await claimLimited(owner, tags, count - claimed.length)));
  return claimed.map(parseClaim);
}
