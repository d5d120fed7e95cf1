import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisiblePaths } from '@/core/access/visible/rules';
import { rows } from '@/core/platform/db';
import { TRASH_DAYS, type Trashed, type VersionedKind } from '../model';
import { TABLES } from '../tables';

interface TrashRow {
  id: number;
  path: string;
  trashed_by: string | null;
  trashed_at: Date;
  gone_at: Date;
}

/** What the actor may see in the trash, the newest first; with `id` only that one. */
export async function listTrash(
  actor: WorkspaceActor,
  kind: VersionedKind,
  page: { readonly page: number; readonly perPage: number; readonly id?: number },
): Promise<Trashed[]> {
  const visible = sqlVisiblePaths(actor, `${kind}:read`, 'h.path', 6);
  // 48 bits of a hash: exact as a JavaScript number, and two things in one trash will not meet.
  const id = `('x' || left(md5(${TABLES[kind].trashKey}), 12))::bit(48)::bigint`;
  const found = await rows<TrashRow>(
    `SELECT ${id} AS id, h.path, h.trashed_by, h.trashed_at, h.trashed_at + make_interval(days => $2) AS gone_at FROM ${kind} h
     WHERE h.workspace_id = $1 AND h.trashed_at IS NOT NULL AND ($3::bigint IS NULL OR ${id} = $3) AND ${visible.text}
     ORDER BY h.trashed_at DESC, h.path LIMIT $4 OFFSET $5`,
    [actor.workspaceId, TRASH_DAYS, page.id ?? null, page.perPage, (page.page - 1) * page.perPage, ...visible.values],
  );
  return found.map((row) => ({
    kind,
    id: row.id,
    path: row.path,
    trashedBy: row.trashed_by ?? '',
    trashedAt: row.trashed_at.toISOString(),
    goneAt: row.gone_at.toISOString(),
  }));
}
