import { NO_OBJECT, type WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';
import { TRASH_DAYS } from '@/core/script/model';

/** Brings a flow back out of the trash, as it was. */
export async function restoreFlow(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'flow:write', { kind: 'path', path });
  const found = await rows(
    `UPDATE flow SET trashed_at = NULL, trashed_by = NULL, updated_at = now()
     WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NOT NULL RETURNING path`,
    [actor.workspaceId, path],
  );
  if (found.length === 0) throw notFound(`The flow ${path} in the trash`);
}

// What a moved flow's history still needs stays, without a head.
const DELETE_VERSIONS = `DELETE FROM flow_version v WHERE v.workspace_id = $1 AND v.path = $2 AND NOT EXISTS (
  SELECT 1 FROM flow_version child WHERE child.workspace_id = v.workspace_id AND child.parent_id = v.id AND child.path <> $2)`;

/** Deletes a flow that lies in the trash for ever. Administrators of the workspace only. */
export async function deleteFlowForEver(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'workspace:manage', NO_OBJECT);
  await transaction(async (client) => {
    const { rowCount } = await client.query(
      'DELETE FROM flow WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NOT NULL',
      [actor.workspaceId, path],
    );
    if (rowCount === 0) throw notFound(`The flow ${path} in the trash`);
    await client.query(DELETE_VERSIONS, [actor.workspaceId, path]);
  });
}

/** Deletes what has lain in the trash for 30 days, of all workspaces; answers how many flows. Run by the sweeper. */
export async function emptyOldFlowTrash(limit = 100): Promise<number> {
  return transaction(async (client) => {
    const { rows: old } = await client.query<{ workspace_id: string; path: string }>(
      `DELETE FROM flow WHERE (workspace_id, path) IN (SELECT workspace_id, path FROM flow
         WHERE trashed_at < now() - make_interval(days => $1) LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING workspace_id, path`,
      [TRASH_DAYS, limit],
    );
    for (const { workspace_id, path } of old) await client.query(DELETE_VERSIONS, [workspace_id, path]);
    return old.length;
  });
}
