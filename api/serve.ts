import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { type Actor, NO_OBJECT, type WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { recordAudit, recordAuditSoon } from '@/core/audit/commands';
import { badRequest, FantailError } from '@/core/errors';
import { clientAddressOf } from '@/core/platform/client-address';
import { isServedOverTls } from '@/core/platform/session-cookie';
import type { Answer } from './answer';
import { readBody, readPairs } from './body';
import type { Ahead, AuditNote, Endpoint, RequestFacts } from './endpoint';
import { type Failure, failureOf } from './failure';
import { admit } from './gate';
import { beforeJobReads } from './job-secrets';
import type { Router } from './router';
import { sendEvents } from './sse';

/** Stored data may be shown by no page, cached by no one, and executed by nothing. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** Also told to browsers once they came over TLS. */
export const STRICT_TRANSPORT = 'max-age=31536000';

/** One request on its way through the framework. */
interface Passage {
  readonly request: IncomingMessage;
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly facts: RequestFacts;
  readonly workspaceId: string | null;
  readonly signal: AbortSignal;
  actor: Actor | WorkspaceActor | null;
  note: AuditNote;
}

function factsOf(request: IncomingMessage): RequestFacts {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    queryString: mark < 0 ? '' : url.slice(mark + 1),
    ip: clientAddressOf(request),
    userAgent: String(request.headers['user-agent'] ?? '').slice(0, 300),
    headers: request.headers,
    isPage: request.headers['x-fantail-page'] === '1',
  };
}

/** Strangers cost no read. What fails here fails again, with its sentence, when it is awaited. */
function aheadOf({ endpoint, params, request }: Passage): Ahead | null {
  const mayBeKnown = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
  if (endpoint.ahead === null || !mayBeKnown) return null;
  const ahead = endpoint.ahead(params);
  ahead.liveVersion.catch(() => {});
  return ahead;
}

const queryOf = ({ queryString }: RequestFacts) =>
  queryString === '' ? {} : readPairs(new URLSearchParams(queryString));

/** Parse → gate → answer. The gate stands before the body is read, and again when its object is known. */
async function pass(passage: Passage): Promise<Answer> {
  const { request, endpoint, facts, params, workspaceId, signal } = passage;
  const ahead = aheadOf(passage);
  const actor = await admit(request, facts.queryString, endpoint, workspaceId);
  passage.actor = actor;
  const { access } = endpoint;
  if (actor !== null && access !== 'public') requireCan(actor, access, NO_OBJECT);
  const body = await readBody(request, endpoint);
  // Postgres keeps no NUL, and no name or number has one.
  if (facts.queryString.includes('%00')) throw badRequest('The query contains a character that is not allowed (NUL).');
  const opened = endpoint.open({ params, query: queryOf(facts), body: body.value }, actor);
  if (opened.object.kind === 'path') passage.note = { object: opened.object.path };
  if (actor !== null && access !== 'public' && opened.object.kind !== 'none') requireCan(actor, access, opened.object);
  const answer = await opened.run({
    rawBody: body.raw,
    bodyKind: body.kind,
    request: facts,
    signal,
    ahead,
    note: (note) => {
      passage.note = { ...passage.note, ...note };
    },
  });
  await beforeJobReads(actor, endpoint, params, answer);
  return answer;
}

async function audit(passage: Passage, failure: Failure | null): Promise<void> {
  const { endpoint, actor, facts, note, params, workspaceId } = passage;
  if (endpoint.audit === 'none' || (endpoint.audit === 'refusals' && failure === null)) return;
  const { workspace, ...own } = params;
  const reason = failure === null ? {} : { code: failure.error.code };
  const entry = {
    workspaceId,
    actor: actor?.username ?? 'anonymous',
    via: actor?.via ?? 'none',
    action: endpoint.access === 'public' ? `${endpoint.method} ${endpoint.path}` : endpoint.access,
    object: note.object ?? (Object.values(own).join(' ') || endpoint.path),
    outcome: failure === null ? ('done' as const) : ('refused' as const),
    ip: facts.ip,
    detail: { endpoint: `${endpoint.method} ${endpoint.path}`, ...reason, ...note.detail },
  };
  if (failure === null && endpoint.audit === 'before answer') await recordAudit(entry);
  else recordAuditSoon(entry);
}

/**
 * Asks everything again that was asked when a stream began, by asking for it again: also what the handler itself checks.
 * The answer is thrown away before it begins. Throws what the request would be refused with now.
 */
