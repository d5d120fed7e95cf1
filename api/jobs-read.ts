import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { FantailError, notFound } from '@/core/errors';
import { cancelJob } from '@/core/job/commands';
import { DELETED } from '@/core/job/deletion/rules';
import { isFlowKind, type JobDetail } from '@/core/job/model';
import { progressOf } from '@/core/job/progress/queries';
import { endOfJob, fullLog, getJob, jobEvents, logSince, waitFacts } from '@/core/job/queries';
import { waitOf } from '@/core/job/rules';
import { jobDetailToWire, type WireJob } from '@/core/job/wire';
import { ledgerFeed } from '@/core/ledger/live';
import { parsePrecise } from '@/core/precise-json';
import { json, rawJson, type StreamEvent, sse, subscription, text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { flowFacts } from './flow-runs-facts';
import { flag } from './query';

/** How long `getupdate` holds a request in which nothing happens: the official clients ask again without a pause. */
const HOLD_MS = 800;
/** At most one log update in this time per stream: what arrives in between comes together. */
const STREAM_PAUSE_MS = 100;

const offset = z.coerce.number().int().min(0).default(0);
const readShape = { method: 'GET', access: 'job:read', allowsQueryToken: true } as const;

/** One job with everything that its page shows: events, and the reason while it waits. */
async function fullJob(
  actor: WorkspaceActor,
  id: string,
  options: { hasCode: boolean; hasLogs: boolean },
): Promise<WireJob> {
  const job = await getJob(actor, id);
  const isWaiting = job.state === 'queued' || job.state === 'scheduled';
  const [events, facts, progress, logs, flow] = await Promise.all([
    jobEvents(id),
    isWaiting ? waitFacts(id) : null,
    job.state === 'running' ? progressOf(id) : null,
    options.hasLogs ? fullLog(id) : undefined,
    isFlowKind(job.kind) ? flowFacts(actor, id, options.hasCode) : undefined,
  ]);
  return {
    ...jobDetailToWire(job, options),
    ...(events.length > 0 ? { events } : {}),
    ...(facts === null ? {} : { wait: waitOf(facts) }),
    ...(progress === null ? {} : { progress }),
    ...(logs === undefined ? {} : { logs }),
    ...flow,
  };
}

/** Throws `not_found` until the job has ended. */
async function endedJob(actor: WorkspaceActor, id: string) {
  const job = await getJob(actor, id);
  if (job.deletedAt !== null) throw new FantailError('not_found', `Job ${id} has no result any more. ${DELETED}`);
  if (job.endedAt === null || job.resultJson === null) throw notFound(`A finished job ${id}`);
  return { ...job, resultJson: job.resultJson };
}

/** Resolves when something happened to the job, the time is up, or the signal fires. */
function nextEvent(id: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      off();
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const off = ledgerFeed().onJob(id, done);
    const timer = setTimeout(done, timeoutMs);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

/** To those who follow a run, one that waits for somebody is under way. */
const hasBegun = ({ state }: JobDetail): boolean => state === 'running' || state === 'waiting';

async function updateOf(actor: WorkspaceActor, id: string, logOffset: number) {
  const job = await getJob(actor, id);
  const log = await logSince(id, logOffset);
  return { job, log, isEnded: job.endedAt !== null, isRunning: hasBegun(job) };
}

/** State and new log text as they come, until the job has ended and its log is told. */
async function* follow(
  actor: WorkspaceActor,
  id: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let logOffset = from;
  let lastState = '';
  while (!signal.aborted) {
    const changed = nextEvent(id, 2_000, signal);
    const { log, isEnded, isRunning } = await updateOf(actor, id, logOffset);
    logOffset = log.nextOffset;
    const job = await fullJob(actor, id, { hasCode: false, hasLogs: false });
    const state = `${job.state}|${job.attempt}|${job.wait?.sentence}|${job.cancel_requested}|${job.progress}`;
    if (log.text !== '' || state !== lastState) {
      lastState = state;
      yield {
        data: {
          type: 'update',
          running: isRunning,
          completed: isEnded,
          new_logs: log.text,
          log_offset: logOffset,
          job,
        },
      };
    }
    if (isEnded && log.text === '') return;
    if (!isEnded) await changed;
    await new Promise((resolve) => setTimeout(resolve, STREAM_PAUSE_MS));
  }
}

/** Reading one job. */
export const readEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/get/:id',
    query: z.looseObject({ no_logs: flag('no_logs'), no_code: flag('no_code') }),
    handler: async ({ actor, params, query }) =>
      json(await fullJob(actor, params.id, { hasCode: query.no_code !== true, hasLogs: query.no_logs === false })),
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/get_logs/:id',
    handler: async ({ actor, params }) => {
      await getJob(actor, params.id);
      return text(await fullLog(params.id));
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/get_args/:id',
    handler: async ({ actor, params }) => rawJson((await getJob(actor, params.id)).argsJson),
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/getupdate/:id',
    query: z.looseObject({ running: flag('running'), log_offset: offset, get_progress: flag('get_progress') }),
    handler: async ({ actor, params, query, signal }) => {
      const deadline = Date.now() + HOLD_MS;
      for (;;) {
        const changed = nextEvent(params.id, HOLD_MS, signal);
        const { job, log, isEnded, isRunning } = await updateOf(actor, params.id, query.log_offset);
        const hasNews = log.text !== '' || isEnded || isRunning !== (query.running ?? false);
        if (hasNews || Date.now() >= deadline || signal.aborted) {
          const progress = query.get_progress && isRunning ? await progressOf(params.id) : null;
          const flow = isFlowKind(job.kind) ? await flowFacts(actor, job.id, false) : undefined;
          return json({
            running: isRunning,
            completed: isEnded,
            ...(log.text === '' ? {} : { new_logs: log.text }),
            ...(progress === null ? {} : { progress }),
            log_offset: log.nextOffset,
            ...(flow?.flow_status === undefined ? {} : { flow_status: flow.flow_status }),
          });
        }
        await changed;
      }
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/getupdate_sse/:id',
    query: z.looseObject({ log_offset: offset }),
    handler: async ({ actor, params, query }) => {
      await getJob(actor, params.id);
      return sse((signal) => follow(actor, params.id, query.log_offset, signal));
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/completed/get/:id',
    handler: async ({ actor, params }) => {
      const job = await endedJob(actor, params.id);
      return json({ ...jobDetailToWire(job, { hasCode: true }), logs: await fullLog(job.id) });
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/completed/get_result/:id',
    handler: async ({ actor, params }) => rawJson((await endedJob(actor, params.id)).resultJson),
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/completed/get_result_maybe/:id',
    handler: async ({ actor, params }) => {
      const job = await getJob(actor, params.id);
      // Some clients read every key, whether they asked for it and whether the job has ended or not.
      const started = { started: job.startedAt !== null };
      const end = job.endedAt === null ? null : await endOfJob(job.id);
      if (end === null) return json({ completed: false, success: false, result: null, ...started });
      return json({
        completed: true,
        success: end.outcome === 'succeeded',
        result: parsePrecise(end.resultJson),
        ...started,
      });
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/completed/get_timing/:id',
    handler: async ({ actor, params }) => {
      const { createdAt, startedAt, durationMs } = await endedJob(actor, params.id);
      return json({
        created_at: createdAt,
        ...(startedAt === null ? {} : { started_at: startedAt }),
        ...(durationMs === null ? {} : { duration_ms: durationMs }),
      });
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/get_root_job_id/:id',
    handler: async ({ actor, params }) => {
      const job = await getJob(actor, params.id);
      return json(job.rootId ?? job.parentId ?? job.id);
    },
  }),
  ...(['cancel', 'force_cancel'] as const).map((verb) =>
    defineEndpoint({
      method: 'POST',
      path: `/w/:workspace/jobs_u/queue/${verb}/:id`,
      access: 'job:cancel',
      body: z.looseObject({ reason: z.string().max(500).nullish() }).optional(),
      handler: async ({ actor, params, body }) => text(await cancelJob(actor, params.id, body?.reason ?? '')),
    }),
  ),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/live',
    access: 'job:read',
    handler: ({ actor }) =>
      sse(async function* (signal) {
        const feed = ledgerFeed();
        const events = subscription<StreamEvent>(signal, (push) => {
          const offEvents = feed.onAny((event) => {
            if (event.workspaceId === null || event.workspaceId === actor.workspaceId) {
              push({ data: { kind: event.kind, jobIds: event.jobIds } });
            }
          });
          const offReconnect = feed.onReconnect(() => push({ data: { kind: 'reconnected', jobIds: [] } }));
          return () => {
            offEvents();
            offReconnect();
          };
        });
        yield { data: { kind: 'connected', jobIds: [] } };
        yield* events;
      }),
  }),
];
