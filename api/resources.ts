import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { createResource, deleteResource, updateResource } from '@/core/resource/commands';
import { testConnection } from '@/core/resource/connection/commands';
import type { Resource, ResourceSummary } from '@/core/resource/model';
import {
  getResource,
  getResourceSummary,
  listResources,
  resourceExists,
  searchableResources,
} from '@/core/resource/queries';
import { resolveValue } from '@/core/resource/reference/queries';
import { createResourceType, deleteResourceType, updateResourceType } from '@/core/resource/type/commands';
import { isTypeName, type ResourceType, TYPE_NAME_RULE } from '@/core/resource/type/model';
import { getResourceType, listResourceTypes } from '@/core/resource/type/queries';
import { parseArgsSchema } from '@/core/schema/model';
import { itemPath, storableText } from '@/core/text';
import { json, text } from './answer';
import { atPath } from './at-path';
import { defineEndpoint, type Endpoint } from './endpoint';
import { flag, list, paging, searchPaging, secretQuery } from './query';
import { noteMove } from './usage';

const summaryToWire = (resource: ResourceSummary) => ({
  workspace_id: resource.workspaceId,
  path: resource.path,
  description: resource.description,
  resource_type: resource.resourceType,
  is_oauth: false,
  is_linked: false,
  is_refreshed: false,
  extra_perms: {},
  created_by: resource.createdBy,
  edited_at: resource.updatedAt,
});

const resourceToWire = (resource: Resource) => ({ ...summaryToWire(resource), value: resource.value });

const readEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/list',
    access: 'resource:list',
    query: z.object({
      ...paging,
      resource_type: list(),
      path_start: z.string().optional(),
      search: z.string().max(200).optional(),
    }),
    handler: async ({ actor, query }) => {
      const filter = {
        page: query.page,
        perPage: query.per_page,
        ...(query.resource_type === undefined ? {} : { types: query.resource_type }),
        ...(query.path_start === undefined ? {} : { pathStart: query.path_start }),
        ...(query.search ? { search: query.search } : {}),
      };
      return json((await listResources(actor, filter)).map(summaryToWire));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/list_search',
    access: 'resource:read',
    query: z.object(searchPaging),
    handler: async ({ actor, query: { page, per_page } }) => {
      const found = await searchableResources(actor, { page, perPage: per_page });
      return json(found.map(({ path, value, isCut }) => ({ path, value, truncated: isCut })));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/get/*path',
    access: 'resource:read',
    query: secretQuery,
    object: atPath,
    audit: 'batched',
    handler: async ({ actor, params, query }) => {
      const secretsAs = (query.decrypt_secret ?? true) ? 'plain' : query.include_encrypted ? 'sealed' : 'hidden';
      return json(resourceToWire(await getResource(actor, params.path, secretsAs)));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/get_summary/*path',
    access: 'resource:list',
    object: atPath,
    handler: async ({ actor, params }) => json(summaryToWire(await getResourceSummary(actor, params.path))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/get_value/*path',
    access: 'resource:read',
    object: atPath,
    audit: 'batched',
    handler: async ({ actor, params }) => json((await getResource(actor, params.path)).value),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/get_value_interpolated/*path',
    access: 'resource:read',
    audit: 'batched',
    handler: async ({ actor, params }) => json(await interpolated(actor, params.path)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/exists/*path',
    access: 'resource:list',
    object: atPath,
    handler: async ({ actor, params }) => json(await resourceExists(actor, params.path)),
  }),
];

/** A job asks by the name its author wrote: bare names mean what they mean in arguments. */
async function interpolated(actor: WorkspaceActor, path: string) {
  const question = { workspaceId: actor.workspaceId, findActor: async () => actor };
  return (await resolveValue(`$res:${path}`, question)).value;
}

const resourceType = z.string().refine(isTypeName, TYPE_NAME_RULE);

const writeEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/resources/create',
    access: 'resource:write',
    query: z.object({ update_if_exists: flag('update_if_exists') }),
    body: z.looseObject({
      path: itemPath,
      value: z.json().optional(),
      resource_type: resourceType,
      description: storableText(10_000).nullish(),
    }),
    object: ({ body }) => ({ kind: 'path', path: body.path }),
    handler: async ({ actor, query, body }) => {
      const { path, value = null, resource_type, description } = body;
      const input = { path, resourceType: resource_type, description: description ?? '', value };
      await createResource(actor, input, { isUpdateAllowed: query.update_if_exists ?? false });
      return text(`resource ${path} created`, 201);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/resources/update/*path',
    access: 'resource:write',
    body: z.looseObject({
      path: itemPath.nullish(),
      value: z.json().optional(),
      resource_type: resourceType.nullish(),
      description: storableText(10_000).nullish(),
    }),
    object: atPath,
    handler: async ({ actor, params, body, note }) => {
      const plan = await updateResource(actor, params.path, {
        ...(body.path ? { path: body.path } : {}),
        ...(body.value === undefined ? {} : { value: body.value }),
        ...(body.resource_type ? { resourceType: body.resource_type } : {}),
        ...(typeof body.description === 'string' ? { description: body.description } : {}),
      });
      noteMove(note, body.path, plan);
      return text(`resource ${body.path ?? params.path} updated`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/resources/update_value/*path',
    access: 'resource:write',
    body: z.looseObject({ value: z.json() }),
    object: atPath,
    handler: async ({ actor, params, body }) => {
      await updateResource(actor, params.path, { value: body.value });
      return text(`value of resource ${params.path} updated`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/resources/delete/*path',
    access: 'resource:write',
    object: atPath,
    handler: async ({ actor, params }) => {
      await deleteResource(actor, params.path);
      return text(`resource ${params.path} deleted`);
    },
  }),
];

const testEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/resources/test/*path',
    access: 'resource:read',
    object: atPath,
    handler: async ({ actor, params, signal, note }) => {
      const { isConnected, message, remedy, jobId } = await testConnection(actor, params.path, signal);
      note({ detail: { job: jobId, is_connected: isConnected } });
      return json({ success: isConnected, message, ...(remedy === '' ? {} : { remedy }), job_id: jobId });
    },
  }),
];

const typeToWire = (workspaceId: string, type: ResourceType) => ({
  workspace_id: type.isBuiltIn ? 'admins' : workspaceId,
  name: type.name,
  schema: type.schema,
  description: type.description,
});

const typeChange = { schema: z.unknown().optional(), description: storableText(10_000).nullish() };

const typeEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/type/list',
    access: 'resource:list',
    handler: async ({ actor: { workspaceId } }) =>
      json((await listResourceTypes(workspaceId)).map((type) => typeToWire(workspaceId, type))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/type/listnames',
    access: 'resource:list',
    handler: async ({ actor }) => json((await listResourceTypes(actor.workspaceId)).map(({ name }) => name)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/type/get/:name',
    access: 'resource:list',
    handler: async ({ actor: { workspaceId }, params }) =>
      json(typeToWire(workspaceId, await getResourceType(workspaceId, params.name))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/type/exists/:name',
    access: 'resource:list',
    handler: async ({ actor, params }) =>
      json((await listResourceTypes(actor.workspaceId)).some(({ name }) => name === params.name)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/resources/type/create',
    access: 'resource:write',
    body: z.looseObject({ name: resourceType, ...typeChange }),
    handler: async ({ actor, body, note }) => {
      note({ object: body.name });
      const schema = parseArgsSchema(body.schema);
      await createResourceType(actor, { name: body.name, description: body.description ?? '', schema });
      return text(`resource_type ${body.name} created`, 201);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/resources/type/update/:name',
    access: 'resource:write',
    body: z.looseObject(typeChange),
    handler: async ({ actor, params, body, note }) => {
      note({ object: params.name });
      await updateResourceType(actor, params.name, {
        ...(body.schema === undefined ? {} : { schema: parseArgsSchema(body.schema) }),
        ...(typeof body.description === 'string' ? { description: body.description } : {}),
      });
      return text(`resource_type ${params.name} updated`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/resources/type/delete/:name',
    access: 'resource:write',
    handler: async ({ actor, params, note }) => {
      note({ object: params.name });
      await deleteResourceType(actor, params.name);
      return text(`resource_type ${params.name} deleted`);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/resources/file_resource_type_to_file_ext_map',
    access: 'resource:list',
    // No type of ours is kept as a file of its own kind.
    handler: () => json({}),
  }),
];

export const resourceEndpoints: readonly Endpoint[] = [
  ...readEndpoints,
  ...writeEndpoints,
  ...testEndpoints,
  ...typeEndpoints,
];
