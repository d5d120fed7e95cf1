import { z } from 'zod';
import { badRequest, notFound } from '@/core/errors';
import { previewFlow, runFlow, runFlowAndWait, setUserState } from '@/core/flow/run/commands';
import { logsOfSteps, readRun, resultOfStep, userState, valueOfRef } from '@/core/flow/run/queries';
import { restartFlow } from '@/core/flow/run/restart/commands';
import { pathOfKey } from '@/core/flow/run/restart/take-over';
import { runFlowResolver } from '@/core/job/commands';
import { getJob } from '@/core/job/queries';
import { importLocally } from '@/core/script/local/commands';
import { type Answer, json, rawJson, text, withHeaders } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { answerOf } from './jobs-run-answer';
import { argsOf, bodyArgs, localRefs, optionsOf, type RunContext, runQuery, runShape } from './jobs-run-input';

const WAIT_MS = 600_000;
const MAX_FLOW_BYTES = 8 * 1024 * 1024;

const previewBody = z.looseObject({
  value: z.json(),
  path: z.string().nullish(),
  args: z.record(z.string(), z.unknown()).nullish(),
  tag: z.string().nullish(),
  temp_script_refs: localRefs,
});

/** How a preview is to be run, whose steps may import what lies on its author's machine. */
async function previewOptions(context: RunContext & { readonly body: z.infer<typeof previewBody> }) {
  const { actor, body } = context;
  const options = optionsOf(context);
  const id = await importLocally(actor, body.temp_script_refs, options.id);
  return { ...options, id, ...(body.tag ? { tag: body.tag } : {}) };
}

const pointSchema = z.looseObject({
  step_id: z.string().min(1).max(100),
  branch_or_iteration_n: z.int().min(0).nullish(),
});

const restartBody = pointSchema.partial({ step_id: true }).extend({
  /** our own way to say where: a node's key, such as `loop/3/b` */
  step_key: z.string().max(2_000).nullish(),
  newest: z.boolean().nullish(),
  nested_path: z.array(pointSchema).max(64).nullish(),
  /** a version's id, or `latest`; absent: the version that ran */
  flow_version: z.union([z.string(), z.number()]).nullish(),
  args: z.record(z.string(), z.unknown()).nullish(),
});

const pointOf = ({ step_id: stepId, branch_or_iteration_n: n }: z.infer<typeof pointSchema>) => ({
  stepId,
  n: n ?? null,
});

/** Where to begin again: a node's key, or the step and what is inside it. */
function pathOf({ step_key: key, step_id, branch_or_iteration_n, nested_path: inside }: z.infer<typeof restartBody>) {
  if (key) return pathOfKey(key);
  if (step_id === undefined) throw badRequest('step_id is missing: the step to begin from.', 'step_id');
  return [pointOf({ step_id, branch_or_iteration_n }), ...(inside ?? []).map(pointOf)];
}

const readShape = { method: 'GET', access: 'job:read', allowsQueryToken: true } as const;

const submitted = (id: string): Answer => text(id, 201);

const runs = { ...runShape, access: 'flow:run' } as const;

