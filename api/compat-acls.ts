import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { badRequest, notFound } from '@/core/errors';
import { splitPath } from '@/core/path';
import { changeHolder } from '@/core/workspace/folder/commands';
import { holderSchema } from '@/core/workspace/folder/model';
import { findFolder } from '@/core/workspace/folder/queries';
import { extraPermsOf } from '@/core/workspace/folder/rules';
import { addToGroup } from '@/core/workspace/group/commands';
import { findGroup } from '@/core/workspace/group/queries';
import { json, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';

const folder = ({ params }: { params: { name: string } }) => ({ kind: 'path', path: `f/${params.name}` }) as const;
const group = ({ params }: { params: { name: string } }) => ({ kind: 'path', path: `g/${params.name}` }) as const;

const adding = z.looseObject({ owner: holderSchema, write: z.boolean().default(false) });
const removing = z.looseObject({ owner: holderSchema });

function usernameOf(holder: string): string {
  if (holder.startsWith('u/')) return holder.slice(2);
  throw badRequest('A group is managed by people: give u/<username>.', 'owner');
}

const folderEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/acls/add/folder/:name',
    access: 'folder:write',
    object: folder,
    body: adding,
    handler: async ({ actor, params, body, note }) => {
      note({ detail: { owner: body.owner, write: body.write } });
      await changeHolder(actor.workspaceId, params.name, body.owner, body.write ? 'writer' : 'viewer');
      return text(`${body.owner} may ${body.write ? 'write' : 'read'} in f/${params.name}.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/acls/remove/folder/:name',
    access: 'folder:write',
    object: folder,
    body: removing,
    handler: async ({ actor, params, body, note }) => {
      note({ detail: { owner: body.owner } });
      await changeHolder(actor.workspaceId, params.name, body.owner, null);
      return text(`${body.owner} has no rights of his own in f/${params.name}.`);
    },
  }),
];

const groupEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/acls/add/group_/:name',
    access: 'group:write',
    object: group,
    body: adding,
    handler: async ({ actor, params, body, note }) => {
      note({ detail: { owner: body.owner, write: body.write } });
      await addToGroup(actor.workspaceId, params.name, usernameOf(body.owner), body.write);
      return text(`${body.owner} ${body.write ? 'manages' : 'is in'} the group ${params.name}.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/acls/remove/group_/:name',
    access: 'group:write',
    object: group,
    body: removing,
    handler: async ({ actor, params, body, note }) => {
      note({ detail: { owner: body.owner } });
      const username = usernameOf(body.owner);
      const found = await findGroup(actor.workspaceId, params.name);
      if (found === null) throw notFound(`The group ${params.name}`);
      // He stays in the group: this is about managing it.
      if (found.managers.includes(username)) await addToGroup(actor.workspaceId, params.name, username, false);
      return text(`${body.owner} does not manage the group ${params.name}.`);
    },
  }),
];

/** The rights that the folder of an item gives, in the words of official clients: true may write, false may read. */
async function rightsAt(actor: WorkspaceActor, path: string): Promise<Record<string, boolean>> {
  const { kind, owner } = splitPath(path);
  if (kind === 'u') return { [`u/${owner}`]: true };
  const found = kind === 'f' ? await findFolder(actor.workspaceId, owner) : null;
  if (found !== null) return extraPermsOf(found);
  const managed = kind === 'g' ? await findGroup(actor.workspaceId, owner) : null;
  const managers = (managed?.managers ?? []).map((manager) => [`u/${manager}`, true] as const);
  return kind === 'g' ? { [`g/${owner}`]: false, ...Object.fromEntries(managers) } : {};
}

const at = ({ params }: { params: { path: string } }) => ({ kind: 'path', path: params.path }) as const;

const only = (path: string) =>
  badRequest(
    `Rights belong to folders here, not to single items: change those of ${path.split('/').slice(0, 2).join('/')}.`,
    'owner',
  );

/** A single item has no rights of its own: what a file says of it holds, or is refused aloud. */
const itemEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/acls/get/:kind/*path',
    access: 'script:read',
    object: at,
    handler: async ({ actor, params }) => json(await rightsAt(actor, params.path)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/acls/add/:kind/*path',
    access: 'script:write',
    object: at,
    body: adding,
    handler: async ({ actor, params, body }) => {
      const held = (await rightsAt(actor, params.path))[body.owner];
      if (held === undefined || (body.write && !held)) throw only(params.path);
      return text(`${body.owner} has this right already, by the folder.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/acls/remove/:kind/*path',
    access: 'script:write',
    object: at,
    body: removing,
    handler: async ({ actor, params, body }) => {
      if ((await rightsAt(actor, params.path))[body.owner] !== undefined) throw only(params.path);
      return text(`${body.owner} has no right there.`);
    },
  }),
];

/** Who may do what, one person or group at a time, as official clients ask for it. */
export const compatAclEndpoints: readonly Endpoint[] = [...folderEndpoints, ...groupEndpoints, ...itemEndpoints];
