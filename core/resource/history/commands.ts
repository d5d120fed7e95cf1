import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { conflict, notFound } from '@/core/errors';
import { transaction } from '@/core/platform/db';
import { insertValue, lockValue, replaceValue, Sealer } from '../store/commands';
import type { ValueKind } from '../store/model';
import { versionRows } from './queries';

/**
 * Makes an old version what is stored now, as a new version. What was deleted comes back; what has moved stays where it
 * is.
 */
export async function restoreValue(
  actor: WorkspaceActor,
  kind: ValueKind,
  path: string,
  number: number,
): Promise<void> {
  requireCan(actor, `${kind}:write`, { kind: 'path', path });
  await transaction(async (client) => {
    const now = await lockValue(client, kind, actor.workspaceId, path);
    const sealer = await Sealer.open(client, actor.workspaceId);
    const [version] = await versionRows(actor.workspaceId, kind, path, [number], client);
    if (version === undefined) throw notFound(`Version ${number} of ${path}`);
    const plain = sealer.unseal(kind, version.path, version.ciphertext);
    const row = {
      path,
      resourceType: version.resource_type,
      isSecret: version.is_secret,
      description: version.description,
      ciphertext: sealer.seal(kind, path, plain),
    };
    const occasion = { change: 'restored', detail: `version ${number}` } as const;
    const isDone =
      now === null
        ? await insertValue(client, kind, actor, row, { ...occasion, lineage: version.lineage })
        : now.lineage === version.lineage && (await replaceValue(client, kind, actor, now, row, occasion));
    if (!isDone) throw conflict(`${path} was changed by someone else in this moment. Look again, then restore.`);
  });
}
