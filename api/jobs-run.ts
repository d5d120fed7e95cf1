import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { badRequest, FantailError } from '@/core/errors';
import { rerunFlow } from '@/core/flow/run/restart/commands';
import { type Runnable, runAndWait, runPreview, runResolver, runScript, type ScriptRef } from '@/core/job/commands';
import { isFlowKind, type Language, languageNamed, type Trigger } from '@/core/job/model';
import { getJob } from '@/core/job/queries';
import { rerunJob } from '@/core/job/rerun/commands';
import { importLocally } from '@/core/script/local/commands';
import { liveVersion } from '@/core/script/queries';
import { type Answer, text, withHeaders } from './answer';
import { type Ahead, defineEndpoint, type Endpoint } from './endpoint';
import { answerOf } from './jobs-run-answer';
import {
  argsOf,
  bodyArgs,
  localRefs,
  MAX_ARGS_BYTES,
  optionsOf,
  type RunContext,
  runQuery,
  runShape,
} from './jobs-run-input';

const WAIT_MS = 600_000;

const previewBody = z.looseObject({
  content: z.string().max(2_000_000),
  language: z.string(),
  path: z.string().nullish(),
  args: z.record(z.string(), z.unknown()).nullish(),
  tag: z.string().nullish(),
  lock: z.string().nullish(),
  dedicated_worker: z.boolean().nullish(),
  temp_script_refs: localRefs,
});

function checkedLanguage(name: string): Language {
  const language = languageNamed(name);
  if (language !== null) return language;
  throw badRequest(`This version of Fantail cannot run "${name}".`, 'language');
}

/** How a preview is to be run, which may import what lies on its author's machine. */
async function previewOptions(context: RunContext & { readonly body: z.infer<typeof previewBody> }) {
  const { actor, body } = context;
  const options = optionsOf(context);
  const id = await importLocally(actor, body.temp_script_refs, options.id);
  return { ...options, id, ...(body.tag ? { tag: body.tag } : {}) };
}

const runnableOf = (body: z.infer<typeof previewBody>): Extract<Runnable, { kind: 'preview' }> => ({
  kind: 'preview',
  preview: {
    language: checkedLanguage(body.language),
    content: body.content,
    path: body.path || null,
    lock: body.lock ?? null,
    isDedicated: body.dedicated_worker ?? false,
  },
});

/** The script's live version is read beside the gate, which a trivial job's caller would otherwise wait for. */
const liveAhead = (params: Readonly<Record<string, string>>): Ahead => ({
  liveVersion: liveVersion(params.workspace ?? '', params.path ?? ''),
});

const pathRef = (path: string, { ahead }: Pick<RunContext, 'ahead'>): ScriptRef =>
  ahead === null ? { path } : { path, live: ahead.liveVersion };

const submitted = (id: string): Answer => text(id, 201);

const runs = { ...runShape, access: 'script:run' } as const;

/** Runs and answers the result. POST only: no GET changes anything in this product, so none starts a job. */
const waitEndpoint = (
  path: '/w/:workspace/jobs/run_wait_result/p/*path' | '/w/:workspace/jobs/run_wait_result/h/:hash',
) =>
  defineEndpoint({
    ...runs,
    method: 'POST',
    path,
    ahead: path.endsWith('*path') ? liveAhead : null,
    body: z.unknown(),
    handler: async (context) => {
      const { path: scriptPath, hash } = z
        .object({ path: z.string().optional(), hash: z.string().optional() })
        .parse(context.params);
      const ref = scriptPath === undefined ? { hash: hash ?? '' } : pathRef(scriptPath, context);
      const waiting = { timeoutMs: WAIT_MS, signal: context.signal };
      const { id, end } = await runAndWait(
        context.actor,
        { kind: 'script', ref },
        argsOf(context),
        optionsOf(context),
        waiting,
      );
      return withHeaders(answerOf(end), { 'x-job-id': id });
    },
  });

