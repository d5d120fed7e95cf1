import { z } from 'zod';
import { notFound } from '@/core/errors';
import { countJobs } from '@/core/job/list/queries';
import { OUTCOMES } from '@/core/job/model';
import { getJob } from '@/core/job/queries';
import { countDueBefore, endedByTag, queueOfInstance } from '@/core/job/queue/queries';
import { isWorkspaceVisible } from '@/core/workspace/queries';
import { json } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { whole } from './query';

/** More rows than anybody reads, but what the official CLI asks for, because it counts them itself. */
const MOST_QUEUED = 100_000;
const DAY_S = 86_400;
/** Counting on would take longer than the number is worth. */
const MOST_COUNTED = 100_000;

/** What official clients ask when they watch queues. */
export const compatQueueEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    // Official clients ask for all workspaces at once under the name of one that is called `admins`.
    method: 'GET',
    path: '/w/admins/jobs/queue/list',
    access: 'instance:manage',
    query: z.looseObject({ per_page: whole(1, Number.MAX_SAFE_INTEGER) }),
    handler: async ({ query }) => {
      const queue = await queueOfInstance(Math.min(query.per_page ?? 1000, MOST_QUEUED));
      return json(
        queue.map((job) => ({
          id: job.id,
          type: 'QueuedJob',
          workspace_id: job.workspaceId,
          tag: job.tag,
          scheduled_for: job.scheduledFor,
          running: job.isRunning,
        })),
      );
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/jobs/completed/count_by_tag',
    access: 'worker:read',
    query: z.looseObject({ horizon_secs: whole(1, 7 * DAY_S), workspace_id: z.string().max(50).optional() }),
    handler: async ({ actor, query }) => {
      const workspaceId = query.workspace_id || null;
      if (workspaceId !== null && !(await isWorkspaceVisible(actor, workspaceId))) {
        throw notFound(`The workspace ${workspaceId}`);
      }
      return json(await endedByTag(query.horizon_secs ?? 3_600, workspaceId));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs/queue/count',
    access: 'job:read',
    handler: async ({ actor }) =>
      json({
        database_length: await countJobs(actor, { states: ['queued'] }, MOST_COUNTED),
        suspended: await countJobs(actor, { waitsFor: ['approval'] }, MOST_COUNTED),
      }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs/completed/count',
    access: 'job:read',
    handler: async ({ actor }) =>
      json({ database_length: await countJobs(actor, { states: [...OUTCOMES] }, MOST_COUNTED) }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs/queue/position/:due',
    access: 'job:read',
    params: z.object({ workspace: z.string(), due: z.coerce.number().int().min(0).max(8.64e15) }),
    handler: async ({ params }) => json({ position: (await countDueBefore(params.due)) + 1 }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs/queue/scheduled_for/:id',
    access: 'job:read',
    handler: async ({ actor, params }) => json((await getJob(actor, params.id)).scheduledFor),
  }),
];
