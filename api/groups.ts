import { z } from 'zod';
import { NO_OBJECT } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { addToGroup, changeGroup, createGroup, deleteGroup, removeFromGroup } from '@/core/workspace/group/commands';
import { groupNameSchema } from '@/core/workspace/group/model';
import { findGroup, listGroups } from '@/core/workspace/group/queries';
import { json, text } from './answer';
import { defineEndpoint } from './endpoint';

const object = ({ params }: { params: { name: string } }) => ({ kind: 'path', path: `g/${params.name}` }) as const;

export const groupEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/groups/list',
    access: 'group:read',
    handler: async ({ actor }) => json(await listGroups(actor.workspaceId)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/groups/listnames',
    access: 'group:read',
    handler: async ({ actor }) => json((await listGroups(actor.workspaceId)).map((group) => group.name)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/groups/get/:name',
    access: 'group:read',
    handler: async ({ actor, params }) => {
      const group = await findGroup(actor.workspaceId, params.name);
      if (group === null) throw notFound(`The group ${params.name}`);
      return json(group);
    },
  }),
  defineEndpoint({
    // A group hands out rights, so making one is for administrators; managing its people is for its managers, too.
    method: 'POST',
    path: '/w/:workspace/groups/create',
    access: 'group:write',
    body: z.object({ name: groupNameSchema, summary: z.string().max(1000).nullish() }),
    handler: async ({ actor, body, note }) => {
      note({ object: `g/${body.name}` });
      requireCan(actor, 'member:manage', NO_OBJECT);
      await createGroup(actor, { name: body.name, summary: body.summary ?? '' });
      return text(`The group ${body.name} is created.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/groups/update/:name',
    access: 'group:write',
    object,
    body: z.object({ summary: z.string().max(1000) }),
    handler: async ({ actor, params, body }) => {
      await changeGroup(actor.workspaceId, params.name, body.summary);
      return text(`The group ${params.name} is changed.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/groups/adduser/:name',
    access: 'group:write',
    object,
    body: z.object({ username: z.string().max(50), is_manager: z.boolean().default(false) }),
    handler: async ({ actor, params, body, note }) => {
      note({ detail: body });
      await addToGroup(actor.workspaceId, params.name, body.username, body.is_manager);
      return text(`${body.username} is in the group ${params.name} now.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/groups/removeuser/:name',
    access: 'group:write',
    object,
    body: z.object({ username: z.string().max(50) }),
    handler: async ({ actor, params, body, note }) => {
      note({ detail: body });
      await removeFromGroup(actor.workspaceId, params.name, body.username);
      return text(`${body.username} is not in the group ${params.name} any more.`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/groups/delete/:name',
    access: 'group:write',
    object,
    handler: async ({ actor, params }) => {
      await deleteGroup(actor.workspaceId, params.name);
      return text(`The group ${params.name} is deleted.`);
    },
  }),
];
