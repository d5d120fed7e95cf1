import { z } from 'zod';
import { notFound } from '@/core/errors';
import { changeFolder, createFolder, deleteFolder } from '@/core/workspace/folder/commands';
import { type FolderSummary, folderNameSchema, holderSchema, holdersSchema } from '@/core/workspace/folder/model';
import { findFolder, listFolders } from '@/core/workspace/folder/queries';
import { extraPermsOf, holdersFrom } from '@/core/workspace/folder/rules';
import { json, text } from './answer';
import { defineEndpoint } from './endpoint';

const shown = (folder: FolderSummary) => ({ ...folder, extra_perms: extraPermsOf(folder) });

const object = ({ params }: { params: { name: string } }) => ({ kind: 'path', path: `f/${params.name}` }) as const;

/** Official clients send `owners` and `extra_perms`; our pages send the three lists. */
const people = {
  summary: z.string().max(1000).nullish(),
  owners: holdersSchema.nullish(),
  writers: holdersSchema.nullish(),
  viewers: holdersSchema.nullish(),
  extra_perms: z.record(holderSchema, z.boolean()).nullish(),
};
const changeSchema = z.object(people);

function changeOf({ summary, owners, writers, viewers, extra_perms }: z.infer<typeof changeSchema>) {
  const lists =
    extra_perms === undefined || extra_perms === null
      ? { owners: owners ?? undefined, writers: writers ?? undefined, viewers: viewers ?? undefined }
      : { ...holdersFrom(owners ?? [], extra_perms), owners: owners ?? undefined };
  return { ...lists, summary: summary ?? undefined };
}

async function requireFolder(workspaceId: string, name: string): Promise<FolderSummary> {
  const folder = await findFolder(workspaceId, name);
  if (folder === null) throw notFound(`The folder ${name}`);
  return folder;
}

export const folderEndpoints = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/folders/list',
    access: 'folder:read',
    handler: async ({ actor }) => json((await listFolders(actor)).map(shown)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/folders/listnames',
    access: 'folder:read',
    handler: async ({ actor }) => json((await listFolders(actor)).map((folder) => folder.name)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/folders/get/:name',
    access: 'folder:read',
    object,
    handler: async ({ actor, params }) => json(shown(await requireFolder(actor.workspaceId, params.name))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/folders/exists/:name',
    access: 'folder:read',
    handler: async ({ actor, params }) =>
      json((await listFolders(actor)).some((folder) => folder.name === params.name)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/folders/create',
    access: 'folder:write',
    body: z.object({ name: folderNameSchema, ...people }),
    handler: async ({ actor, body, note }) => {
      note({ object: `f/${body.name}` });
      await createFolder(actor, body.name, changeOf(body));
      return text(`The folder ${body.name} is created.`);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/folders/update/:name',
    access: 'folder:write',
    object,
    body: changeSchema,
    handler: async ({ actor, params, body, note }) => {
      note({ detail: changeOf(body) });
      await changeFolder(actor.workspaceId, params.name, changeOf(body));
      return text(`The folder ${params.name} is changed.`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/w/:workspace/folders/delete/:name',
    access: 'folder:write',
    object,
    handler: async ({ actor, params }) => {
      await deleteFolder(actor.workspaceId, params.name);
      return text(`The folder ${params.name} is deleted.`);
    },
  }),
];
