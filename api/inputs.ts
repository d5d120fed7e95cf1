import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { badRequest, notFound } from '@/core/errors';
import { isId } from '@/core/ids';
import { listJobs } from '@/core/job/list/queries';
import { getJob } from '@/core/job/queries';
import { isItemPath, PATH_RULE } from '@/core/path';
import { mayChange } from '@/core/saved-input/access';
import { changeSavedInput, deleteSavedInput, saveInput } from '@/core/saved-input/commands';
import { MAX_NAME, type Runnable, type SavedInput } from '@/core/saved-input/model';
import { getSavedInput, listSavedInputs, savedArgs } from '@/core/saved-input/queries';
import { versionByHash } from '@/core/script/queries';
import { storableText } from '@/core/text';
import { json, rawJson, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { flag, paging } from './query';

const runnableQuery = {
  runnable_id: z.string().max(300),
  runnable_type: z.enum(['ScriptPath', 'FlowPath', 'ScriptHash']),
};
type RunnableQuery = z.infer<z.ZodObject<typeof runnableQuery>>;

/** Inputs belong to a path. Official clients may name a script by its version, which has one. */
async function runnableOf(actor: WorkspaceActor, query: RunnableQuery): Promise<Runnable> {
  if (query.runnable_type === 'ScriptHash') {
    const version = await versionByHash(actor.workspaceId, query.runnable_id);
    if (version === null) throw notFound(`The version ${query.runnable_id}`);
    return { kind: 'script', path: version.path };
  }
  if (!isItemPath(query.runnable_id)) throw badRequest(PATH_RULE, 'runnable_id');
  return { kind: query.runnable_type === 'FlowPath' ? 'flow' : 'script', path: query.runnable_id };
}

const toWire = (actor: WorkspaceActor, input: SavedInput) => ({
  id: input.id,
  name: input.name,
  created_by: input.createdBy,
  created_at: input.createdAt,
  is_public: input.isShared,
  // Ours: pages offer only what will be done.
  may_change: mayChange(actor, input),
});

const byId = z.object({
  workspace: z.string(),
  id: z.string().refine(isId, 'It is an id such as those that the list gives'),
});
const name = storableText(MAX_NAME);

/** Inputs under a name, and those of past runs: what fills a form with one click. */
export const inputEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/inputs/list',
    access: 'job:read',
    query: z.object({ ...paging, ...runnableQuery }),
    handler: async ({ actor, query }) => {
      const page = { page: query.page, perPage: query.per_page };
      const inputs = await listSavedInputs(actor, await runnableOf(actor, query), page);
      return json(inputs.map((input) => toWire(actor, input)));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/inputs/history',
    access: 'job:read',
    query: z.object({ ...paging, ...runnableQuery }),
    handler: async ({ actor, query }) => {
      const { kind, path } = await runnableOf(actor, query);
      const jobs = await listJobs(actor, {
        filter: { kinds: [kind], path },
        perPage: query.per_page,
        after: null,
        offset: (query.page - 1) * query.per_page,
        isOldestFirst: false,
      });
      return json(
        jobs.map((job) => ({
          id: job.id,
          name: new Date(job.createdAt).toISOString(),
          created_by: job.createdBy,
          created_at: new Date(job.createdAt).toISOString(),
          is_public: false,
          ...(job.endedAt === null ? {} : { success: job.state === 'succeeded' }),
        })),
      );
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/inputs/:id/args',
    access: 'job:read',
    params: byId,
    query: z.looseObject({ input: flag('input') }),
    // The official clients say by `input` whether the id is a kept input's or a job's.
    handler: async ({ actor, params, query }) =>
      rawJson(query.input ? await savedArgs(actor, params.id) : (await getJob(actor, params.id)).argsJson),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/inputs/create',
    access: 'job:read',
    query: z.object(runnableQuery),
    body: z.object({ name, args: z.record(z.string(), z.unknown()), is_public: z.boolean().optional() }),
    handler: async ({ actor, query, body, note }) => {
      const runnable = await runnableOf(actor, query);
      const argsJson = JSON.stringify(body.args);
      const id = await saveInput(actor, runnable, { name: body.name, argsJson, isShared: body.is_public ?? false });
      note({ object: runnable.path, detail: { name: body.name } });
      return text(id, 201);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/inputs/update',
    access: 'job:read',
    body: z.object({ id: byId.shape.id, name, is_public: z.boolean() }),
    handler: async ({ actor, body, note }) => {
      const { runnable } = await getSavedInput(actor, body.id);
      await changeSavedInput(actor, body.id, { name: body.name, isShared: body.is_public });
      note({ object: runnable.path, detail: { name: body.name } });
      return text(body.id);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/inputs/delete/:id',
    access: 'job:read',
    params: byId,
    handler: async ({ actor, params, note }) => {
      const { input, runnable } = await getSavedInput(actor, params.id);
      await deleteSavedInput(actor, params.id);
      note({ object: runnable.path, detail: { name: input.name } });
      return text(`“${input.name}” is deleted.`);
    },
  }),
];