async function askAgain({ request, endpoint, params, facts, workspaceId, signal }: Passage): Promise<void> {
  const { access } = endpoint;
  const actor = await admit(request, facts.queryString, endpoint, workspaceId);
  if (actor !== null && access !== 'public') requireCan(actor, access, NO_OBJECT);
  const opened = endpoint.open({ params, query: queryOf(facts), body: undefined }, actor);
  if (actor !== null && access !== 'public' && opened.object.kind !== 'none') requireCan(actor, access, opened.object);
  await opened.run({ rawBody: '', bodyKind: 'none', request: facts, signal, ahead: null, note: () => {} });
}

/** Sends a finished answer; streams are sent as they come, and never for HEAD. */
async function send(
  response: ServerResponse,
  answer: Answer,
  signal: AbortSignal,
  passage: Passage | null,
): Promise<void> {
  const { body } = answer;
  const headers: Record<string, string | number> = { ...HEADERS, ...answer.headers };
  if (isServedOverTls()) headers['strict-transport-security'] = STRICT_TRANSPORT;
  const isHead = passage?.facts.method === 'HEAD';
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) {
    if (body !== null) headers['content-length'] = Buffer.byteLength(body);
    response.writeHead(answer.status, headers);
    response.end(isHead || body === null ? undefined : body);
    return;
  }
  response.writeHead(answer.status, 'events' in body ? { ...headers, 'x-accel-buffering': 'no' } : headers);
  if (isHead) {
    response.end();
  } else if ('events' in body) {
    response.flushHeaders();
    await sendEvents(response, body, signal, {
      askAgain: () => (passage === null ? Promise.resolve() : askAgain(passage)),
    });
  } else {
    await sendStream(response, body, signal);
  }
}

async function sendStream(response: ServerResponse, body: AsyncIterable<string | Uint8Array>, signal: AbortSignal) {
  for await (const chunk of body) {
    if (signal.aborted) break;
    if (!response.write(chunk)) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    }
  }
  response.end();
}

/** Answers requests below /api that are in the route table. */
export interface ApiServer {
  /** False when the request is none of ours and nothing was sent. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** Paths of next-auth, which lives with the pages. Our own table is asked first. */
const isNextAuth = (path: string): boolean => path.startsWith('/api/auth/');

function unmatched(method: string, allowed: readonly string[] | null, isPage: boolean): Answer {
  if (allowed === null)
    return failureOf(new FantailError('not_found', 'There is nothing at this address.'), isPage).answer;
  const allow = { allow: allowed.join(', ') };
  if (method === 'OPTIONS') return { status: 204, headers: allow, body: null };
  const sentence = `This address answers ${allowed.join(', ')}, not ${method.slice(0, 20)}.`;
  const { answer } = failureOf(new FantailError('bad_request', sentence), isPage);
  return { ...answer, status: 405, headers: { ...answer.headers, ...allow } };
}

/** Makes the server for one route table. Internal errors are written to `log` once, with the id that was answered. */
export function createApi(router: Router, log: Pick<Logger, 'error'>): ApiServer {
  function report(failure: Failure, facts: RequestFacts): void {
    if (failure.incident === null) return;
    log.error(
      { incident: failure.incident, err: failure.error.cause, method: facts.method, path: facts.path },
      'request failed',
    );
  }

  async function answerTo(passage: Passage): Promise<Answer> {
    try {
      const answer = await pass(passage);
      await audit(passage, null);
      return answer;
    } catch (error) {
      const failure = failureOf(error, passage.facts.isPage);
      report(failure, passage.facts);
      await audit(passage, failure);
      return failure.answer;
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse, facts: RequestFacts): Promise<boolean> {
    const path = facts.path === '/healthz' ? '/health' : facts.path.slice('/api'.length);
    const abort = new AbortController();
    const match = router.match(facts.method, path);
    if (match.kind !== 'found') {
      if (isNextAuth(facts.path)) return false;
      await send(
        response,
        unmatched(facts.method, match.kind === 'none' ? null : match.allowed, facts.isPage),
        abort.signal,
        null,
      );
      return true;
    }
    response.once('close', () => abort.abort());
    const { endpoint, params } = match;
    const workspaceId = endpoint.path.startsWith('/w/:workspace/') ? (params.workspace ?? null) : null;
    const passage: Passage = {
      request,
      endpoint,
      params,
      facts,
      workspaceId,
      signal: abort.signal,
      actor: null,
      note: {},
    };
    await send(response, await answerTo(passage), abort.signal, passage);
    return true;
  }

  return {
    async handle(request, response) {
      const facts = factsOf(request);
      if (facts.path !== '/healthz' && facts.path !== '/api' && !facts.path.startsWith('/api/')) return false;
      try {
        return await respond(request, response, facts);
      } catch (error) {
        const failure = failureOf(error, facts.isPage);
        report(failure, facts);
        if (response.headersSent) response.destroy();
        else await send(response, failure.answer, new AbortController().signal, null);
        return true;
      }
    },
  };
}
