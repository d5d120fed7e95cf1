import type { IncomingMessage } from 'node:http';
import type { Actor, WorkspaceActor } from '@/core/access/model';
import { asMember, type Credential, findActor } from '@/core/access/queries';
import { FantailError } from '@/core/errors';
import { env } from '@/core/platform/env';
import { isBaseUrlDefault, isServedOverTls, sessionCookieName, sessionIdOf } from '@/core/platform/session-cookie';
import type { Endpoint, RequestFacts } from './endpoint';

/** Where a credential came from decides what else is asked: browsers send cookies without being told to. */
export interface FoundCredential {
  readonly credential: Credential;
  readonly isCookie: boolean;
}

/** The cookies of a request; the first of a name counts. */
function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}

/** Bearer header, `token` cookie, `?token=` where the endpoint allows it, then the browser's session. */
async function readCredential(
  request: { readonly headers: Pick<IncomingMessage['headers'], 'authorization' | 'cookie'> },
  queryString: string,
  allowsQueryToken: boolean,
): Promise<FoundCredential | null> {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { credential: { kind: 'token', text: bearer }, isCookie: false };
  const cookies = readCookies(request.headers.cookie);
  const cookieToken = cookies.get('token');
  if (cookieToken !== undefined) return { credential: { kind: 'token', text: cookieToken }, isCookie: true };
  if (allowsQueryToken && queryString.includes('token=')) {
    const token = new URLSearchParams(queryString).get('token');
    if (token !== null) return { credential: { kind: 'token', text: token }, isCookie: false };
  }
  const session = cookies.get(sessionCookieName());
  const id = session === undefined ? null : await sessionIdOf(session);
  return id === null ? null : { credential: { kind: 'session', id }, isCookie: true };
}

/** Throws unless the request was sent by a page of ours: the browser's own word, which a foreign page cannot forge. */
function requireOwnOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  if (origin === new URL(env().BASE_URL).origin) return;
  if (isBaseUrlDefault() && host !== undefined && origin === `${isServedOverTls() ? 'https' : 'http'}://${host}`)
    return;
  throw new FantailError(
    'forbidden',
    origin === undefined || origin === 'null'
      ? 'Refused: a signed-in browser must say which page sent this (header Origin). Programs use a token: Authorization: Bearer …'
      : 'Refused: this was sent by a page of another site.',
  );
}

/**
 * Finds out who asks and that a browser was not tricked into asking. Answers null on public endpoints. Official
 * clients send `Cookie: token=` without Origin; no browser can do that, because we never set such a cookie.
 */
export async function admit(
  request: IncomingMessage,
  queryString: string,
  endpoint: Endpoint,
  workspaceId: string | null,
): Promise<Actor | WorkspaceActor | null> {
  const isSafe = endpoint.method === 'GET' && !endpoint.isMutation;
  if (endpoint.access === 'public') {
    if (!isSafe && request.headers.origin !== undefined) requireOwnOrigin(request);
    return null;
  }
  const found = await readCredential(request, queryString, endpoint.allowsQueryToken);
  if (found === null) {
    throw new FantailError('unauthenticated', 'Sign in, or send a token: Authorization: Bearer …');
  }
  if (found.isCookie && !isSafe && !isTokenCookieOfProgram(request, found)) requireOwnOrigin(request);
  const actor = await findActor(found.credential, workspaceId);
  return workspaceId === null ? actor : asMember(actor, workspaceId);
}

function isTokenCookieOfProgram(request: IncomingMessage, found: FoundCredential): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  return found.credential.kind === 'token' && origin === undefined && site === undefined;
}

/**
 * Who asks where nobody has to say so; null without a credential that is good in this workspace. A browser's session
 * counts for a change only when one of our own pages sent it. A token that is wrong is refused, not overlooked.
 */
export async function admitIfKnown(
  request: RequestFacts,
  workspaceId: string,
  allowsQueryToken = false,
): Promise<WorkspaceActor | null> {
  const text = (name: string) => [request.headers[name]].flat()[0];
  const headers = { authorization: text('authorization'), cookie: text('cookie') };
  const found = await readCredential({ headers }, request.queryString, allowsQueryToken);
  if (found === null) return null;
  const isChange = request.method !== 'GET' && request.method !== 'HEAD';
  const isProgram = found.credential.kind === 'token' && text('sec-fetch-site') === undefined;
  // The gate has refused foreign origins before; without any, a session proves nothing.
  if (isChange && found.isCookie && text('origin') === undefined && !isProgram) return null;
  try {
    return asMember(await findActor(found.credential, workspaceId), workspaceId);
  } catch (error) {
    if (error instanceof FantailError && (error.code === 'not_found' || found.isCookie)) return null;
    throw error;
  }
}
