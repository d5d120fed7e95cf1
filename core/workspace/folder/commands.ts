import type { WorkspaceActor } from '@/core/access/model';
import { conflict, notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import type { FolderSummary } from './model';

/** Who holds what in a folder; a list left out stays as it is. */
export type FolderChange = { readonly [Key in Exclude<keyof FolderSummary, 'name'>]?: FolderSummary[Key] | undefined };

/**
 * Makes a folder; its maker owns it. Where items lie below the name already, only an administrator may, because
 * owning the folder means owning them.
 */
export async function createFolder(actor: WorkspaceActor, name: string, input: FolderChange): Promise<void> {
  const own = `u/${actor.username}`;
  const owners = [...new Set([own, ...(input.owners ?? [])])];
  const made = await rows(
    `INSERT INTO folder (workspace_id, name, summary, owners, writers, viewers)
     SELECT $1, $2, $3, $4, $5, $6
     WHERE $7 OR NOT EXISTS (
       SELECT 1 FROM script WHERE workspace_id = $1 AND path ^@ $8 UNION ALL
       SELECT 1 FROM flow WHERE workspace_id = $1 AND path ^@ $8 UNION ALL
       SELECT 1 FROM resource WHERE workspace_id = $1 AND path ^@ $8 UNION ALL
       SELECT 1 FROM variable WHERE workspace_id = $1 AND path ^@ $8)
     ON CONFLICT DO NOTHING RETURNING name`,
    [
      actor.workspaceId,
      name,
      input.summary ?? '',
      owners,
      input.writers ?? [],
      input.viewers ?? [],
      actor.role === 'admin',
      `f/${name}/`,
    ],
  );
  if (made.length === 0)
    throw conflict(
      `There is a folder ${name} already, or items below f/${name} that an administrator must put in order first.`,
    );
}

export async function changeFolder(workspaceId: string, name: string, change: FolderChange): Promise<void> {
  const changed = await rows(
    `UPDATE folder SET summary = coalesce($3, summary), owners = coalesce($4, owners), writers = coalesce($5, writers),
       viewers = coalesce($6, viewers) WHERE workspace_id = $1 AND name = $2 RETURNING name`,
    [workspaceId, name, change.summary ?? null, change.owners ?? null, change.writers ?? null, change.viewers ?? null],
  );
  if (changed.length === 0) throw notFound(`The folder ${name}`);
}

/**
 * Puts one person or group among the writers or viewers, or (null) among neither, in one statement: two such changes
 * at once both count. An owner stays one.
 */
export async function changeHolder(
  workspaceId: string,
  name: string,
  holder: string,
  level: 'writer' | 'viewer' | null,
): Promise<void> {
  const changed = await rows(
    `UPDATE folder SET
       writers = array_remove(writers, $3) || CASE WHEN $4 = 'writer' AND $3 <> ALL (owners) THEN ARRAY[$3::text] ELSE '{}' END,
       viewers = array_remove(viewers, $3) || CASE WHEN $4 = 'viewer' AND $3 <> ALL (owners) THEN ARRAY[$3::text] ELSE '{}' END
     WHERE workspace_id = $1 AND name = $2 RETURNING name`,
    [workspaceId, name, holder, level ?? ''],
  );
  if (changed.length === 0) throw notFound(`The folder ${name}`);
}

/** Deletes the folder's list of people. Items below it stay and are then administrators' only. */
export async function deleteFolder(workspaceId: string, name: string): Promise<void> {
  const gone = await rows('DELETE FROM folder WHERE workspace_id = $1 AND name = $2 RETURNING name', [
    workspaceId,
    name,
  ]);
  if (gone.length === 0) throw notFound(`The folder ${name}`);
}
