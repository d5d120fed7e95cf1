import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisiblePaths } from '@/core/access/rules';
import { rows } from '@/core/platform/db';
import { TRASH_DAYS } from '../model';

/** A script that lies in the trash. */
export interface TrashedScript {
  /** a number that stays the same while it lies there: other clients name what is in the trash by numbers */
  readonly id: number;
  readonly path: string;
  readonly trashedBy: string;
  /** ISO 8601 */
  readonly trashedAt: string;
  readonly goneAt: string;
}

// 48 bits of a hash: exact as a JavaScript number, and two scripts of one trash will not meet.
const ID = `('x' || left(md5(s.path || '|' || s.trashed_at), 12))::bit(48)::bigint`;

interface TrashRow {
  id: string;
  path: string;
  trashed_by: string | null;
  trashed_at: Date;
  gone_at: Date;
}

/** What the actor may see in the trash, the newest first; with `id` only that one. */
export async function listTrash(
  actor: WorkspaceActor,
  page: { readonly page: number; readonly perPage: number; readonly id?: number },
): Promise<TrashedScript[]> {
  const visible = sqlVisiblePaths(actor, 'script:read', 's.path', 6);
  const found = await rows<TrashRow>(
    `SELECT ${ID} AS id, s.path, s.trashed_by, s.trashed_at, s.trashed_at + make_interval(days => $2) AS gone_at FROM script s
     WHERE s.workspace_id = $1 AND s.trashed_at IS NOT NULL AND ($3::bigint IS NULL OR ${ID} = $3) AND ${visible.text}
     ORDER BY s.trashed_at DESC, s.path LIMIT $4 OFFSET $5`,
    [actor.workspaceId, TRASH_DAYS, page.id ?? null, page.perPage, (page.page - 1) * page.perPage, ...visible.values],
  );
  return found.map((row) => ({
    id: Number(row.id),
    path: row.path,
    trashedBy: row.trashed_by ?? '',
    trashedAt: row.trashed_at.toISOString(),
    goneAt: row.gone_at.toISOString(),
  }));
}
