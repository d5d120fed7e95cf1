import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisiblePaths } from '@/core/access/rules';
import { rows } from '@/core/platform/db';
import { TRASH_DAYS } from '@/core/script/model';
import type { TrashedScript } from '@/core/script/trash/queries';

// 48 bits of a hash, as for scripts; the word in front keeps a script and a flow of one path apart.
const ID = `('x' || left(md5('flow|' || f.path || '|' || f.trashed_at), 12))::bit(48)::bigint`;

interface TrashRow {
  id: string;
  path: string;
  trashed_by: string | null;
  trashed_at: Date;
  gone_at: Date;
}

/** The flows that the actor may see in the trash, the newest first; with `id` only that one. */
export async function listFlowTrash(
  actor: WorkspaceActor,
  page: { readonly page: number; readonly perPage: number; readonly id?: number },
): Promise<TrashedScript[]> {
  const visible = sqlVisiblePaths(actor, 'flow:read', 'f.path', 6);
  const found = await rows<TrashRow>(
    `SELECT ${ID} AS id, f.path, f.trashed_by, f.trashed_at, f.trashed_at + make_interval(days => $2) AS gone_at FROM flow f
     WHERE f.workspace_id = $1 AND f.trashed_at IS NOT NULL AND ($3::bigint IS NULL OR ${ID} = $3) AND ${visible.text}
     ORDER BY f.trashed_at DESC, f.path LIMIT $4 OFFSET $5`,
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
