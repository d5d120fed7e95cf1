import { given } from '@/core/wire';
import type { VersionedSummary } from './model';

/** A row of a list as the HTTP API writes it: what all kinds have. */
export interface WireVersionedSummary {
  readonly workspace_id: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly archived: boolean;
  readonly starred: boolean;
  readonly extra_perms: Readonly<Record<string, boolean>>;
  readonly tag?: string;
  // Fantail's own
  readonly hash: string;
  readonly has_draft: boolean;
  readonly last_run?: {
    readonly id: string;
    readonly outcome: string | null;
    /** ISO 8601 */
    readonly created_at: string;
    readonly duration_ms: number | null;
  } | null;
  readonly trashed_at?: string;
  readonly trashed_by?: string;
}

export function versionedToWire(item: VersionedSummary): WireVersionedSummary {
  const { lastRun } = item;
  return {
    workspace_id: item.workspaceId,
    path: item.path,
    hash: item.hash,
    summary: item.summary,
    description: item.description,
    archived: item.trashedAt !== null,
    starred: false,
    extra_perms: {},
    ...given('tag', item.tag),
    has_draft: item.hasDraft,
    ...(lastRun === undefined ? {} : { last_run: lastRun === null ? null : lastRunToWire(lastRun) }),
    ...given('trashed_at', item.trashedAt),
    ...given('trashed_by', item.trashedBy),
  };
}

const lastRunToWire = (run: NonNullable<VersionedSummary['lastRun']>) => ({
  id: run.id,
  outcome: run.outcome,
  created_at: run.createdAt,
  duration_ms: run.durationMs,
});
