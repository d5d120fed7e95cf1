import { asScriptKind, parseRetry, parseStoredSchema, type ScriptVersion } from './model';

/** What a version says about how its jobs run. */
export interface RunSettingsRow {
  tag: string | null;
  timeout_s: number | null;
  priority: number;
  concurrent_limit: number | null;
  concurrency_time_window_s: number | null;
  concurrency_key: string | null;
  cache_ttl_s: number | null;
  dedicated_worker: boolean;
  retry: unknown;
  delete_after_s: number | null;
}

/** A row of `script_version` with what its head says about it. */
export interface VersionRow extends RunSettingsRow {
  workspace_id: string;
  hash: string;
  path: string;
  parent_hash: string | null;
  language: string;
  content: string;
  summary: string;
  description: string;
  schema: string;
  kind: string;
  lock: string;
  envs: string[] | null;
  extra: Record<string, unknown>;
  deployment_message: string;
  created_by: string;
  created_at: Date;
  is_live: boolean;
  trashed_at: Date | null;
}

/** The columns of a VersionRow, for a statement with `v` for the version and `s` for its path's head (or nothing). */
export const VERSION_COLUMNS = `v.workspace_id, v.hash, v.path, v.parent_hash, v.language, v.content, v.summary,
  v.description, v.schema::text AS schema, v.kind, v.lock, v.tag, v.timeout_s, v.priority, v.concurrent_limit,
  v.concurrency_time_window_s, v.concurrency_key, v.cache_ttl_s, v.dedicated_worker, v.retry, v.delete_after_s, v.envs, v.extra,
  v.deployment_message, v.created_by, v.created_at, coalesce(s.live_hash = v.hash AND s.trashed_at IS NULL, false) AS is_live,
  s.trashed_at`;

export const runSettingsOf = (row: RunSettingsRow) => ({
  tag: row.tag,
  timeoutS: row.timeout_s,
  priority: row.priority,
  concurrentLimit: row.concurrent_limit,
  concurrencyTimeWindowS: row.concurrency_time_window_s,
  concurrencyKey: row.concurrency_key,
  cacheTtlS: row.cache_ttl_s,
  isDedicated: row.dedicated_worker,
  retry: parseRetry(row.retry),
  deleteAfterS: row.delete_after_s,
});

export function parseVersion(row: VersionRow): ScriptVersion {
  return {
    workspaceId: row.workspace_id,
    hash: row.hash,
    path: row.path,
    parentHash: row.parent_hash,
    language: row.language,
    content: row.content,
    summary: row.summary,
    description: row.description,
    schema: parseStoredSchema(row.schema),
    kind: asScriptKind(row.kind),
    lock: row.lock,
    ...runSettingsOf(row),
    envs: row.envs ?? [],
    extra: row.extra,
    deploymentMessage: row.deployment_message,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    isLive: row.is_live,
    trashedAt: row.trashed_at?.toISOString() ?? null,
  };
}
