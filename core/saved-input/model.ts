import type { VersionedKind } from '@/core/versioned/model';

/** What inputs belong to: the path, whatever its live version is. */
export interface Runnable {
  readonly kind: VersionedKind;
  readonly path: string;
}

/** Inputs that somebody keeps under a name. Their values are read by themselves. */
export interface SavedInput {
  readonly id: string;
  readonly name: string;
  readonly createdBy: string;
  /** for everybody who may run it */
  readonly isShared: boolean;
  /** ISO 8601 */
  readonly createdAt: string;
}

export const MAX_NAME = 100;

/** How many one person may keep for one script or flow. */
export const MOST_SAVED = 100;
