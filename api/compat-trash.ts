import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { notFound } from '@/core/errors';
import { getFlow } from '@/core/flow/history/queries';
import { getScript } from '@/core/script/history/queries';
import { scriptToWire } from '@/core/script/wire';
import type { Trashed } from '@/core/versioned/model';
import { deleteForEver, restoreFromTrash } from '@/core/versioned/trash/commands';
import { listTrash } from '@/core/versioned/trash/queries';
import { json, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { wireFlow } from './flows';
import { paging } from './query';

const KINDS = ['script', 'flow'] as const;

const itemToWire = (workspaceId: string, item: Trashed) => ({
  id: item.id,
  workspace_id: workspaceId,
  item_kind: item.kind,
  item_path: item.path,
  deleted_by: item.trashedBy,
  deleted_at: item.trashedAt,
  expires_at: item.goneAt,
});

async function requireItem(actor: WorkspaceActor, id: number): Promise<Trashed> {
  const one = { page: 1, perPage: 1, id };
  const [item] = (await Promise.all(KINDS.map((kind) => listTrash(actor, kind, one)))).flat();
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
      // Both kinds up to the end of the page, then the page: what lies in the trash is little.
      const upTo = { page: 1, perPage: query.page * query.per_page };
      const kinds = KINDS.filter((kind) => !query.item_kind || query.item_kind === kind);
      const all = (await Promise.all(kinds.map((kind) => listTrash(actor, kind, upTo)))).flat();
      const sorted = all.toSorted((left, right) => right.trashedAt.localeCompare(left.trashedAt));
      const items = sorted.slice((query.page - 1) * query.per_page, query.page * query.per_page);
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
      const data =
        item.kind === 'script'
          ? scriptToWire(await getScript(actor, item.path), false)
          : wireFlow(await getFlow(actor, item.path));
      return json({ ...itemToWire(actor.workspaceId, item), item_data: data });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/trash/restore/:id',
    access: 'script:write',
    params: byNumber,
    handler: async ({ actor, params, note }) => {
      const { path, kind } = await requireItem(actor, params.id);
      note({ object: path });
      await restoreFromTrash(actor, kind, path);
      return text(`${path} is back.`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/trash/delete/:id',
    access: 'workspace:manage',
    params: byNumber,
    handler: async ({ actor, params, note }) => {
      const { path, kind } = await requireItem(actor, params.id);
      note({ object: path });
      await deleteForEver(actor, kind, path);
      return text(`${path} is deleted for ever.`);
    },
  }),
];
