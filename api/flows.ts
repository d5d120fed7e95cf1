import { z } from 'zod';
import { findDraft } from '@/core/draft/queries';
import { FantailError } from '@/core/errors';
import { createFlow, moveFlow, restoreFlowVersion, trashFlow, updateFlow } from '@/core/flow/commands';
import { parseContent } from '@/core/flow/deploy/rules';
import { flowExists, flowHistory, getFlow, getFlowVersion } from '@/core/flow/history/queries';
import { deployFlowInputOf, flowBody } from '@/core/flow/input/model';
import { listFlows } from '@/core/flow/listing/queries';
import { flowsBrokenBy, usedByFlows } from '@/core/flow/usage/queries';
import type { FlowVersion } from '@/core/flow/version/model';
import { flowSummaryToWire, flowToWire, flowVersionToWire } from '@/core/flow/wire';
import { type ArgsSchema, parseArgsSchema } from '@/core/schema/model';
import { restoreFromTrash } from '@/core/versioned/trash/commands';
import { json, text, withHeaders } from './answer';
import { atPath } from './at-path';
import { defineEndpoint, type Endpoint } from './endpoint';
import { filterOf, inTrash, listQuery, versionedEndpoints } from './versioned';
import { warningHeader } from './warnings';

const MAX_FLOW_BYTES = 8 * 1024 * 1024;

function schemaOf(version: FlowVersion): ArgsSchema {
  if (version.schema !== null) return version.schema;
  const parsed = parseContent(version);
  return parseArgsSchema(parsed.kind === 'ok' ? parsed.executable.schema : {});
}

/** A version with its schema, inferred when its author wrote none. */
export const wireFlow = (version: FlowVersion) => flowToWire(version, schemaOf(version));

const readEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/get/*path',
    access: 'flow:read',
    object: atPath,
    handler: async ({ actor, params }) => json(wireFlow(await getFlow(actor, params.path))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/get/v/:version',
    access: 'flow:read',
    handler: async ({ actor, params }) => json(wireFlow(await getFlowVersion(actor, params.version))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/get/draft/*path',
    access: 'flow:write',
    object: atPath,
    // What its author typed last, in place of what is live.
    handler: async ({ actor, params }) => {
      const draft = await findDraft(actor, 'flow', params.path);
      const isLive = await flowExists(actor, params.path);
      const live = isLive ? wireFlow(await getFlow(actor, params.path)) : null;
      if (draft === null && live === null) throw new FantailError('not_found', `There is no flow ${params.path}.`);
      return json({
        ...(live ?? { path: params.path }),
        ...(draft === null ? {} : { draft: draft.value }),
        draft_only: !isLive,
      });
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/exists/*path',
    access: 'flow:read',
    object: atPath,
    handler: async ({ actor, params }) => json(await flowExists(actor, params.path)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/history/p/*path',
    access: 'flow:read',
    object: atPath,
    handler: async ({ actor, params }) => json((await flowHistory(actor, params.path)).map(flowVersionToWire)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/get_latest_version/*path',
    access: 'flow:read',
    object: atPath,
    handler: async ({ actor, params }) => {
      const [latest] = await flowHistory(actor, params.path);
      return json(latest === undefined ? null : flowVersionToWire(latest));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/deployment_status/p/*path',
    access: 'flow:read',
    object: atPath,
    // A version exists only with its locks: there is no deploy that is still going on, or that failed afterwards.
    handler: async ({ actor, params }) => {
      await getFlow(actor, params.path);
      return json({ lock_error_logs: null });
    },
  }),
];

const listEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/list',
    access: 'flow:read',
    query: listQuery,
    handler: async ({ actor, query }) => json((await listFlows(actor, filterOf(query))).map(flowSummaryToWire)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/flows/used_by/:kind/*path',
    access: 'flow:read',
    params: z.looseObject({ kind: z.enum(['script', 'flow']), path: z.string() }),
    object: atPath,
    handler: async ({ actor, params: { kind, path } }) => {
      const { flows, hidden } = await usedByFlows(actor, kind, path);
      return json({
        flows: flows.map((flow) => ({ path: flow.path, summary: flow.summary, version_id: Number(flow.versionId) })),
        hidden,
      });
    },
  }),
];

const writeEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/flows/create',
    access: 'flow:write',
    body: flowBody.required({ path: true }),
    accepts: ['json', 'json-in-text'],
    maxBodyBytes: MAX_FLOW_BYTES,
    object: ({ body }) => ({ kind: 'path', path: body.path }),
    handler: async ({ actor, body, signal, note }) => {
      const deployed = await createFlow(actor, deployFlowInputOf(body, body.path), signal);
      note({ detail: { version: deployed.id, hash: deployed.hash } });
      return withHeaders(text(deployed.path, 201), warningHeader(deployed.warnings));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/flows/update/*path',
    access: 'flow:write',
    body: flowBody,
    accepts: ['json', 'json-in-text'],
    maxBodyBytes: MAX_FLOW_BYTES,
    object: atPath,
    handler: async ({ actor, params, body, signal, note }) => {
      const deployed = await updateFlow(actor, params.path, deployFlowInputOf(body, params.path), signal);
      note({ detail: { version: deployed.id, hash: deployed.hash, is_new: deployed.isNew } });
      const schema = schemaOf(await getFlow(actor, deployed.path));
      const broken = await flowsBrokenBy(actor, { kind: 'flow', path: deployed.path, schema });
      return withHeaders(text(deployed.path), warningHeader([...broken, ...deployed.warnings]));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/flows/restore_version/*path',
    access: 'flow:write',
    body: z.object({ version: z.coerce.string().max(32) }),
    object: atPath,
    handler: async ({ actor, params, body }) =>
      json({ version_id: Number((await restoreFlowVersion(actor, params.path, body.version)).id) }, 201),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/flows/move/*path',
    access: 'flow:write',
    body: z.object({ new_path: z.string().max(255) }),
    object: atPath,
    handler: async ({ actor, params, body }) => text((await moveFlow(actor, params.path, body.new_path)).path, 201),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/flows/archive/*path',
    access: 'flow:write',
    body: z.looseObject({ archived: z.boolean().optional() }).optional(),
    object: atPath,
    handler: async ({ actor, params, body }) => {
      if (body?.archived === false) {
        await restoreFromTrash(actor, 'flow', params.path);
        return text(`${params.path} is back.`);
      }
      await trashFlow(actor, params.path);
      return text(inTrash(params.path));
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/flows/delete/*path',
    access: 'flow:write',
    object: atPath,
    // A client that deletes a folder asks once per file in it, so what is gone already is no mistake.
    handler: async ({ actor, params }) => {
      if (await flowExists(actor, params.path)) await trashFlow(actor, params.path);
      return text(`${params.path} lies in the trash; it can be restored for 30 days.`);
    },
  }),
];

export const flowEndpoints: readonly Endpoint[] = [
  ...readEndpoints,
  ...listEndpoints,
  ...writeEndpoints,
  ...versionedEndpoints('flow'),
];
