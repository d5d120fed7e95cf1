import { z } from 'zod';
import { previewFlow, runFlow, runFlowAndWait } from '@/core/flow/run/commands';
import { type Answer, text, withHeaders } from './answer';
import { type BodyKind, defineEndpoint, type Endpoint } from './endpoint';
import { answerOf } from './jobs-run-answer';
import { argsOf, optionsOf, runQuery } from './jobs-run-input';

const WAIT_MS = 600_000;
const MAX_ARGS_BYTES = 2 * 1024 * 1024;
const MAX_FLOW_BYTES = 8 * 1024 * 1024;
const RUN_BODIES: readonly BodyKind[] = ['json', 'json-in-text', 'form', 'text'];

const flowQuery = runQuery.extend({ skip_preprocessor: z.enum(['true', 'false', '']).optional() });

const previewBody = z.looseObject({
  value: z.json(),
  path: z.string().nullish(),
  args: z.record(z.string(), z.unknown()).nullish(),
  tag: z.string().nullish(),
});

const submitted = (id: string): Answer => text(id, 201);

const runShape = {
  access: 'flow:run',
  query: flowQuery,
  accepts: RUN_BODIES,
  maxBodyBytes: MAX_ARGS_BYTES,
  allowsQueryToken: true,
  audit: 'batched',
} as const;

/** Starting flows. */
export const flowRunEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    ...runShape,
    method: 'POST',
    path: '/w/:workspace/jobs/run/f/*path',
    body: z.unknown(),
    object: ({ params }) => ({ kind: 'path', path: params.path }),
    handler: async (context) =>
      submitted(await runFlow(context.actor, { path: context.params.path }, argsOf(context), optionsOf(context))),
  }),
  defineEndpoint({
    ...runShape,
    method: 'POST',
    path: '/w/:workspace/jobs/run/fv/:version',
    body: z.unknown(),
    handler: async (context) =>
      submitted(
        await runFlow(context.actor, { versionId: context.params.version }, argsOf(context), optionsOf(context)),
      ),
  }),
  defineEndpoint({
    ...runShape,
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
    ...runShape,
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
    query: flowQuery,
    body: previewBody,
    maxBodyBytes: MAX_FLOW_BYTES,
    handler: async (context) => {
      const { actor, body, note } = context;
      note({ object: body.path || 'a flow' });
      const options = { ...optionsOf(context), ...(body.tag ? { tag: body.tag } : {}) };
      const preview = { value: body.value, path: body.path || null };
      return submitted(await previewFlow(actor, preview, JSON.stringify(body.args ?? {}), options));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run_wait_result/preview_flow',
    access: 'flow:preview',
    query: flowQuery,
    body: previewBody,
    maxBodyBytes: MAX_FLOW_BYTES,
    handler: async (context) => {
      const { actor, body, note, signal } = context;
      note({ object: body.path || 'a flow' });
      const options = { ...optionsOf(context), ...(body.tag ? { tag: body.tag } : {}) };
      const preview = { value: body.value, path: body.path || null };
      const waiting = { timeoutMs: WAIT_MS, signal };
      const { id, end } = await runFlowAndWait(actor, preview, JSON.stringify(body.args ?? {}), options, waiting);
      return withHeaders(answerOf(end), { 'x-job-id': id });
    },
  }),
];
