import { z } from 'zod';
import { AUDIT_KINDS, AUDIT_OUTCOMES, type AuditRecord } from '@/core/audit/model';
import { listAudit } from '@/core/audit/queries';
import { notFound } from '@/core/errors';
import { json } from './answer';
import { defineEndpoint } from './endpoint';
import { moment, paging, whole } from './query';

const KIND_WORDS = { create: 'Created', update: 'Updated', delete: 'Delete', execute: 'Execute' } as const;

const toWire = (record: AuditRecord) => ({
  id: record.id,
  workspace_id: record.workspaceId,
  timestamp: record.at,
  username: record.actor,
  via: record.via,
  operation: record.action,
  action_kind: KIND_WORDS[record.kind],
  resource: record.object,
  outcome: record.outcome,
  ...(record.ip === null ? {} : { ip: record.ip }),
  ...(record.detail === undefined ? {} : { parameters: record.detail }),
});

const listQuery = z.object({
  per_page: paging.per_page,
  before_id: whole(1, Number.MAX_SAFE_INTEGER),
  after_id: whole(0, Number.MAX_SAFE_INTEGER),
  username: z.string().max(100).optional(),
  operation: z.string().max(100).optional(),
  action_kind: z.string().toLowerCase().pipe(z.enum(AUDIT_KINDS)).optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  resource: z.string().max(300).optional(),
  before: moment('before'),
  after: moment('after'),
});

export const auditEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/audit/list',
    access: 'audit:read',
    query: listQuery,
    handler: async ({ actor, query }) => {
      const records = await listAudit({
        workspaceId: actor.workspaceId,
        limit: query.per_page,
        ...(query.before_id === undefined ? {} : { beforeId: query.before_id }),
        ...(query.username === undefined ? {} : { actor: query.username }),
        ...(query.operation === undefined ? {} : { action: query.operation }),
        ...(query.action_kind === undefined ? {} : { kind: query.action_kind }),
        ...(query.after_id === undefined ? {} : { afterId: query.after_id }),
        ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
        ...(query.resource === undefined ? {} : { object: query.resource }),
        ...(query.before === undefined ? {} : { beforeMs: query.before }),
        ...(query.after === undefined ? {} : { afterMs: query.after }),
      });
      return json(records.map(toWire));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/audit/get/:id',
    access: 'audit:read',
    params: z.object({ workspace: z.string(), id: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
    handler: async ({ actor, params }) => {
      const [record] = await listAudit({ workspaceId: actor.workspaceId, id: params.id, limit: 1 });
      if (record === undefined) throw notFound(`Entry ${params.id} of the audit`);
      return json(toWire(record));
    },
  }),
];
