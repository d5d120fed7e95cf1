import type pg from 'pg';
import { HOLD, parseHold, WAITS_FOR } from './hold/row';
import {
  type JobDetail,
  type JobKind,
  type JobState,
  type JobSummary,
  languageNamed,
  retrySchema,
  type Trigger,
} from './model';

/** A job's state in SQL: its outcome, or what its queue row says. Needs `j` and `q`. */
export const STATE = `CASE WHEN j.outcome IS NOT NULL THEN j.outcome WHEN q.state = 'running' THEN 'running'
  WHEN ${WAITS_FOR} IS NOT NULL THEN 'waiting'
  WHEN q.has_begun OR (j.is_inline AND q.job_id IS NULL) THEN 'running'
  WHEN q.run_at > now() AND q.attempt = 0 THEN 'scheduled' ELSE 'queued' END`;

const ms = (column: string, name: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS ${name}`;

export const SUMMARY_COLUMNS = `
  j.id, j.workspace_id, j.kind, ${STATE} AS state, j.path, j.script_hash, j.language, j.tag, j.priority, j.created_by, j.run_as,
  j.email, j.trigger, j.parent_id, j.rerun_of, ${ms('j.created_at', 'created_ms')}, ${ms('j.scheduled_for', 'scheduled_ms')},
  ${ms('coalesce(j.started_at, q.started_at)', 'started_ms')}, ${ms('j.ended_at', 'ended_ms')}, j.duration_ms,
  coalesce(q.attempt, j.attempts) AS attempt, coalesce(j.worker, q.lease_owner) AS worker, j.worker_group, j.reason, j.cancelled_by,
  q.cancel_by IS NOT NULL AS is_cancel_requested, j.labels, j.is_skipped, j.step_key, ${HOLD} AS hold`;

export const DETAIL_COLUMNS = `${SUMMARY_COLUMNS}, j.args, j.result, j.code, j.lock, j.timeout_s, j.retry, j.mem_peak_kb, j.root_id,
  j.cache_ttl_s, j.dedicated, j.preprocessed,
  (SELECT ${ms('d.deleted_at', 'at')} FROM job_deletion d WHERE d.job_id = j.id) AS deleted_ms`;

export interface SummaryRow extends pg.QueryResultRow {
  id: string;
  workspace_id: string;
  kind: JobKind;
  state: JobState;
  path: string | null;
  script_hash: string | null;
  language: string | null;
  tag: string;
  priority: number;
  created_by: string;
  run_as: string;
  email: string;
  trigger: Trigger;
  parent_id: string | null;
  rerun_of: string | null;
  created_ms: number;
  scheduled_ms: number;
  started_ms: number | null;
  ended_ms: number | null;
  duration_ms: number | null;
  attempt: number;
  worker: string | null;
  worker_group: string | null;
  reason: string | null;
  cancelled_by: string | null;
  is_cancel_requested: boolean | null;
  labels: string[] | null;
  is_skipped: boolean;
  step_key: string | null;
  hold: string | null;
}

export interface DetailRow extends SummaryRow {
  args: string;
  result: string | null;
  code: string | null;
  lock: string | null;
  timeout_s: number | null;
  retry: unknown;
  mem_peak_kb: number | null;
  root_id: string | null;
  cache_ttl_s: number | null;
  dedicated: boolean;
  preprocessed: boolean | null;
  deleted_ms: number | null;
}

/** A row of the list as the product's own shape. */
export function parseSummary(row: SummaryRow): JobSummary {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    kind: row.kind,
    state: row.state,
    path: row.path,
    scriptHash: row.script_hash,
    language: languageNamed(row.language ?? ''),
    tag: row.tag,
    priority: row.priority,
    createdBy: row.created_by,
    runAs: row.run_as,
    email: row.email,
    trigger: row.trigger,
    parentId: row.parent_id,
    rerunOf: row.rerun_of,
    createdAt: Math.round(row.created_ms),
    scheduledFor: Math.round(row.scheduled_ms),
    startedAt: row.started_ms === null ? null : Math.round(row.started_ms),
    endedAt: row.ended_ms === null ? null : Math.round(row.ended_ms),
    durationMs: row.duration_ms,
    attempt: row.attempt,
    worker: row.worker,
    workerGroup: row.worker_group,
    reason: row.reason,
    cancelledBy: row.cancelled_by,
    isCancelRequested: row.is_cancel_requested ?? false,
    labels: row.labels ?? [],
    isSkipped: row.is_skipped,
    stepKey: row.step_key,
    hold: parseHold(row.hold),
  };
}

export function parseDetail(row: DetailRow): JobDetail {
  return {
    ...parseSummary(row),
    argsJson: row.args,
    resultJson: row.result,
    code: row.code,
    lock: row.lock,
    timeoutS: row.timeout_s ?? 0,
    retry: row.retry === null ? null : retrySchema.parse(row.retry),
    memPeakKb: row.mem_peak_kb,
    rootId: row.root_id,
    cacheTtlS: row.cache_ttl_s,
    isDedicated: row.dedicated,
    isPreprocessed: row.preprocessed,
    deletedAt: row.deleted_ms === null ? null : Math.round(row.deleted_ms),
  };
}
