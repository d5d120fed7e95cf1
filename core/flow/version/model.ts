import type { ArgsSchema, JsonValue } from '@/core/schema/model';
import type { VersionedSummary } from '@/core/versioned/model';
import type { Executable } from '../model';

/** A definition as its author typed it: modules, and what stands beside them. */
export type FlowValue = { readonly [key: string]: JsonValue };

/** Everything an author decides about a version of a flow. */
export interface FlowContent {
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly value: FlowValue;
  /** as it was written; null: inferred from the steps */
  readonly schema: ArgsSchema | null;
  /** worker group of the flow's own job; null means the default group */
  readonly tag: string | null;
  /** null: the server's default */
  readonly timeoutS: number | null;
  readonly priority: number;
  readonly isDedicated: boolean;
  /** keys of other clients that must survive a round trip */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Resolved locks of inline scripts whose author gave none, by module id. */
export type FlowLocks = Readonly<Record<string, string>>;

/** One version in full. */
export interface FlowVersion extends FlowContent {
  readonly workspaceId: string;
  readonly id: string;
  /** of its content: two versions with the same text have the same */
  readonly hash: string;
  readonly locks: FlowLocks;
  readonly parentId: string | null;
  readonly deploymentMessage: string;
  /** the YAML that its author typed, which says exactly this; null: it came without one */
  readonly typedText: string | null;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly isLive: boolean;
  /** ISO 8601; set while the flow lies in the trash */
  readonly trashedAt: string | null;
}

/** What starting a run of a version needs. */
export interface RunnableFlow {
  readonly path: string;
  readonly versionId: string;
  readonly hash: string;
  readonly summary: string;
  readonly value: FlowValue;
  /** its definition, with the locks of its inline scripts; null when this version of Fantail cannot run it */
  readonly executable: Executable | null;
  /** why it cannot be run, as sentences */
  readonly problems: readonly string[];
  /** as written, or inferred from the steps */
  readonly schema: ArgsSchema;
  readonly tag: string | null;
  readonly timeoutS: number | null;
  readonly priority: number;
}

/** One row of the Flows page. */
export interface FlowSummary extends VersionedSummary {
  readonly versionId: string;
}

/** One line of a flow's history. */
export interface FlowVersionSummary {
  readonly id: string;
  readonly hash: string;
  readonly path: string;
  readonly parentId: string | null;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly deploymentMessage: string;
  readonly isLive: boolean;
}
