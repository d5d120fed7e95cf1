import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { json, sse, stream, text } from './answer';
import { defineEndpoint } from './endpoint';
import { flag, list, paging } from './query';
import { createRouter } from './router';
import { createApi } from './serve';
import { closeStreams } from './sse';

Object.assign(process.env, {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  ENCRYPTION_KEY: 'a key that only tests know',
  NEXTAUTH_SECRET: 'a secret that only tests know',
  BASE_URL: 'https://fantail.example',
  MODE: 'server',
});

const reported: unknown[] = [];
let streamEnded: () => void = () => {};
const streamHasEnded = new Promise<void>((resolve) => (streamEnded = resolve));

const endpoints = [
  defineEndpoint({
    method: 'POST',
    path: '/echo/:name',
    access: 'public',
    audit: 'none',
    params: z.object({ name: z.string().max(5) }),
    query: z.object({ deep: flag('deep'), tags: list(), ...paging }),
    body: z.object({ count: z.number(), inner: z.looseObject({}).optional() }),
    maxBodyBytes: 2048,
    handler: ({ params, query, body }) => json({ params, query, body }),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/text',
    access: 'public',
    audit: 'none',
    accepts: ['text', 'form'],
    body: z.unknown(),
    handler: ({ body, bodyKind, rawBody }) => json({ body, bodyKind, rawBody }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/boom',
    access: 'public',
    handler: () => {
      throw new Error('the secret is 12345');
    },
  }),
  defineEndpoint({ method: 'GET', path: '/secret', access: 'self:read', handler: () => text('seen') }),
  defineEndpoint({ method: 'GET', path: '/page', access: 'public', handler: () => text('<html>') }),
  defineEndpoint({
    method: 'GET',
    path: '/lines',
    access: 'public',
    handler: () =>
      stream(
        (async function* () {
          yield 'one\n';
          yield 'two\n';
        })(),
      ),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/events',
    access: 'public',
    handler: () =>
      sse(async function* (signal) {
        try {
          yield { event: 'first', id: '1', data: { text: 'a\nb' } };
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        } finally {
          streamEnded();
        }
      }),
  }),
];

let server: http.Server;
let base: string;

beforeAll(async () => {
  const api = createApi(createRouter(endpoints), { error: (...args: unknown[]) => void reported.push(args) });
  server = http.createServer(async (request, response) => {
    if (!(await api.handle(request, response))) response.writeHead(200).end('a page');
  });
  // A client that reuses a connection must not meet a server that is just closing it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/api${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('inputs', () => {
  test('are parsed from path, query and body', async () => {
    const answer = await post('/echo/abc?deep=True&tags=a,b&tags=c&page=0', '{"count":1}');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      params: { name: 'abc' },
      query: { deep: true, tags: ['a', 'b', 'c'], page: 1, per_page: 100 },
      body: { count: 1 },
    });
  });

  test.each([
    ['{"count":"hunter2"}', '/echo/abc', 'count'],
    ['{}', '/echo/abc', 'count'],
    ['{"count":1}', '/echo/abc?deep=hunter2', 'deep'],
    ['{"count":1}', '/echo/hunter2', 'name'],
    ['{"count":1}', '/echo/abc?per_page=hunter2', 'per_page'],
    ['{"count":1}', '/echo/abc?per_page=1&per_page=2', 'per_page'],
  ])('%s to %s names the field %s and repeats nothing', async (body, path, field) => {
    const answer = await post(path, body);
    const sentence = await answer.text();
    expect(answer.status).toBe(400);
    expect(sentence).toContain(`"${field}"`);
    expect(sentence).not.toContain('hunter2');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('our pages get the same as JSON', async () => {
    const answer = await post('/echo/abc', '{"count":"x"}', { 'x-fantail-page': '1' });
    expect(await answer.json()).toMatchObject({ error: { name: 'bad_request', field: 'count' } });
  });

  test.each([
    ['not JSON', '{"count":', 400, 'not valid JSON'],
    ['too large', `{"count":1,"x":"${'y'.repeat(3000)}"}`, 413, '2 kB'],
    ['too deep', `{"count":1,"inner":{"a":${'['.repeat(410)}${']'.repeat(410)}}}`, 400, 'deeper'],
  ])('%s', async (_, body, status, sentence) => {
    const answer = await post('/echo/abc', body);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(sentence)]);
  });

  test('too large without a length is refused as well', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 100; index += 1) controller.enqueue(new TextEncoder().encode('x'.repeat(100)));
        controller.close();
      },
    });
    const answer = await fetch(`${base}/api/echo/abc`, {
      method: 'POST',
      body: chunks,
      headers: { 'content-type': 'application/json' },
      ...{ duplex: 'half' },
    });
    expect(answer.status).toBe(413);
  });

  test('too many keys', async () => {
    const { parseJson } = await import('./body');
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 100_001 }, (_, index) => [`k${index}`, 1])));
    expect(() => parseJson(body)).toThrow(/100000 keys/);
  });
});

