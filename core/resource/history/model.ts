import type { JsonValue } from '@/core/schema/model';
import type { ValueChange } from '../store/model';

/** One line of the history of a resource or a variable; never its value. */
export interface ValueVersion {
  readonly number: number;
  readonly change: ValueChange;
  /** where it came from, or why it was changed; '' when there is nothing to say */
  readonly detail: string;
  readonly path: string;
  /** null: a variable */
  readonly resourceType: string | null;
  readonly isSecret: boolean;
  readonly description: string;
  readonly createdBy: string;
  /** ISO 8601 */
  readonly createdAt: string;
  /** it is what is stored now */
  readonly isLive: boolean;
}

/** A version with its value, in which secrets are masked: those that differ from the other side say so. */
export interface ShownVersion extends ValueVersion {
  readonly value: JsonValue;
}

/** What a version changed; `before` null: nothing was there. */
export interface ValueDiff {
  readonly before: ShownVersion | null;
  readonly after: ShownVersion;
}
