import type pg from 'pg';
import type { Role } from '@/core/access/model';
import { ensurePerson } from '@/core/access/user/commands';
import { conflict, notFound } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';

/** Changes of one workspace's members come one after the other, so that two cannot remove each other's last admin. */
async function lockMembers(workspaceId: string, client: pg.PoolClient): Promise<void> {
  const locked = await rows('SELECT 1 FROM workspace WHERE id = $1 FOR UPDATE', [workspaceId], client);
  if (locked.length === 0) throw notFound(`The workspace ${workspaceId}`);
}

async function requireAdminLeft(workspaceId: string, client: pg.PoolClient): Promise<void> {
  const left = await rows(
    `SELECT 1 FROM member m JOIN user_account u ON u.id = m.user_id
     WHERE m.workspace_id = $1 AND m.role = 'admin' AND m.disabled_at IS NULL AND u.disabled_at IS NULL LIMIT 1`,
    [workspaceId],
    client,
  );
  if (left.length === 0)
    throw conflict('This is the last administrator of the workspace. Make somebody else administrator first.');
}

/**
 * Adds somebody by e-mail; who is not known yet is invited. Throws `conflict` when he is a member already.
 * Answers his id and whether he is new to this server.
 */
export async function addMember(
  workspaceId: string,
  input: { email: string; name: string; role: Role },
): Promise<{ userId: string; isNew: boolean }> {
  return transaction(async (client) => {
    await lockMembers(workspaceId, client);
    const person = await ensurePerson(input.email, input.name, client);
    const added = await rows(
      'INSERT INTO member (workspace_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING role',
      [workspaceId, person.id, input.role],
      client,
    );
    if (added.length === 0) throw conflict(`${input.email} is a member of this workspace already.`);
    return { userId: person.id, isNew: person.isNew };
  });
}

/** Changes a member's role or switches him off or on here. The last working administrator stays one. */
export async function changeMember(
  workspaceId: string,
  username: string,
  change: { role?: Role | undefined; isDisabled?: boolean | undefined },
): Promise<void> {
  await transaction(async (client) => {
    await lockMembers(workspaceId, client);
    const changed = await rows(
      `UPDATE member m SET role = coalesce($3, m.role),
         disabled_at = CASE WHEN $4::boolean IS NULL THEN m.disabled_at WHEN $4 THEN coalesce(m.disabled_at, now()) END
       FROM user_account u WHERE u.id = m.user_id AND m.workspace_id = $1 AND u.username = $2 RETURNING m.role`,
      [workspaceId, username, change.role ?? null, change.isDisabled ?? null],
      client,
    );
    if (changed.length === 0) throw notFound(`The member ${username}`);
    await requireAdminLeft(workspaceId, client);
  });
}

/** Takes somebody out of the workspace, its groups and its folders. What he made stays. */
export async function removeMember(workspaceId: string, username: string): Promise<void> {
  await transaction(async (client) => {
    await lockMembers(workspaceId, client);
    const removed = await rows(
      `DELETE FROM member m USING user_account u
       WHERE u.id = m.user_id AND m.workspace_id = $1 AND u.username = $2 RETURNING m.role`,
      [workspaceId, username],
      client,
    );
    if (removed.length === 0) throw notFound(`The member ${username}`);
    await requireAdminLeft(workspaceId, client);
    await rows(
      `UPDATE user_group SET members = array_remove(members, $2), managers = array_remove(managers, $2)
       WHERE workspace_id = $1 AND $2 = ANY (members || managers)`,
      [workspaceId, username],
      client,
    );
    await rows(
      `UPDATE folder SET owners = array_remove(owners, $2), writers = array_remove(writers, $2),
         viewers = array_remove(viewers, $2) WHERE workspace_id = $1 AND $2 = ANY (owners || writers || viewers)`,
      [workspaceId, `u/${username}`],
      client,
    );
  });
}
