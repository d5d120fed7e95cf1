import { parseArgsSchema } from '@/core/schema/model';
import type { FlowLocks, FlowValue, FlowVersion } from './version/model';

/** A row of `flow_version` with what its head says about it. */
export interface FlowVersionRow {
  workspace_id: string;
  id: string;
  hash: string;
  path: string;
  parent_id: string | null;
  summary: string;
  description: string;
  /** JSON text, as is `schema`: kept as it was typed */
  value: string;
  schema: string | null;
  locks: FlowLocks;
  tag: string | null;
  timeout_s: number | null;
  priority: number;
  dedicated_worker: boolean;
  extra: Record<string, unknown>;
  deployment_message: string;
  typed_text: string | null;
  created_by: string;
  created_at: Date;
  is_live: boolean;
  trashed_at: Date | null;
}

/** The columns of a FlowVersionRow, for a statement with `v` for the version and `f` for its path's head (or nothing). */
export const VERSION_COLUMNS = `v.workspace_id, v.id::text AS id, v.hash, v.path, v.parent_id::text AS parent_id, v.summary,
  v.description, v.value, v.schema, v.locks, v.tag, v.timeout_s, v.priority, v.dedicated_worker, v.extra,
  v.deployment_message, v.typed_text, v.created_by, v.created_at, coalesce(f.live_id = v.id AND f.trashed_at IS NULL, false) AS is_live,
  f.trashed_at`;

/** A stored definition: written by this product only, as an object. */
export const parseValue = (text: string): FlowValue => JSON.parse(text);

export function parseVersion(row: FlowVersionRow): FlowVersion {
  return {
    workspaceId: row.workspace_id,
    id: row.id,
    hash: row.hash,
    path: row.path,
    parentId: row.parent_id,
    summary: row.summary,
    description: row.description,
    value: parseValue(row.value),
    schema: row.schema === null ? null : parseArgsSchema(JSON.parse(row.schema)),
    locks: row.locks,
    tag: row.tag,
    timeoutS: row.timeout_s,
    priority: row.priority,
    isDedicated: row.dedicated_worker,
    extra: row.extra,
    deploymentMessage: row.deployment_message,
    typedText: row.typed_text,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    isLive: row.is_live,
    trashedAt: row.trashed_at?.toISOString() ?? null,
  };
}
