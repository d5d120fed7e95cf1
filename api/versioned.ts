import { z } from 'zod';
import { lastInputs } from '@/core/job/inputs/queries';
import { parseStoredJson } from '@/core/job/wire';
import { livePaths, liveTexts } from '@/core/versioned/listing/queries';
import type { VersionedFilter, VersionedKind } from '@/core/versioned/model';
import { deleteForEver, restoreFromTrash } from '@/core/versioned/trash/commands';
import { json, text } from './answer';
import { atPath } from './at-path';
import { defineEndpoint, type Endpoint } from './endpoint';
import { flag, paging, searchPaging } from './query';

/** What every list of scripts or flows may be asked for. */
export const listQuery = z.object({
  ...paging,
  path_start: z.string().optional(),
  path_exact: z.string().optional(),
  created_by: z.string().optional(),
  search: z.string().max(200).optional(),
  show_archived: flag('show_archived'),
  last_run: flag('last_run'),
  order: z.enum(['path', 'newest']).optional(),
});

export const filterOf = (query: z.infer<typeof listQuery>): VersionedFilter => ({
  path: query.path_exact,
  pathStart: query.path_start,
  createdBy: query.created_by,
  search: query.search || undefined,
  isTrash: query.show_archived ?? false,
  hasLastRun: query.last_run ?? false,
  order: query.order,
  page: query.page,
  perPage: query.per_page,
});

export const inTrash = (path: string) => `${path} lies in the trash now; it can be restored for 30 days.`;

/** Clients search a script's source, and a flow's definition. */
const SEARCHED: Readonly<Record<VersionedKind, (found: { path: string; text: string }) => unknown>> = {
  script: ({ path, text: content }) => ({ path, content }),
  flow: ({ path, text: value }) => ({ path, value: parseStoredJson(value) }),
};

/** What is the same for scripts and flows: their paths, and the ways out of the trash. */
export const versionedEndpoints = (kind: VersionedKind): readonly Endpoint[] => [
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/${kind}s/list_paths`,
    access: `${kind}:read`,
    handler: async ({ actor }) => json(await livePaths(actor, kind)),
  }),
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/${kind}s/list_search`,
    access: `${kind}:read`,
    query: z.object(searchPaging),
    handler: async ({ actor, query: { page, per_page } }) =>
      json((await liveTexts(actor, kind, { page, perPage: per_page })).map(SEARCHED[kind])),
  }),
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/${kind}s/last_inputs/p/*path`,
    access: `${kind}:read`,
    object: atPath,
    handler: async ({ actor, params }) => {
      const args = await lastInputs(actor, kind, params.path);
      return json(args === null ? null : parseStoredJson(args));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: `/w/:workspace/${kind}s/trash/restore/*path`,
    access: `${kind}:write`,
    object: atPath,
    handler: async ({ actor, params }) => {
      await restoreFromTrash(actor, kind, params.path);
      return text(`${params.path} is back.`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: `/w/:workspace/${kind}s/trash/*path`,
    access: 'workspace:manage',
    handler: async ({ actor, params, note }) => {
      note({ object: params.path });
      await deleteForEver(actor, kind, params.path);
      return text(`${params.path} is deleted for ever.`);
    },
  }),
];
