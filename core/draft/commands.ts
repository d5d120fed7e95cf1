import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { prisma, rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { storableJson } from '@/core/text';
import type { DraftKind } from './model';

/** Keeps what the actor typed; answers when (ISO 8601). A draft may be of anything he could deploy at that path. */
export async function saveDraft(
  actor: WorkspaceActor,
  kind: DraftKind,
  path: string,
  value: JsonValue,
): Promise<string> {
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  requireCan(actor, 'script:write', { kind: 'path', path });
  const [row] = await rows<{ updated_at: Date }>(
    `INSERT INTO draft (workspace_id, kind, path, username, value, updated_at) VALUES ($1, $2, $3, $4, $5::jsonb, now())
     ON CONFLICT (workspace_id, kind, path, username) DO UPDATE SET value = excluded.value, updated_at = now()
     RETURNING updated_at`,
    [actor.workspaceId, kind, path, actor.username, storableJson(value)],
  );
  return (row?.updated_at ?? new Date(0)).toISOString();
}

/** Throws a draft of the actor's own away; none is as good. */
export async function deleteDraft(actor: WorkspaceActor, kind: DraftKind, path: string): Promise<void> {
  await prisma().draft.deleteMany({ where: { workspaceId: actor.workspaceId, kind, path, username: actor.username } });
}
