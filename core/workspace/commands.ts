import type { Actor } from '@/core/access/model';
import { conflict, notFound } from '@/core/errors';
import { rows, transaction } from '@/core/platform/db';
import { newWrappedKey } from '@/core/platform/secrets';

/** Makes a workspace with its own data key and its maker as administrator. Throws `conflict` when the id is taken. */
export async function createWorkspace(
  maker: Pick<Actor, 'userId' | 'email'>,
  input: { id: string; name: string },
): Promise<void> {
  await transaction(async (client) => {
    const made = await rows(
      `INSERT INTO workspace (id, name, created_by, wrapped_key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
      [input.id, input.name, maker.email, newWrappedKey(input.id)],
      client,
    );
    if (made.length === 0) throw conflict(`There is a workspace ${input.id} already. Choose another id.`);
    await rows(
      `INSERT INTO member (workspace_id, user_id, role) VALUES ($1, $2, 'admin')`,
      [input.id, maker.userId],
      client,
    );
    await rows(
      `INSERT INTO user_group (workspace_id, name, summary, members, managers) VALUES ($1, 'all', 'Everybody in this workspace', '{}', '{}')`,
      [input.id],
      client,
    );
  });
}

export async function renameWorkspace(workspaceId: string, name: string): Promise<void> {
  const renamed = await rows('UPDATE workspace SET name = $2 WHERE id = $1 RETURNING id', [workspaceId, name]);
  if (renamed.length === 0) throw notFound(`The workspace ${workspaceId}`);
}
