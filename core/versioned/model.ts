import type { Outcome } from '@/core/job/model';

/** What people write, deploy in versions and run: it has drafts, a history and a trash. */
export const VERSIONED_KINDS = ['script', 'flow'] as const;
export type VersionedKind = (typeof VERSIONED_KINDS)[number];

/** How long what was deleted can be brought back. */
export const TRASH_DAYS = 30;

/** One row of a list: what all kinds have. */
export interface VersionedSummary {
  readonly workspaceId: string;
  readonly path: string;
  readonly hash: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string | null;
  readonly createdBy: string;
  /** when the live version was deployed; ISO 8601 */
  readonly createdAt: string;
  readonly trashedAt: string | null;
  readonly trashedBy: string | null;
  /** the asking person has typed something that is not deployed */
  readonly hasDraft: boolean;
  /** absent when it was not asked for, null when it never ran */
  readonly lastRun?: LastRun | null;
}

export interface LastRun {
  readonly id: string;
  /** null while it is queued or running */
  readonly outcome: Outcome | null;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly durationMs: number | null;
}

/** What a list is asked for, of whatever kind. */
export interface VersionedFilter {
  /** exactly this path */
  readonly path?: string | undefined;
  readonly pathStart?: string | undefined;
  readonly createdBy?: string | undefined;
  /** in path, summary or description */
  readonly search?: string | undefined;
  /** those in the trash instead of the live ones */
  readonly isTrash?: boolean | undefined;
  readonly hasLastRun?: boolean | undefined;
  readonly order?: 'path' | 'newest' | undefined;
  readonly page: number;
  readonly perPage: number;
}

/** Something that lies in the trash. */
export interface Trashed {
  readonly kind: VersionedKind;
  /** a number that stays the same while it lies there: other clients name what is in the trash by numbers */
  readonly id: number;
  readonly path: string;
  readonly trashedBy: string;
  /** ISO 8601 */
  readonly trashedAt: string;
  readonly goneAt: string;
}