/** Runs a job of any kind again. */
async function again(actor: WorkspaceActor, id: string, argsJson: string | null, trigger: Trigger): Promise<string> {
  const { kind } = await getJob(actor, id);
  return isFlowKind(kind) ? rerunFlow(actor, id, argsJson, { trigger }) : rerunJob(actor, id, argsJson, trigger);
}

/** Starting jobs. */
export const runEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    ...runs,
    method: 'POST',
    path: '/w/:workspace/jobs/run/p/*path',
    ahead: liveAhead,
    body: z.unknown(),
    object: ({ params }) => ({ kind: 'path', path: params.path }),
    handler: async (context) =>
      submitted(
        await runScript(context.actor, pathRef(context.params.path, context), argsOf(context), optionsOf(context)),
      ),
  }),
  defineEndpoint({
    ...runs,
    method: 'POST',
    path: '/w/:workspace/jobs/run/h/:hash',
    body: z.unknown(),
    handler: async (context) =>
      submitted(await runScript(context.actor, { hash: context.params.hash }, argsOf(context), optionsOf(context))),
  }),
  waitEndpoint('/w/:workspace/jobs/run_wait_result/p/*path'),
  waitEndpoint('/w/:workspace/jobs/run_wait_result/h/:hash'),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run/preview',
    access: 'script:preview',
    query: runQuery,
    body: previewBody,
    maxBodyBytes: MAX_ARGS_BYTES,
    handler: async (context) => {
      const { body, note } = context;
      note({ object: body.path || 'a script' });
      const options = await previewOptions(context);
      return submitted(await runPreview(context.actor, runnableOf(body).preview, bodyArgs(context) ?? '{}', options));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run_wait_result/preview',
    access: 'script:preview',
    query: runQuery,
    body: previewBody,
    maxBodyBytes: MAX_ARGS_BYTES,
    handler: async (context) => {
      const { actor, body, signal, note } = context;
      note({ object: body.path || 'a script' });
      const options = await previewOptions(context);
      const { id, end } = await runAndWait(actor, runnableOf(body), bodyArgs(context) ?? '{}', options, {
        timeoutMs: WAIT_MS,
        signal,
      });
      return withHeaders(answerOf(end), { 'x-job-id': id });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run/dependencies_async',
    access: 'script:preview',
    body: z.looseObject({
      raw_scripts: z
        .array(z.looseObject({ raw_code: z.string(), language: z.string(), script_path: z.string().nullish() }))
        .min(1),
      temp_script_refs: localRefs,
    }),
    handler: async (context) => {
      const [script] = context.body.raw_scripts;
      if (script === undefined)
        throw new FantailError('bad_request', 'raw_scripts is empty.', { field: 'raw_scripts' });
      context.note({ object: script.script_path || 'a script' });
      const source = {
        language: checkedLanguage(script.language),
        content: script.raw_code,
        path: script.script_path || null,
      };
      const id = await importLocally(context.actor, context.body.temp_script_refs, undefined);
      return submitted(
        await runResolver(context.actor, source, { id, trigger: context.actor.via === 'session' ? 'ui' : 'api' }),
      );
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/rerun/:id',
    access: 'script:run',
    body: z.object({ args: z.record(z.string(), z.unknown()).optional() }).optional(),
    handler: async ({ actor, params, body, rawBody }) => {
      const args = bodyArgs({ body: body ?? {}, rawBody });
      return submitted(await again(actor, params.id, args, actor.via === 'session' ? 'ui' : 'api'));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/run/batch_rerun_jobs',
    access: 'script:run',
    body: z.looseObject({ job_ids: z.array(z.uuid()).max(1000) }),
    handler: async ({ actor, body }) => {
      const lines: string[] = [];
      for (const id of body.job_ids) {
        lines.push(
          await again(actor, id, null, 'api').catch(
            (error: unknown) =>
              `Error: ${error instanceof FantailError ? error.message : 'the job could not be started'}`,
          ),
        );
      }
      return text(`${lines.join('\n')}\n`, 201);
    },
  }),
];
