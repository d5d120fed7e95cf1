import type { VersionedKind } from './model';

/** Where a kind is stored: its head `h` (one a path) and its versions `v`, and how they hang together, as SQL. */
interface Tables {
  readonly versions: string;
  /** `v` is the live version of `h` */
  readonly isLive: string;
  /** what names a version, and the version that it was made on top of */
  readonly id: string;
  readonly parentId: string;
  /** what tells one thing in the trash from another; with a word in front, so that two kinds of one path differ */
  readonly trashKey: string;
}

/** The head's table has the kind's name. All of it is our own text, never input. */
export const TABLES: Readonly<Record<VersionedKind, Tables>> = {
  script: {
    versions: 'script_version',
    isLive: 'v.workspace_id = h.workspace_id AND v.hash = h.live_hash',
    id: 'hash',
    parentId: 'parent_hash',
    trashKey: "h.path || '|' || h.trashed_at",
  },
  flow: {
    versions: 'flow_version',
    isLive: 'v.id = h.live_id',
    id: 'id',
    parentId: 'parent_id',
    trashKey: "'flow|' || h.path || '|' || h.trashed_at",
  },
};
