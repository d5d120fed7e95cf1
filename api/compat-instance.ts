import { z } from 'zod';
import { listWorkspaces } from '@/core/workspace/queries';
import { json } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { paging } from './query';

/** What official clients ask about the whole instance. */
export const compatInstanceEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/workspaces/list_as_superadmin',
    access: 'instance:manage',
    query: z.looseObject(paging),
    handler: async ({ actor, query }) => {
      const from = (query.page - 1) * query.per_page;
      const page = (await listWorkspaces(actor)).slice(from, from + query.per_page);
      return json(page.map(({ id, name, createdBy }) => ({ id, name, owner: createdBy, deleted: false })));
    },
  }),
];
