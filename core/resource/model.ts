import type { JsonValue } from '@/core/schema/model';

/** A typed connection value as lists show it: never the value itself. */
export interface ResourceSummary {
  readonly workspaceId: string;
  readonly path: string;
  readonly resourceType: string;
  readonly description: string;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly updatedAt: string;
}

export interface Resource extends ResourceSummary {
  readonly value: JsonValue;
}

export interface ResourceInput {
  readonly path: string;
  readonly resourceType: string;
  readonly description: string;
  readonly value: JsonValue;
}

/** Absent keys stay as they are. */
export interface ResourceChange {
  readonly path?: string;
  readonly resourceType?: string;
  readonly description?: string;
  readonly value?: JsonValue;
}

/** A text that no path has, so that a field's ciphertext is never taken for that of a whole value. */
export const sealedFieldsOf = (path: string): string => `${path}#fields`;
