import { z } from 'zod';
import { flowTree } from '@/core/flow/view/queries';
import { json } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';

/** So many iterations of each loop come without being asked for. */
const FIRST_LISTS = 50;
const MOST_LISTS = 200;

const query = z.object({
  /** key of the loop whose iterations are wanted; absent: the whole run */
  under: z.string().max(2_000).optional(),
  from: z.coerce.number().int().min(0).default(0),
  count: z.coerce.number().int().min(1).max(MOST_LISTS).optional(),
});

/** The steps of a run of a flow, as its page shows them. */
export const flowTreeEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs_u/flow_tree/:id',
    access: 'job:read',
    allowsQueryToken: true,
    query,
    handler: async ({ actor, params, query: { under, from, count } }) => {
      const window = { under: under ?? null, from, count: count ?? (under === undefined ? FIRST_LISTS : MOST_LISTS) };
      return json(await flowTree(actor, params.id, window));
    },
  }),
];
