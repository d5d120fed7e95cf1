import { z } from 'zod';
import { resolveValue } from '@/core/resource/reference/queries';
import { sealedText } from '@/core/resource/rules';
import { itemPath, storableText } from '@/core/text';
import { createVariable, deleteVariable, updateVariable } from '@/core/variable/commands';
import type { VariableSummary } from '@/core/variable/model';
import { getVariable, listVariables, variableExists } from '@/core/variable/queries';
import { json, text } from './answer';
import { atPath } from './at-path';
import { defineEndpoint, type Endpoint } from './endpoint';
import { flag, paging, secretQuery } from './query';
import { noteMove } from './usage';

const toWire = (variable: VariableSummary) => ({
  workspace_id: variable.workspaceId,
  path: variable.path,
  is_secret: variable.isSecret,
  description: variable.description,
  ...(variable.value === undefined ? {} : { value: variable.value }),
  is_oauth: false,
  is_expired: false,
  extra_perms: {},
  created_by: variable.createdBy,
  edited_at: variable.updatedAt,
});

const MAX_VALUE = 200_000;

const secretAsked = (query: { decrypt_secret?: boolean | undefined; include_encrypted?: boolean | undefined }) =>
  (query.decrypt_secret ?? true) ? 'plain' : query.include_encrypted ? 'sealed' : 'absent';

const encryption = z.object({ already_encrypted: flag('already_encrypted') });

/** The value to store, and whether it is ciphertext: the query says so for a whole push, the prefix for one value. */
function valueFrom(value: string, isAllSealed: boolean | undefined): { value: string; isSealed: boolean } {
  const sealed = sealedText(value);
  return sealed === null ? { value, isSealed: isAllSealed ?? false } : { value: sealed, isSealed: true };
}

export const variableEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/variables/list',
    access: 'variable:list',
    query: z.object({ ...paging, path_start: z.string().optional(), search: z.string().max(200).optional() }),
    handler: async ({ actor, query }) => {
      const filter = {
        page: query.page,
        perPage: query.per_page,
        ...(query.path_start === undefined ? {} : { pathStart: query.path_start }),
        ...(query.search ? { search: query.search } : {}),
      };
      return json((await listVariables(actor, filter)).map(toWire));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/variables/get/*path',
    access: 'variable:read',
    query: secretQuery,
    object: atPath,
    audit: 'batched',
    handler: async ({ actor, params, query }) =>
      json(toWire(await getVariable(actor, params.path, { secret: secretAsked(query) }))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/variables/get_value/*path',
    access: 'variable:read',
    audit: 'batched',
    handler: async ({ actor, params }) => {
      const question = { workspaceId: actor.workspaceId, findActor: async () => actor };
      return json((await resolveValue(`$var:${params.path}`, question)).value);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/variables/exists/*path',
    access: 'variable:list',
    object: atPath,
    handler: async ({ actor, params }) => json(await variableExists(actor, params.path)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/variables/create',
    access: 'variable:write',
    query: encryption,
    body: z.looseObject({
      path: itemPath,
      value: z.string().max(MAX_VALUE),
      is_secret: z.boolean().default(true),
      description: storableText(10_000).nullish(),
    }),
    object: ({ body }) => ({ kind: 'path', path: body.path }),
    handler: async ({ actor, query, body }) => {
      const { path, value, is_secret, description } = body;
      await createVariable(actor, {
        path,
        ...valueFrom(value, query.already_encrypted),
        isSecret: is_secret,
        description: description ?? '',
      });
      return text(`variable ${path} created`, 201);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/variables/update/*path',
    access: 'variable:write',
    query: encryption,
    body: z.looseObject({
      path: itemPath.nullish(),
      value: z.string().max(MAX_VALUE).nullish(),
      is_secret: z.boolean().nullish(),
      description: storableText(10_000).nullish(),
    }),
    object: atPath,
    handler: async ({ actor, params, query, body, note }) => {
      const plan = await updateVariable(actor, params.path, {
        ...(body.path ? { path: body.path } : {}),
        ...(typeof body.value === 'string' ? valueFrom(body.value, query.already_encrypted) : {}),
        ...(typeof body.is_secret === 'boolean' ? { isSecret: body.is_secret } : {}),
        ...(typeof body.description === 'string' ? { description: body.description } : {}),
      });
      noteMove(note, body.path, plan);
      return text(`variable ${body.path ?? params.path} updated`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/variables/delete/*path',
    access: 'variable:write',
    object: atPath,
    handler: async ({ actor, params }) => {
      await deleteVariable(actor, params.path);
      return text(`variable ${params.path} deleted`);
    },
  }),
];
