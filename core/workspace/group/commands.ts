import type { WorkspaceActor } from '@/core/access/model';
import { conflict, forbidden, notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { EVERYBODY } from './model';

/**
 * Makes a group; its maker manages it. The name must not be a username as well, because `u/<name>` would then belong
 * to both.
 */
export async function createGroup(actor: WorkspaceActor, input: { name: string; summary: string }): Promise<void> {
  const made = await rows(
    `INSERT INTO user_group (workspace_id, name, summary, members, managers)
     SELECT $1, $2, $3, ARRAY[$4::text], ARRAY[$4::text] WHERE NOT EXISTS (SELECT 1 FROM user_account WHERE username = $2)
     ON CONFLICT DO NOTHING RETURNING name`,
    [actor.workspaceId, input.name, input.summary, actor.username],
  );
  if (made.length === 0) throw conflict(`${input.name} is already the name of a group or a person.`);
}

export async function changeGroup(workspaceId: string, name: string, summary: string): Promise<void> {
  const changed = await rows(
    'UPDATE user_group SET summary = $3 WHERE workspace_id = $1 AND name = $2 RETURNING name',
    [workspaceId, name, summary],
  );
  if (changed.length === 0) throw notFound(`The group ${name}`);
}

/** Adds a member of the workspace to a group, as manager when asked. Adding him again changes only that. */
export async function addToGroup(
  workspaceId: string,
  name: string,
  username: string,
  isManager: boolean,
): Promise<void> {
  if (name === EVERYBODY) throw conflict('Everybody is in the group all already.');
  const known = await rows(
    `SELECT 1 FROM member m JOIN user_account u ON u.id = m.user_id WHERE m.workspace_id = $1 AND u.username = $2`,
    [workspaceId, username],
  );
  if (known.length === 0) throw notFound(`The member ${username}`);
  const changed = await rows(
    `UPDATE user_group SET members = array_append(array_remove(members, $3), $3),
       managers = CASE WHEN $4 THEN array_append(array_remove(managers, $3), $3) ELSE array_remove(managers, $3) END
     WHERE workspace_id = $1 AND name = $2 RETURNING name`,
    [workspaceId, name, username, isManager],
  );
  if (changed.length === 0) throw notFound(`The group ${name}`);
}

export async function removeFromGroup(workspaceId: string, name: string, username: string): Promise<void> {
  const changed = await rows(
    `UPDATE user_group SET members = array_remove(members, $3), managers = array_remove(managers, $3)
     WHERE workspace_id = $1 AND name = $2 RETURNING name`,
    [workspaceId, name, username],
  );
  if (changed.length === 0) throw notFound(`The group ${name}`);
}

/** Deletes a group and its place in folders. Items below `g/<name>` stay, for administrators to move. */
export async function deleteGroup(workspaceId: string, name: string): Promise<void> {
  if (name === EVERYBODY) throw forbidden('The group all cannot be deleted.');
  const gone = await rows(
    `WITH folders AS (UPDATE folder SET owners = array_remove(owners, 'g/' || $2), writers = array_remove(writers, 'g/' || $2),
         viewers = array_remove(viewers, 'g/' || $2) WHERE workspace_id = $1 AND ('g/' || $2) = ANY (owners || writers || viewers))
     DELETE FROM user_group WHERE workspace_id = $1 AND name = $2 RETURNING name`,
    [workspaceId, name],
  );
  if (gone.length === 0) throw notFound(`The group ${name}`);
}
