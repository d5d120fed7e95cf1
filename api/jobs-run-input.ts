import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { badRequest } from '@/core/errors';
import type { Trigger } from '@/core/job/model';
import type { RunOptions } from '@/core/job/submit/commands';
import type { BodyKind, Context } from './endpoint';
import { memberText } from './precise';
import { flag } from './query';

/** Headers that never become arguments, where they would be kept and shown. */
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization']);

export const MAX_ARGS_BYTES = 2 * 1024 * 1024;

/** What the address of a run may say. */
export const runQuery = z.looseObject({
  tag: z.string().optional(),
  timeout: z.coerce.number().int().min(1).max(604_800).optional(),
  cache_ttl: z.coerce.number().int().min(1).optional(),
  scheduled_for: z.iso.datetime({ offset: true }).optional(),
  scheduled_in_secs: z.coerce.number().min(0).max(31_536_000).optional(),
  parent_job: z.uuid().optional(),
  root_job: z.uuid().optional(),
  job_id: z.uuid().optional(),
  payload: z.string().optional(),
  include_header: z.string().optional(),
  idempotency_key: z.string().min(1).max(255).optional(),
  skip_preprocessor: flag('skip_preprocessor'),
});
type RunQuery = z.infer<typeof runQuery>;

/** Scripts of the caller's machine that what he tries out imports: path → SHA-256 of what he stored beforehand. */
export const localRefs = z.record(z.string().max(255), z.string().max(64)).nullish();

const RUN_BODIES: readonly BodyKind[] = ['json', 'json-in-text', 'form', 'text'];

/** What all endpoints have in common that start a deployed script or flow. */
export const runShape = {
  query: runQuery,
  accepts: RUN_BODIES,
  maxBodyBytes: MAX_ARGS_BYTES,
  allowsQueryToken: true,
  audit: 'batched',
} as const;

export type RunContext = Context<WorkspaceActor, unknown, RunQuery, unknown>;

/** The arguments that a body has as `args`, digit by digit; null: it has none. */
export const bodyArgs = ({
  body,
  rawBody,
}: {
  readonly body: { readonly args?: unknown };
  readonly rawBody: string;
}): string | null => ((body.args ?? null) === null ? null : memberText(rawBody, 'args'));

/** What started it, as the runs list says. Client headers are hints for people, never proof. */
function triggerOf(context: RunContext): Trigger {
  const { actor, request } = context;
  if (actor.via === 'session') return 'ui';
  if (actor.via === 'job') return 'job';
  if (request.headers['x-windmill-client'] === 'cli' || request.headers['x-fantail-client'] === 'cli') return 'cli';
  return request.queryString.includes('token=') ? 'webhook' : 'api';
}

/** From the header, or from the query for senders that cannot set one. */
function idempotencyKeyOf({ query, request }: RunContext): string | undefined {
  const header = request.headers['idempotency-key'];
  if (typeof header !== 'string' || header === '') return query.idempotency_key;
  if (header.length <= 255) return header;
  throw badRequest('The header Idempotency-Key must have at most 255 characters.', 'Idempotency-Key');
}

/** Of the query: what is a credential, or says how to run and is not the sender's word to the script. */
const OWN_QUERY = new Set(['token', ...Object.keys(runQuery.shape)]);

/** The whole request as a preprocessor takes it: `{"event":{kind,body,raw_string,headers,query}}`. */
function eventOf({ body, bodyKind, rawBody, request }: RunContext): string {
  const headers = Object.entries(request.headers).filter(([name]) => !CREDENTIALS.has(name));
  const query = [...new URLSearchParams(request.queryString)].filter(([name]) => !OWN_QUERY.has(name));
  const isText = bodyKind === 'none' || bodyKind === 'text' || rawBody.trim() === '';
  // To the letter where it is JSON: its numbers may have more digits than ours.
  const bodyJson = isText ? 'null' : bodyKind === 'form' ? JSON.stringify(body) : rawBody;
  const rest = JSON.stringify({
    kind: 'webhook',
    raw_string: rawBody,
    headers: Object.fromEntries(headers),
    query: Object.fromEntries(query),
  });
  return `{"event":{"body":${bodyJson},${rest.slice(1)}}`;
}

/**
 * Whether a preprocessor runs first: for what comes from outside with a token. Pages, the command line and other jobs
 * give the arguments of main themselves; the query may say otherwise either way.
 */
function isWebhook(trigger: Trigger, skips: boolean | undefined): boolean {
  return skips === undefined ? trigger === 'webhook' || trigger === 'api' : !skips;
}

/** How a job is to be run, by its address and headers. */
export function optionsOf(context: RunContext): RunOptions {
  const { query } = context;
  const trigger = triggerOf(context);
  const delayed =
    query.scheduled_in_secs === undefined ? undefined : new Date(Date.now() + query.scheduled_in_secs * 1000);
  return {
    trigger,
    event: isWebhook(trigger, query.skip_preprocessor) ? () => eventOf(context) : undefined,
    id: query.job_id,
    tag: query.tag,
    timeoutS: query.timeout,
    cacheTtlS: query.cache_ttl,
    scheduledFor: query.scheduled_for === undefined ? delayed : new Date(query.scheduled_for),
    parentId: query.parent_job,
    rootId: query.root_job,
    idempotencyKey: idempotencyKeyOf(context),
  };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsedPayload(payload: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (isObject(value)) return value;
  } catch {
    // Said below, once for both ways to be wrong.
  }
  throw badRequest('"payload" must be a JSON object in URL-safe base64.', 'payload');
}

/** The arguments of a run as JSON text; a body that is an object is kept to the letter. */
export function argsOf(context: RunContext): string {
  const { body, bodyKind, rawBody, query, request } = context;
  const extra: Record<string, unknown> = query.payload === undefined ? {} : parsedPayload(query.payload);
  for (const name of query.include_header?.split(',') ?? []) {
    const header = name.trim().toLowerCase();
    if (Object.hasOwn(request.headers, header) && !CREDENTIALS.has(header))
      extra[name.trim()] = request.headers[header];
  }
  const hasExtra = Object.keys(extra).length > 0;
  if (bodyKind === 'none' || rawBody.trim() === '') return JSON.stringify(extra);
  if (bodyKind === 'text') return JSON.stringify({ raw_string: rawBody, ...extra });
  if (!isObject(body)) return JSON.stringify({ body, ...extra });
  if (bodyKind === 'form' || hasExtra) return JSON.stringify({ ...body, ...extra });
  return rawBody;
}
