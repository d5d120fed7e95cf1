import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { notFound } from '@/core/errors';
import { getScript } from '@/core/script/history/queries';
import { deleteForEver, restoreScript } from '@/core/script/trash/commands';
import { listTrash, type TrashedScript } from '@/core/script/trash/queries';
import { scriptToWire } from '@/core/script/wire';
import { json, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { paging } from './query';

const itemToWire = (workspaceId: string, item: TrashedScript) => ({
  id: item.id,
  workspace_id: workspaceId,
  item_kind: 'script',
  item_path: item.path,
  deleted_by: item.trashedBy,
  deleted_at: item.trashedAt,
  expires_at: item.goneAt,
});

async function requireItem(actor: WorkspaceActor, id: number): Promise<TrashedScript> {
  const [item] = await listTrash(actor, { page: 1, perPage: 1, id });
  if (item === undefined) throw notFound(`Number ${id} in the trash`);
  return item;
}

const byNumber = z.object({ workspace: z.string(), id: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });

/** The trash as official clients read it: by numbers. Rights are those of the paths. */
export const compatTrashEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/trash/list',
    access: 'script:read',
    query: z.looseObject({ ...paging, item_kind: z.string().max(50).optional() }),
    handler: async ({ actor, query }) => {
      // Scripts are what has a trash so far.
      if (query.item_kind && query.item_kind !== 'script') return json([]);
      const items = await listTrash(actor, { page: query.page, perPage: query.per_page });
      return json(items.map((item) => itemToWire(actor.workspaceId, item)));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/trash/get/:id',
    access: 'script:read',
    params: byNumber,
    handler: async ({ actor, params }) => {
      const item = await requireItem(actor, params.id);
      const script = scriptToWire(await getScript(actor, item.path), false);
      return json({ ...itemToWire(actor.workspaceId, item), item_data: script });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/trash/restore/:id',
    access: 'script:write',
    params: byNumber,
    handler: async ({ actor, params, note }) => {
      const { path } = await requireItem(actor, params.id);
      note({ object: path });
      await restoreScript(actor, path);
      return text(`${path} is back.`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/trash/delete/:id',
    access: 'workspace:manage',
    params: byNumber,
    handler: async ({ actor, params, note }) => {
      const { path } = await requireItem(actor, params.id);
      note({ object: path });
      await deleteForEver(actor, path);
      return text(`${path} is deleted for ever.`);
    },
  }),
];
