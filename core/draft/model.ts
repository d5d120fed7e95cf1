import type { JsonValue } from '@/core/schema/model';

export const DRAFT_KINDS = ['script', 'flow', 'app'] as const;
export type DraftKind = (typeof DRAFT_KINDS)[number];

/** What a person typed and did not deploy yet. */
export interface Draft {
  readonly kind: DraftKind;
  readonly path: string;
  readonly value: JsonValue;
  /** ISO 8601 */
  readonly updatedAt: string;
}

export type DraftSummary = Omit<Draft, 'value'>;
