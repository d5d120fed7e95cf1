import { z } from 'zod';
import { setProgress } from '@/core/job/progress/commands';
import { progressOf } from '@/core/job/progress/queries';
import { getJob } from '@/core/job/queries';
import { json, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';

/** How far a running job says it has come. */
export const compatProgressEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/job_metrics/set_progress/:id',
    access: 'job:read',
    audit: 'none',
    body: z.looseObject({ percent: z.number().min(0).max(100) }),
    handler: async ({ actor, params, body }) => {
      await setProgress(actor, params.id, Math.round(body.percent));
      return text(`Job ${params.id} has come to ${Math.round(body.percent)} %.`);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/job_metrics/get_progress/:id',
    access: 'job:read',
    handler: async ({ actor, params }) => {
      const job = await getJob(actor, params.id);
      return json(await progressOf(job.id));
    },
  }),
];
