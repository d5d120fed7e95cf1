import { z } from 'zod';
import { createWorkspace, renameWorkspace } from '@/core/workspace/commands';
import { workspaceIdSchema, workspaceNameSchema } from '@/core/workspace/model';
import { findWorkspace, isWorkspaceVisible, listWorkspaces } from '@/core/workspace/queries';
import { json, text } from './answer';
import { defineEndpoint } from './endpoint';

export const workspaceEndpoints = [
  defineEndpoint({
    method: 'POST',
    path: '/workspaces/exists',
    access: 'self:read',
    isMutation: false,
    body: z.object({ id: z.string().max(100) }),
    handler: async ({ actor, body }) => json(await isWorkspaceVisible(actor, body.id)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/workspaces/list',
    access: 'self:read',
    handler: async ({ actor }) => {
      const workspaces = await listWorkspaces(actor);
      return json(workspaces.map(({ id, name, createdBy }) => ({ id, name, owner: createdBy })));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/workspaces/users',
    access: 'self:read',
    handler: async ({ actor }) => {
      const workspaces = await listWorkspaces(actor);
      const shown = workspaces.map(({ id, name, createdBy }) => ({
        id,
        name,
        username: actor.username,
        color: '',
        is_dev_workspace: false,
        created_by: createdBy,
        disabled: false,
      }));
      return json({ email: actor.email, workspaces: shown });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/workspaces/create',
    access: 'workspace:create',
    body: z.object({ id: workspaceIdSchema, name: workspaceNameSchema }),
    handler: async ({ actor, body, note }) => {
      note({ object: body.id });
      await createWorkspace(actor, body);
      return text(`The workspace ${body.id} is created.`, 201);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/workspaces/get',
    access: 'workspace:read',
    handler: async ({ actor }) => json(await findWorkspace(actor.workspaceId)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/workspaces/change_workspace_name',
    access: 'workspace:manage',
    body: z.object({ new_name: workspaceNameSchema }),
    handler: async ({ actor, body }) => {
      await renameWorkspace(actor.workspaceId, body.new_name);
      return text(`The workspace is now called ${body.new_name}.`);
    },
  }),
];
