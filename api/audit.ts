import { z } from 'zod';
import { listAudit } from '@/core/audit/queries';
import { json } from './answer';
import { defineEndpoint } from './endpoint';
import { paging, whole } from './query';

export const auditEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/audit/list',
    access: 'audit:read',
    query: z.object({
      per_page: paging.per_page,
      before_id: whole(1, Number.MAX_SAFE_INTEGER),
      username: z.string().max(100).optional(),
      operation: z.string().max(100).optional(),
    }),
    handler: async ({ actor, query }) => {
      const records = await listAudit({
        workspaceId: actor.workspaceId,
        limit: query.per_page,
        ...(query.before_id === undefined ? {} : { beforeId: query.before_id }),
        ...(query.username === undefined ? {} : { actor: query.username }),
        ...(query.operation === undefined ? {} : { action: query.operation }),
      });
      return json(
        records.map((record) => ({
          id: record.id,
          workspace_id: record.workspaceId,
          timestamp: record.at,
          username: record.actor,
          via: record.via,
          operation: record.action,
          resource: record.object,
          outcome: record.outcome,
          ...(record.ip === null ? {} : { ip: record.ip }),
          ...(record.detail === undefined ? {} : { parameters: record.detail }),
        })),
      );
    },
  }),
];