/** Starting flows. */
export const flowRunEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    ...runs,
    method: 'POST',
    path: '/w/:workspace/jobs/run/f/*path',
    body: z.unknown(),
    object: ({ params }) => ({ kind: 'path', path: params.path }),
    handler: async (context) =>
      submitted(await runFlow(context.actor, { path: context.params.path }, argsOf(context), optionsOf(context))),
  }),
  defineEndpoint({
    ...runs,
    method: 'POST',
    path: '/w/:workspace/jobs/run/fv/:version',
    body: z.unknown(),
    handler: async (context) =>
      submitted(
        await runFlow(context.actor, { versionId: context.params.version }, argsOf(context), optionsOf(context)),
      ),
  }),
  defineEndpoint({
    ...runs,
    method: 'POST',
    path: '/w/:workspace/jobs/run_wait_result/f/*path',
    body: z.unknown(),
    object: ({ params }) => ({ kind: 'path', path: params.path }),
    handler: async (context) => {
      const waiting = { timeoutMs: WAIT_MS, signal: context.signal };
      const ref = { path: context.params.path };
      const { id, end } = await runFlowAndWait(context.actor, ref, argsOf(context), optionsOf(context), waiting);
      return withHeaders(answerOf(end), { 'x-job-id': id });
    },
  }),
  defineEndpoint({
    ...runs,
    method: 'POST',
    path: '/w/:workspace/jobs/run_wait_result/fv/:version',
    body: z.unknown(),
    handler: async (context) => {
      const waiting = { timeoutMs: WAIT_MS, signal: context.signal };
      const ref = { versionId: context.params.version };
      const { id, end } = await runFlowAndWait(context.actor, ref, argsOf(context), optionsOf(context), waiting);
      return withHeaders(answerOf(end), { 'x-job-id': id });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run/preview_flow',
    access: 'flow:preview',
    query: runQuery,
    body: previewBody,
    maxBodyBytes: MAX_FLOW_BYTES,
    handler: async (context) => {
      const { actor, body, note } = context;
      note({ object: body.path || 'a flow' });
      const options = await previewOptions(context);
      const preview = { value: body.value, path: body.path || null };
      return submitted(await previewFlow(actor, preview, bodyArgs(context) ?? '{}', options));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run_wait_result/preview_flow',
    access: 'flow:preview',
    query: runQuery,
    body: previewBody,
    maxBodyBytes: MAX_FLOW_BYTES,
    handler: async (context) => {
      const { actor, body, note, signal } = context;
      note({ object: body.path || 'a flow' });
      const options = await previewOptions(context);
      const preview = { value: body.value, path: body.path || null };
      const waiting = { timeoutMs: WAIT_MS, signal };
      const { id, end } = await runFlowAndWait(actor, preview, bodyArgs(context) ?? '{}', options, waiting);
      return withHeaders(answerOf(end), { 'x-job-id': id });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run/flow_dependencies_async',
    access: 'flow:preview',
    body: z.looseObject({
      flow_value: z.record(z.string(), z.json()),
      path: z.string().nullish(),
      temp_script_refs: localRefs,
    }),
    maxBodyBytes: MAX_FLOW_BYTES,
    handler: async ({ actor, body, note }) => {
      note({ object: body.path || 'a flow' });
      const flow = { path: body.path || null, valueJson: JSON.stringify(body.flow_value) };
      const id = await importLocally(actor, body.temp_script_refs, undefined);
      return submitted(await runFlowResolver(actor, flow, { id, trigger: actor.via === 'session' ? 'ui' : 'api' }));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/restart/f/:id',
    access: 'flow:run',
    query: runQuery,
    body: restartBody,
    handler: async (context) => {
      const { body, params, actor } = context;
      const { flow_version: version, newest } = body;
      const restart = {
        path: pathOf(body),
        version: newest ? 'latest' : version == null ? null : String(version),
        argsJson: bodyArgs(context),
      };
      return submitted(await restartFlow(actor, params.id, restart, optionsOf(context)));
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/flow_node/:id/*key',
    handler: async ({ actor, params }) => {
      const job = await getJob(actor, params.id);
      const run = await readRun(job.id);
      const node = run?.node(params.key);
      if (run == null || node === undefined) throw notFound(`The step ${params.key} of run ${job.id}`);
      return rawJson(await valueOfRef(job.id, node.result, run.nodes));
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs/result_by_id/:id/:node',
    handler: async ({ actor, params }) => {
      const job = await getJob(actor, params.id);
      const result = await resultOfStep(job.id, params.node);
      if (result === null) throw notFound(`A result of step ${params.node}`);
      return rawJson(result);
    },
  }),
  defineEndpoint({
    ...readShape,
    path: '/w/:workspace/jobs_u/get_flow_all_logs/:id',
    handler: async ({ actor, params }) => {
      const job = await getJob(actor, params.id);
      const logs = await logsOfSteps(job.id);
      return text(logs.map(({ key, text: log }) => `--- ${key} ---\n${log}${log.endsWith('\n') ? '' : '\n'}`).join(''));
    },
  }),
  ...(['GET', 'POST'] as const).map((method) =>
    defineEndpoint({
      method,
      path: '/w/:workspace/jobs/flow/user_states/:id/:key',
      access: method === 'GET' ? 'job:read' : 'job:cancel',
      body: z.json().optional(),
      handler: async ({ actor, params, body }) => {
        const job = await getJob(actor, params.id);
        if (method === 'GET') return json((await userState(job.id, params.key)) ?? null);
        await setUserState(actor, job, params.key, body ?? null);
        return text('');
      },
    }),
  ),
];
