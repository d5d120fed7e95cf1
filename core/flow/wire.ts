import type { ArgsSchema } from '@/core/schema/model';
import { versionedToWire, type WireVersionedSummary } from '@/core/versioned/wire';
import { given } from '@/core/wire';
import type { FlowSummary, FlowValue, FlowVersion, FlowVersionSummary } from './version/model';

/** A flow as the HTTP API writes it: the keys that clients of this kind of API expect, and ours besides. */
export interface WireFlow {
  readonly workspace_id: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly value: FlowValue;
  readonly schema: ArgsSchema;
  readonly edited_by: string;
  /** ISO 8601 */
  readonly edited_at: string;
  readonly archived: boolean;
  readonly extra_perms: Readonly<Record<string, boolean>>;
  readonly starred: boolean;
  readonly version_id: number;
  readonly ws_error_handler_muted: boolean;
  readonly tag?: string;
  readonly timeout?: number;
  readonly priority?: number;
  readonly dedicated_worker?: boolean;
  // Fantail's own
  readonly hash: string;
  readonly is_live: boolean;
  /** the author wrote no schema: it is what the steps need */
  readonly is_schema_inferred?: true;
  readonly deployment_message: string;
  /** the YAML that its author typed, with its comments; it says what `value` and the keys beside it say */
  readonly typed_text?: string;
  readonly trashed_at?: string;
}

/** A version in full. `inferred` is the schema of a flow that declares none. */
export function flowToWire(version: FlowVersion, inferred: ArgsSchema): WireFlow {
  return {
    ws_error_handler_muted: false,
    ...version.extra,
    workspace_id: version.workspaceId,
    path: version.path,
    summary: version.summary,
    description: version.description,
    value: version.value,
    schema: version.schema ?? inferred,
    edited_by: version.createdBy,
    edited_at: version.createdAt,
    archived: version.trashedAt !== null,
    extra_perms: {},
    starred: false,
    version_id: Number(version.id),
    ...given('tag', version.tag),
    ...given('timeout', version.timeoutS),
    ...(version.priority === 0 ? {} : { priority: version.priority }),
    ...(version.isDedicated ? { dedicated_worker: true } : {}),
    hash: version.hash,
    is_live: version.isLive,
    ...(version.schema === null ? { is_schema_inferred: true } : {}),
    deployment_message: version.deploymentMessage,
    ...given('typed_text', version.typedText),
    ...given('trashed_at', version.trashedAt),
  };
}

/** A row of the flows list. */
export interface WireFlowSummary extends WireVersionedSummary {
  readonly edited_by: string;
  /** ISO 8601 */
  readonly edited_at: string;
  readonly version_id: number;
}

export const flowSummaryToWire = (flow: FlowSummary): WireFlowSummary => ({
  ...versionedToWire(flow),
  edited_by: flow.createdBy,
  edited_at: flow.createdAt,
  version_id: Number(flow.versionId),
});

/** A line of a flow's history. */
export interface WireFlowVersion {
  readonly id: number;
  readonly created_at: string;
  readonly deployment_msg: string;
  // Fantail's own
  readonly hash: string;
  readonly path: string;
  readonly created_by: string;
  readonly parent_id?: number;
  readonly is_live: boolean;
}

export const flowVersionToWire = (version: FlowVersionSummary): WireFlowVersion => ({
  id: Number(version.id),
  created_at: version.createdAt,
  deployment_msg: version.deploymentMessage,
  hash: version.hash,
  path: version.path,
  created_by: version.createdBy,
  ...(version.parentId === null ? {} : { parent_id: Number(version.parentId) }),
  is_live: version.isLive,
});
