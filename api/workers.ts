import { z } from 'zod';
import type { Actor } from '@/core/access/model';
import { badRequest } from '@/core/errors';
import {
  createGroup,
  deleteGroup,
  drainWorker,
  pauseGroup,
  resumeGroup,
  setGroupTags,
} from '@/core/worker-group/commands';
import type { WorkerState } from '@/core/worker-group/model';
import {
  type Occupancy,
  occupancies,
  orphansOf,
  overviewFor,
  registeredGroups,
  type WorkerFacts,
  workerFacts,
} from '@/core/worker-group/queries';
import { json, noContent, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { whole } from './query';

/** Open pages ask for the same facts at the same moment (a notification wakes them all): one read serves them. */
const FACTS_AGE_MS = 500;
let latest: { readonly at: number; readonly facts: Promise<WorkerFacts> } | undefined;

function recentFacts(): Promise<WorkerFacts> {
  if (latest === undefined || performance.now() - latest.at > FACTS_AGE_MS) {
    latest = { at: performance.now(), facts: workerFacts() };
  }
  return latest.facts;
}

/** After a change, what was read before it must not be shown to the one who made it. */
async function changed(work: Promise<void>) {
  await work;
  latest = undefined;
  return noContent();
}

/** What our own pages show. It is asked within a workspace, whose jobs the reader may see by name. */
const pageEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/workers/overview',
    access: 'worker:read',
    handler: async ({ actor }) => json(overviewFor(actor, await recentFacts())),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/workers/orphans',
    access: 'worker:read',
    handler: async () => json(orphansOf(await recentFacts())),
  }),
];

const tags = z.array(z.string());

const manageEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/workers/groups/:name/create',
    access: 'worker:manage',
    handler: ({ actor, params }) => changed(createGroup(actor, params.name)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/workers/groups/:name/pause',
    access: 'worker:manage',
    handler: ({ actor, params }) => changed(pauseGroup(actor, params.name)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/workers/groups/:name/resume',
    access: 'worker:manage',
    handler: ({ actor, params }) => changed(resumeGroup(actor, params.name)),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/workers/groups/:name/tags',
    access: 'worker:manage',
    body: z.object({ tags }),
    handler: ({ actor, params, body }) => changed(setGroupTags(actor, params.name, body.tags)),
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/workers/groups/:name',
    access: 'worker:manage',
    handler: ({ actor, params }) => changed(deleteGroup(actor, params.name)),
  }),
  ...(['drain', 'undrain'] as const).map((verb) =>
    defineEndpoint({
      method: 'POST',
      path: `/workers/${verb}/:id`,
      access: 'worker:manage',
      handler: ({ actor, params }) => changed(drainWorker(actor, params.id, verb === 'drain')),
    }),
  ),
];

const IDLE: Occupancy = { now: 0, last15S: 0, last5Min: 0, last30Min: 0 };

/** A worker in the shape that official clients print. Jobs of workspaces are named to administrators only. */
function workerToWire(actor: Actor, worker: WorkerState, at: number, occupancy: Occupancy) {
  const job = actor.isInstanceAdmin ? worker.running[0] : undefined;
  return {
    worker: worker.id,
    worker_instance: worker.host,
    ip: worker.host,
    worker_group: worker.group,
    custom_tags: worker.tags,
    started_at: new Date(worker.startedAt).toISOString(),
    last_ping: Math.max(0, Math.round((at - worker.lastPingAt) / 1000)),
    jobs_executed: worker.jobsDone,
    occupancy_rate: occupancy.now,
    occupancy_rate_15s: occupancy.last15S,
    occupancy_rate_5m: occupancy.last5Min,
    occupancy_rate_30m: occupancy.last30Min,
    ...(job?.id === undefined ? {} : { last_job_id: job.id, last_job_workspace_id: job.workspaceId }),
    wm_version: worker.version,
    memory_usage: worker.memoryMb * 1024 * 1024,
    wm_memory_usage: worker.memoryMb * 1024 * 1024,
    job_isolation: worker.sandbox,
    native_mode: false,
    state: worker.presence,
    slots: worker.slots,
    is_draining: worker.isDraining,
  };
}

const KEY_START = 'worker__';

/** The configuration of a group goes by the name `worker__<group>` in official clients. */
function groupOfKey(key: string): string {
  if (!key.startsWith(KEY_START)) throw badRequest('A configuration has a name such as worker__heavy.', 'name');
  return key.slice(KEY_START.length);
}

/** The endpoints that official clients ask about workers. */
const officialEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/workers/list',
    access: 'worker:read',
    query: z.looseObject({ ping_since: whole(1, 86_400) }),
    handler: async ({ actor, query }) => {
      const { at, workers } = await workerFacts();
      const busy = await occupancies(workers);
      const sinceMs = at - (query.ping_since ?? 300) * 1000;
      const found = workers.filter(({ lastPingAt }) => lastPingAt >= sinceMs);
      return json(found.map((worker) => workerToWire(actor, worker, at, busy.get(worker.id) ?? IDLE)));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/configs/list_worker_groups',
    access: 'worker:read',
    handler: async () => {
      const groups = await registeredGroups();
      return json(groups.map(({ name, extraTags }) => ({ name, config: { worker_tags: [name, ...extraTags] } })));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/configs/update/:key',
    access: 'worker:manage',
    body: z.looseObject({ worker_tags: tags.nullish() }),
    handler: async ({ actor, params, body }) => {
      const name = groupOfKey(params.key);
      await changed(setGroupTags(actor, name, body.worker_tags ?? []));
      const unknown = Object.keys(body).filter((key) => key !== 'worker_tags');
      const ignored = unknown.length === 0 ? '' : ` Not known here, and ignored: ${unknown.join(', ')}.`;
      return text(`The worker group ${name} is saved.${ignored}`);
    },
  }),
  defineEndpoint({
    method: 'DELETE',
    path: '/configs/update/:key',
    access: 'worker:manage',
    handler: async ({ actor, params }) => {
      const name = groupOfKey(params.key);
      await changed(deleteGroup(actor, name));
      return text(`The worker group ${name} is deleted.`);
    },
  }),
];

/** Workers, their groups and what waits for them. */
export const workerEndpoints: readonly Endpoint[] = [...pageEndpoints, ...manageEndpoints, ...officialEndpoints];
