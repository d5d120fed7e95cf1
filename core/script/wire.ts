import type { ArgsSchema } from '@/core/schema/model';
import { versionedToWire, type WireVersionedSummary } from '@/core/versioned/wire';
import { given } from '@/core/wire';
import type { RunStatistics, ScriptSummary, ScriptVersion, VersionSummary } from './model';

/**
 * A script as the HTTP API writes it: the keys that clients of this kind of API expect and compare with their files (so
 * settings that are not set are left out), and ours besides.
 */
export interface WireScript {
  readonly workspace_id: string;
  readonly hash: string;
  readonly path: string;
  readonly parent_hashes: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly content: string;
  readonly created_by: string;
  /** ISO 8601 */
  readonly created_at: string;
  readonly archived: boolean;
  readonly deleted: boolean;
  readonly is_template: boolean;
  readonly extra_perms: Readonly<Record<string, boolean>>;
  readonly schema: ArgsSchema;
  readonly lock: string;
  readonly language: string;
  readonly kind: string;
  readonly starred: boolean;
  readonly has_preprocessor: boolean;
  readonly ws_error_handler_muted: boolean;
  readonly tag?: string;
  readonly timeout?: number;
  readonly concurrent_limit?: number;
  readonly concurrency_time_window_s?: number;
  readonly concurrency_key?: string;
  readonly cache_ttl?: number;
  readonly priority?: number;
  readonly dedicated_worker?: boolean;
  readonly retry?: { readonly attempts: number; readonly seconds: number; readonly multiplier?: number | undefined };
  readonly envs?: readonly string[];
  readonly delete_after_secs?: number;
  // Fantail's own
  readonly is_live: boolean;
  readonly deployment_message: string;
  readonly trashed_at?: string;
}

/** A version in full. `hasPreprocessor` is read from its source by the caller. */
export function scriptToWire(version: ScriptVersion, hasPreprocessor: boolean): WireScript {
  return {
    ws_error_handler_muted: false,
    ...version.extra,
    workspace_id: version.workspaceId,
    hash: version.hash,
    path: version.path,
    parent_hashes: version.parentHash === null ? [] : [version.parentHash],
    summary: version.summary,
    description: version.description,
    content: version.content,
    created_by: version.createdBy,
    created_at: version.createdAt,
    archived: version.trashedAt !== null,
    deleted: false,
    is_template: false,
    extra_perms: {},
    schema: version.schema,
    lock: version.lock,
    language: version.language,
    kind: version.kind,
    starred: false,
    has_preprocessor: hasPreprocessor,
    ...given('tag', version.tag),
    ...given('timeout', version.timeoutS),
    ...given('concurrent_limit', version.concurrentLimit),
    ...given('concurrency_time_window_s', version.concurrencyTimeWindowS),
    ...given('concurrency_key', version.concurrencyKey),
    ...given('cache_ttl', version.cacheTtlS),
    ...(version.priority === 0 ? {} : { priority: version.priority }),
    ...(version.isDedicated ? { dedicated_worker: true } : {}),
    ...given('retry', version.retry),
    ...given('delete_after_secs', version.deleteAfterS),
    ...(version.envs.length === 0 ? {} : { envs: version.envs }),
    is_live: version.isLive,
    deployment_message: version.deploymentMessage,
    ...given('trashed_at', version.trashedAt),
  };
}

/** A row of the scripts list. */
export interface WireScriptSummary extends WireVersionedSummary {
  readonly language: string;
  readonly kind: string;
  readonly created_by: string;
  /** ISO 8601 */
  readonly created_at: string;
}

export const summaryToWire = (script: ScriptSummary): WireScriptSummary => ({
  ...versionedToWire(script),
  language: script.language,
  kind: script.kind,
  created_by: script.createdBy,
  created_at: script.createdAt,
});

/** A line of a script's history. */
export interface WireVersion {
  readonly script_hash: string;
  readonly created_at: string;
  readonly deployment_msg: string;
  // Fantail's own
  readonly path: string;
  readonly created_by: string;
  readonly parent_hash?: string;
  readonly is_live: boolean;
}

export const versionToWire = (version: VersionSummary): WireVersion => ({
  script_hash: version.hash,
  created_at: version.createdAt,
  deployment_msg: version.deploymentMessage,
  path: version.path,
  created_by: version.createdBy,
  ...given('parent_hash', version.parentHash),
  is_live: version.isLive,
});

/** How long past runs took, in milliseconds. */
export interface WireStatistics {
  readonly runs: number;
  readonly failures: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly max_ms: number | null;
}

export const statisticsToWire = ({ runs, failures, p50Ms, p95Ms, maxMs }: RunStatistics): WireStatistics => ({
  runs,
  failures,
  p50_ms: p50Ms,
  p95_ms: p95Ms,
  max_ms: maxMs,
});
