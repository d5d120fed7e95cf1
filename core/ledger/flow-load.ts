import type pg from 'pg';
import type { Executable } from '@/core/flow/model';
import type { RunNode } from '@/core/flow/run/model';
import { parseStoredNode } from '@/core/flow/run/stored';
import { hotPool, prepared, relaxedPool } from '@/core/platform/db';

/** A run as it is stored. */
export interface StoredRun {
  readonly executable: Executable;
  readonly preprocesses: boolean;
  readonly versionId: string | null;
  readonly hash: string | null;
  readonly nodes: readonly RunNode[];
  /** something of its input or its nodes is hidden: core/job/sealed opens it */
  readonly hasSealed: boolean;
}

interface RunRow extends pg.QueryResultRow {
  executable: string;
  preprocesses: boolean;
  version_id: string | null;
  hash: string | null;
  has_sealed: boolean;
}

const RUN = `SELECT executable::text AS executable, preprocesses, version_id, hash,
  EXISTS (SELECT 1 FROM sealed_value s WHERE s.job_id = flow_run.job_id) AS has_sealed FROM flow_run WHERE job_id = $1`;
export const NODES =
  'SELECT key, state, detail::text AS detail, result::text AS result FROM flow_node WHERE flow_id = $1';

/** Everything that is known of a run; null when there is none with this id. */
export async function loadRun(flowId: string): Promise<StoredRun | null> {
  const [found, nodes] = await Promise.all([
    prepared<RunRow>('run_load', RUN, [flowId]),
    prepared<{ key: string; state: string; detail: string; result: string | null }>('run_nodes', NODES, [flowId]),
  ]);
  const [row] = found;
  if (row === undefined) return null;
  return {
    executable: JSON.parse(row.executable),
    preprocesses: row.preprocesses,
    versionId: row.version_id,
    hash: row.hash,
    nodes: nodes.map(parseStoredNode),
    hasSealed: row.has_sealed,
  };
}

/** What happened to a run's steps while nobody or somebody else looked. */
export interface StepNews {
  readonly jobId: string;
  readonly key: string;
  /** null: an owner that is gone had begun to run it by itself */
  readonly outcome: string | null;
  /** only of those that did not succeed */
  readonly resultJson: string | null;
  readonly attempts: number;
}

const NEWS = `
SELECT j.id, j.step_key, j.outcome, j.attempts, CASE WHEN j.outcome <> 'succeeded' THEN j.result::text END AS result
FROM job j WHERE j.id = ANY ($1::uuid[]) AND (j.outcome IS NOT NULL OR j.is_inline)`;

interface NewsRow extends pg.QueryResultRow {
  id: string;
  step_key: string;
  outcome: string | null;
  result: string | null;
  attempts: number;
}

/** Which of these steps' jobs have ended, and which have lost their owner. */
export async function newsOf(jobIds: readonly string[]): Promise<StepNews[]> {
  if (jobIds.length === 0) return [];
  const found = await prepared<NewsRow>('run_news', NEWS, [jobIds]);
  return found.map((row) => ({
    jobId: row.id,
    key: row.step_key,
    outcome: row.outcome,
    resultJson: row.result,
    attempts: row.attempts,
  }));
}

const LOOK = `
UPDATE job_queue SET has_news = false WHERE job_id = $1 AND lease_token = $2 AND state = 'running'
RETURNING cancel_by, cancel_reason, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`;

export interface RunHead {
  readonly cancel: { readonly by: string; readonly because: string } | null;
  readonly nowMs: number;
}

/**
 * Takes note that there is news; read it afterwards, in a statement of its own, and nothing is missed: whatever comes
 * later sets the mark again. Null: the lease is lost.
 */
export async function lookForNews(flowId: string, leaseToken: string): Promise<RunHead | null> {
  const [row] = await prepared<{ cancel_by: string | null; cancel_reason: string | null; now_ms: number }>(
    'run_look',
    LOOK,
    [flowId, leaseToken],
    relaxedPool(),
  );
  if (row === undefined) return null;
  const cancel = row.cancel_by === null ? null : { by: row.cancel_by, because: row.cancel_reason ?? '' };
  return { cancel, nowMs: row.now_ms };
}

const RESULTS = `SELECT id, result::text AS result,
  EXISTS (SELECT 1 FROM sealed_value s WHERE s.job_id = job.id AND s.part = 'result') AS is_sealed
FROM job WHERE id = ANY ($1::uuid[])`;

export interface StoredResult {
  /** JSON text, as it may be shown */
  readonly json: string;
  /** it is something else in truth: core/job/sealed opens it */
  readonly isSealed: boolean;
}

/** Results of ended jobs, by job id. */
export async function resultsOf(jobIds: readonly string[]): Promise<Map<string, StoredResult>> {
  if (jobIds.length === 0) return new Map();
  const found = await prepared<{ id: string; result: string | null; is_sealed: boolean }>(
    'run_results',
    RESULTS,
    [jobIds],
    hotPool(),
  );
  return new Map(found.map(({ id, result, is_sealed: isSealed }) => [id, { json: result ?? 'null', isSealed }]));
}
