import { NO_OBJECT, type WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';
import { TRASH_DAYS, type VersionedKind } from '../model';
import { TABLES } from '../tables';

/** Brings a script or a flow back out of the trash, as it was. */
export async function restoreFromTrash(actor: WorkspaceActor, kind: VersionedKind, path: string): Promise<void> {
  requireCan(actor, `${kind}:write`, { kind: 'path', path });
  const found = await rows(
    `UPDATE ${kind} SET trashed_at = NULL, trashed_by = NULL, updated_at = now()
     WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NOT NULL RETURNING path`,
    [actor.workspaceId, path],
  );
  if (found.length === 0) throw notFound(`The ${kind} ${path} in the trash`);
}

/** All versions of a path but those that the history of something that was moved away leads back to. */
function deleteVersions(kind: VersionedKind): string {
  const { versions, id, parentId } = TABLES[kind];
  const madeOn = `child.workspace_id = v.workspace_id AND child.${parentId} = v.${id}`;
  return `WITH RECURSIVE needed AS (
      SELECT v.workspace_id, v.${id}, v.${parentId} FROM ${versions} v JOIN ${versions} child ON ${madeOn}
      WHERE v.workspace_id = $1 AND v.path = $2 AND child.path <> $2
    UNION
      SELECT v.workspace_id, v.${id}, v.${parentId} FROM ${versions} v JOIN needed child ON ${madeOn} WHERE v.path = $2)
    DELETE FROM ${versions} v WHERE v.workspace_id = $1 AND v.path = $2 AND v.${id} NOT IN (SELECT ${id} FROM needed)`;
}

/** Deletes for ever what lies in the trash. Administrators of the workspace only. */
export async function deleteForEver(actor: WorkspaceActor, kind: VersionedKind, path: string): Promise<void> {
  requireCan(actor, 'workspace:manage', NO_OBJECT);
  await transaction(async (client) => {
    const { rowCount } = await client.query(
      `DELETE FROM ${kind} WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NOT NULL`,
      [actor.workspaceId, path],
    );
    if (rowCount === 0) throw notFound(`The ${kind} ${path} in the trash`);
    await client.query(deleteVersions(kind), [actor.workspaceId, path]);
  });
}

/** Deletes what has lain in the trash for 30 days, of all workspaces; answers how many. Run by the sweeper. */
export async function emptyOldTrash(kind: VersionedKind, limit = 100): Promise<number> {
  return transaction(async (client) => {
    const { rows: old } = await client.query<{ workspace_id: string; path: string }>(
      `DELETE FROM ${kind} WHERE (workspace_id, path) IN (SELECT workspace_id, path FROM ${kind}
         WHERE trashed_at < now() - make_interval(days => $1) LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING workspace_id, path`,
      [TRASH_DAYS, limit],
    );
    for (const { workspace_id, path } of old) await client.query(deleteVersions(kind), [workspace_id, path]);
    return old.length;
  });
}
