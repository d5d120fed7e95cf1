import http from 'node:http';
import type { Endpoint } from '@/api/endpoint';

export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** How much of an answer without end is read. */
const MOST_BYTES = 200_000;
const STREAM_MS = 150;

/**
 * A request exactly as it is written: `fetch` would tidy the path up. A stream that goes on is left after a moment.
 */
export function rawRequest(
  base: string,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        hostname,
        port,
        method: options.method ?? 'GET',
        path: options.path,
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        let body = '';
        const done = () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          request.destroy();
        };
        const isStream = String(response.headers['content-type']).includes('event-stream');
        if (isStream) setTimeout(done, STREAM_MS);
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
          if (body.length > MOST_BYTES) done();
        });
        response.on('end', done);
        response.on('error', done);
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

/** Names of an address's parameters: `{ name: 'path', isTail: true }` for `*path`. */
export function paramsIn(endpoint: Endpoint): { name: string; isTail: boolean }[] {
  return [...endpoint.path.matchAll(/\/([:*])([A-Za-z_]+)/g)]
    .map(([, kind, name]) => ({ name: name ?? '', isTail: kind === '*' }))
    .filter(({ name }) => name !== 'workspace');
}

/** An address of the endpoint, with these texts in place of its parameters exactly as given. */
export function addressOf(endpoint: Endpoint, given: Readonly<Record<string, string>> = {}): string {
  const address = endpoint.path.replaceAll(/([:*])([A-Za-z_]+)/g, (_all, kind, name) => {
    if (given[name] !== undefined) return given[name];
    if (name === 'workspace') return 'lab';
    return kind === '*' ? 'u/nobody/nothing' : '00000000-0000-4000-8000-000000000000';
  });
  return `/api${address}`;
}
