import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { FantailError } from '@/core/errors';
import { env } from './env';
import { networksOf } from './networks';

/** A request that the platform itself makes to somewhere in the world, never on behalf of code in a sandbox. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface OutgoingAnswer {
  readonly status: number;
  /** the address that answered, after redirects */
  readonly url: string;
  readonly body: string;
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Names to addresses; another one in tests. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

const MOST_REDIRECTS = 3;
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 5 * 1024 * 1024;

/** IPv4 networks that are nobody's or only somebody's own (RFC 6890 and its updates). */
const PRIVATE_V4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
/** Within the public 2000::/3, what is not plain public: tunnels carry an IPv4 address inside, and documentation. */
const PRIVATE_V6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20';

const notPublicV4 = networksOf(PRIVATE_V4.split(' '));
const notPublicV6 = networksOf(PRIVATE_V6.split(' '));
const globalV6 = networksOf(['2000::/3']);

/** True for an address that anybody in the world may have a server at. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !notPublicV4.has(address);
  // Every form that wraps an IPv4 address is outside the global range, and nobody in the world has a zone.
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return globalV6.has(address) && !notPublicV6.has(address);
}

/** True when the administrator listed the host, the host with this port, or a network with the address in it. */
export function isAllowListed(allow: readonly string[], host: string, port: string, address: string): boolean {
  return allow.some((entry) => entry === host || entry === `${host}:${port}` || networksOf([entry]).has(address));
}

const refused = (message: string) => new FantailError('bad_request', message, { field: 'url' });

/** Parses an address that may be called; throws with the reason. */
export function checkedUrl(text: string): URL {
  if (!URL.canParse(text)) throw refused('This is no address. Write it whole: https://…');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('Only http:// and https:// may be called.');
  if (url.username !== '' || url.password !== '') throw refused('Leave the user and password out of the address.');
  if (url.hostname === '') throw refused('This address names no host.');
  return url;
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

const resolveName: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** The one address to connect to, looked at before: every address of the name must be one that may be called. */
async function checkedAddress(url: URL, resolve: Resolve): Promise<Address> {
  const host = hostOf(url);
  const family = isIP(host);
  let found: readonly Address[];
  try {
    found = family === 0 ? await resolve(host) : [{ address: host, family }];
  } catch {
    throw new FantailError('unavailable', `The name ${host} was not found.`);
  }
  const allow = env().OUTGOING_ALLOW;
  const bad = found.find(
    ({ address }) => !isPublicAddress(address) && !isAllowListed(allow, host, portOf(url), address),
  );
  if (bad !== undefined) {
    throw refused(
      `${host} is an address of a private network (${bad.address}). An administrator may allow it: OUTGOING_ALLOW=${host}`,
    );
  }
  const [first] = found;
  if (first === undefined) throw new FantailError('unavailable', `The name ${host} has no address.`);
  return first;
}

interface Reply {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

async function readBody(message: http.IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > maxBytes) {
      message.destroy();
      throw new FantailError('too_large', 'The answer was too large.');
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

/** One exchange with exactly the address that was looked at: the name is not resolved a second time. */
async function exchange(url: URL, address: Address, request: OutgoingRequest, signal: AbortSignal): Promise<Reply> {
  const { method = 'GET', headers = {}, body, maxBytes = MAX_BYTES } = request;
  const { request: open } = url.protocol === 'https:' ? https : http;
  const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const sent = open(
      url,
      {
        method,
        agent: false,
        signal,
        headers: {
          'user-agent': 'Fantail',
          accept: '*/*',
          ...headers,
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
        lookup: (_host, options, done) => {
          if (options.all) done(null, [{ ...address }]);
          else done(null, address.address, address.family);
        },
      },
      resolve,
    );
    sent.once('error', reject);
    sent.end(body);
  });
  return {
    status: message.statusCode ?? 0,
    location: message.headers.location,
    body: await readBody(message, maxBytes),
  };
}

/** What is sent on after a redirect: no credentials to another host, and no body where the answer says "look there". */
function redirected(request: OutgoingRequest, from: URL, to: URL, status: number): OutgoingRequest {
  const isSameHost = from.host === to.host && from.protocol === to.protocol;
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(([name]) => isSameHost || !/^(authorization|cookie)$/i.test(name)),
  );
  if (status === 307 || status === 308) return { ...request, headers };
  const { body: _body, ...rest } = request;
  return { ...rest, method: 'GET', headers };
}

/**
 * The only way out for the control plane (webhooks, alerts). Refuses addresses of private networks unless they are
 * allow-listed, at every redirect anew. Throws FantailError: `bad_request` for what is refused, `unavailable` and
 * `timeout` for what may work later. An HTTP status of any kind is an answer.
 */
export async function sendOutgoing(request: OutgoingRequest, resolve: Resolve = resolveName): Promise<OutgoingAnswer> {
  const signal = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  let [url, next] = [checkedUrl(request.url), request];
  for (let hops = 0; ; hops++) {
    let reply: Reply;
    try {
      reply = await exchange(url, await checkedAddress(url, resolve), next, signal);
    } catch (error) {
      if (error instanceof FantailError) throw error;
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (signal.aborted) throw new FantailError('timeout', `${hostOf(url)} did not answer in time.`);
      throw new FantailError('unavailable', `${hostOf(url)} could not be reached${code === '' ? '' : ` (${code})`}.`);
    }
    const isRedirect = [301, 302, 303, 307, 308].includes(reply.status) && reply.location !== undefined;
    if (!isRedirect) return { status: reply.status, url: url.toString(), body: reply.body };
    if (hops >= MOST_REDIRECTS) throw refused(`${hostOf(url)} redirects more than ${MOST_REDIRECTS} times.`);
    if (!URL.canParse(reply.location ?? '', url)) throw refused(`${hostOf(url)} redirects to no address.`);
    const to = checkedUrl(new URL(reply.location ?? '', url).toString());
    next = redirected(next, url, to, reply.status);
    url = to;
  }
}