describe('PROTO', () => {
  test.each([
    '{"count":1,"__proto__":{"x":1}}',
    '{"count":1,"inner":{"__proto__":{"x":1}}}',
    '{"count":1,"inner":{"a":[{"constructor":{"prototype":{"x":1}}}]}}',
    '{"count":1,"\\u005f_proto__":{"x":1}}',
  ])('%s is refused', async (body) => {
    expect((await post('/echo/abc', body)).status).toBe(400);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('in forms and queries as well', async () => {
    expect((await post('/echo/abc?__proto__=1', '{"count":1}')).status).toBe(400);
    expect((await post('/text', '__proto__=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      400,
    );
  });
});

describe('CTYPE', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application/json; charset=utf-16',
    'application/jsonx',
    'constructor',
    '',
  ])('JSON sent as "%s" is not read', async (type) => {
    const answer = await post('/echo/abc', '{"count":1}', { 'content-type': type });
    expect(answer.status).toBe(415);
  });

  test('text and forms are read where they are wanted', async () => {
    expect(await (await post('/text', 'hi', { 'content-type': 'text/plain' })).json()).toMatchObject({
      body: 'hi',
      bodyKind: 'text',
    });
    const form = await post('/text', 'a=1&a=2&b=%20', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(await form.json()).toMatchObject({ body: { a: ['1', '2'], b: ' ' }, bodyKind: 'form' });
    expect((await post('/text', '{}')).status).toBe(415);
  });
});

describe('answers', () => {
  test('errors of ours have an id, are logged once, and tell nothing', async () => {
    const answer = await fetch(`${base}/api/boom`);
    const sentence = await answer.text();
    expect(answer.status).toBe(500);
    expect(sentence).not.toContain('12345');
    expect(reported).toHaveLength(1);
    expect(sentence).toContain(String((reported[0] as [{ incident: string }])[0].incident));
  });

  test('unknown addresses are 404, other methods 405, never HTML', async () => {
    const missing = await fetch(`${base}/api/nothing`);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    const wrong = await fetch(`${base}/api/page`, { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${base}/api/page`, { method: 'OPTIONS' })).status).toBe(204);
    expect(await (await fetch(`${base}/api/auth/session`)).text()).toBe('a page');
    expect(await (await fetch(`${base}/elsewhere`)).text()).toBe('a page');
  });

  test('nothing is cached, sniffed, framed or run', async () => {
    const answer = await fetch(`${base}/api/page`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': expect.stringContaining('sandbox'),
      'strict-transport-security': expect.stringContaining('max-age'),
    });
  });

  test('HEAD is GET without its body', async () => {
    const answer = await fetch(`${base}/api/page`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '6', '']);
  });

  test('without a credential nothing is read, whatever the address looks like (UNAUTH)', async () => {
    const attempts: Record<string, string>[] = [
      {},
      { 'x-middleware-subrequest': 'proxy' },
      { cookie: 'fantail-session=forged' },
      { authorization: 'Basic eDp5' },
    ];
    for (const headers of attempts) {
      const answer = await fetch(`${base}/api/secret`, { headers });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    expect((await fetch(`${base}/api/secret?token=ftl_x`)).status).toBe(401);
  });

  test('the database away is 503 with a hint when to come back', async () => {
    const token = `ftl_${'a'.repeat(10)}_${'b'.repeat(43)}`;
    const answer = await fetch(`${base}/api/secret`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.text()).toContain('database');
  });

  test('streams arrive in pieces', async () => {
    expect(await (await fetch(`${base}/api/lines`)).text()).toBe('one\ntwo\n');
  });

  test('a foreign page cannot use even public mutations (CSRF)', async () => {
    const foreign = await post('/text', 'hi', { 'content-type': 'text/plain', origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect((await post('/text', 'hi', { 'content-type': 'text/plain', origin: 'null' })).status).toBe(403);
    const own = await post('/text', 'hi', { 'content-type': 'text/plain', origin: 'https://fantail.example' });
    expect(own.status).toBe(200);
  });
});

test('events are framed, and an open stream ends when the process stops', async () => {
  const answer = await fetch(`${base}/api/events`);
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('event: first\nid: 1\ndata: {"text":"a\\nb"}\n\n');
  closeStreams();
  expect((await reader?.read())?.done).toBe(true);
  await streamHasEnded;
});
