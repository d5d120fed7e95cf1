import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '@/api/endpoint';
import { endpoints } from '@/api/route-table';
import { openSession } from '@/core/access/session/commands';
import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { sessionCookieName } from '@/core/platform/session-cookie';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type Lab, openLab } from '@/test/lab';
import { addressOf, rawRequest } from './raw-request';
import { printTable } from './table';

printTable();

let lab: Lab;
let root: TestPerson;
let cookie = '';

beforeAll(async () => {
  lab = await openLab();
  root = await makePerson('root', { isInstanceAdmin: true });
  await makeWorkspace('lab', root);
  const sessionId = await openSession(root.id, 'a browser');
  cookie = `${sessionCookieName()}=${await encode({ token: { sessionId }, secret: env().NEXTAUTH_SECRET })}`;
});

afterAll(() => lab.close());

/** Every row of every table of ours, as one number that a change changes. */
async function fingerprint(): Promise<string> {
  const tables = await rows<{ name: string }>(
    `SELECT format('%I', table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name NOT IN ('audit', 'worker', 'session', 'api_token', 'login_attempt') ORDER BY 1`,
  );
  const sums: string[] = [];
  for (const { name } of tables) {
    const [row] = await rows<{ sum: string | null }>(
      `SELECT md5(string_agg(t::text, '' ORDER BY t::text)) AS sum FROM ${name} t`,
    );
    sums.push(`${name} ${row?.sum}`);
  }
  return sums.join('\n');
}

const send = (endpoint: Endpoint, headers: Record<string, string>, body = '{}') =>
  rawRequest(lab.api.base, {
    method: endpoint.method,
    path: addressOf(endpoint),
    headers: endpoint.readsBody
      ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers }
      : headers,
    ...(endpoint.readsBody ? { body } : {}),
  });

describe('CSRF 15, T-CSRF', () => {
  const mutations = endpoints.filter((endpoint) => endpoint.isMutation || endpoint.method !== 'GET');

  test('a signed-in browser changes nothing for another site, on no route', async () => {
    const before = await fingerprint();
    const taken: string[] = [];
    const foreign: readonly Record<string, string>[] = [
      { cookie },
      { cookie, origin: 'null' },
      { cookie, origin: 'https://evil.example' },
      { cookie, origin: `${lab.api.base}.evil.example` },
      { cookie, origin: `${lab.api.base}@evil.example` },
      { cookie, origin: lab.api.base.replace('http:', 'https:') },
      { cookie, origin: '', referer: `${lab.api.base}/` },
      { cookie, 'sec-fetch-site': 'cross-site' },
      { cookie, origin: 'https://evil.example', 'content-type': 'text/plain' },
      { cookie, origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      { cookie: `token=${root.token}`, origin: 'https://evil.example' },
      { cookie: `token=${root.token}`, 'sec-fetch-site': 'cross-site' },
    ];
    for (const endpoint of mutations.filter(({ access }) => access !== 'public')) {
      for (const headers of foreign) {
        const { status } = await send(endpoint, headers);
        if (status !== 403) taken.push(`${endpoint.method} ${endpoint.path} ${JSON.stringify(headers)} ${status}`);
      }
    }
    expect(taken).toEqual([]);
    expect(await fingerprint()).toBe(before);
  }, 120_000);

  test('nor does a public route', async () => {
    const taken: string[] = [];
    for (const endpoint of mutations.filter(({ access }) => access === 'public')) {
      for (const origin of ['https://evil.example', 'null']) {
        const { status } = await send(endpoint, { origin });
        if (status !== 403) taken.push(`${endpoint.method} ${endpoint.path} ${status}`);
      }
    }
    expect(taken).toEqual([]);
  });

  test('no GET, HEAD or OPTIONS changes anything, for whom ever and with whatever in its query', async () => {
    await rows(
      "INSERT INTO folder (workspace_id, name, summary, owners, writers, viewers) VALUES ('lab', 'x', '', '{}', '{}', '{}')",
    );
    const before = await fingerprint();
    const query = 'payload=e30&method=POST&_method=DELETE&action=delete&approve=true&resume=true&cancel=true';
    for (const endpoint of endpoints.filter(({ method }) => method === 'GET')) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        await rawRequest(lab.api.base, {
          method,
          path: `${addressOf(endpoint)}?${query}`,
          headers: { authorization: `Bearer ${root.token}`, 'x-http-method-override': 'DELETE' },
        });
      }
    }
    expect(await fingerprint()).toBe(before);
  }, 120_000);

  test('method override headers are no methods', async () => {
    for (const endpoint of endpoints.filter(({ method }) => method === 'DELETE')) {
      const answer = await rawRequest(lab.api.base, {
        method: 'POST',
        path: addressOf(endpoint),
        headers: {
          authorization: `Bearer ${root.token}`,
          'x-http-method-override': 'DELETE',
          'x-method-override': 'DELETE',
        },
      });
      expect([endpoint.path, [404, 405].includes(answer.status) || answer.status === 400]).toEqual([
        endpoint.path,
        true,
      ]);
    }
  });
});

describe('HOST 32, T-HOST', () => {
  const poisons: readonly Record<string, string>[] = [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
    { forwarded: 'host=evil.example;proto=https' },
    { 'x-host': 'evil.example', 'x-original-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
    { origin: 'https://evil.example' },
    { referer: 'https://evil.example/' },
  ];

  test('no answer of any route repeats a host that the request made up, nor leads there', async () => {
    const poisoned: string[] = [];
    for (const endpoint of endpoints.filter(({ method }) => method === 'GET')) {
      for (const headers of poisons) {
        const answer = await rawRequest(lab.api.base, {
          path: addressOf(endpoint),
          headers: { authorization: `Bearer ${root.token}`, ...headers },
        });
        const shown = `${answer.body} ${JSON.stringify(answer.headers)}`;
        if (shown.includes('evil.example')) poisoned.push(`${endpoint.path} ${JSON.stringify(headers)}`);
        if (answer.headers.location !== undefined)
          poisoned.push(`${endpoint.path} leads to ${answer.headers.location}`);
      }
    }
    expect(poisoned).toEqual([]);
  }, 120_000);

  test('links in invitations are BASE_URL’s', async () => {
    for (const [index, headers] of poisons.entries()) {
      const body = JSON.stringify({ email: `guest-${index}@example.com`, role: 'operator' });
      const answer = await rawRequest(lab.api.base, {
        method: 'POST',
        path: '/api/w/lab/members',
        headers: {
          authorization: `Bearer ${root.token}`,
          'content-type': 'application/json',
          'content-length': String(body.length),
          ...headers,
        },
        body,
      });
      expect(answer.body).not.toContain('evil.example');
      expect(answer.body).toContain(`${env().BASE_URL}/join/`);
    }
  });
});

describe('XSS 16, T-XSS', () => {
  const PAYLOADS = [
    '<script>document.title="owned"</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    'javascript:alert(1)',
    '<iframe srcdoc="<script>parent.owned=1</script>">',
    '{{constructor.constructor("alert(1)")()}}',
  ];

  test('every answer of the API is nobody’s page: typed, not sniffed, not framed, not run', async () => {
    const open: string[] = [];
    for (const endpoint of endpoints.filter(({ method, path }) => method === 'GET' && !path.startsWith('/auth/'))) {
      const callers: readonly Record<string, string>[] = [
        {},
        { authorization: `Bearer ${root.token}` },
        { accept: 'text/html' },
      ];
      for (const headers of callers) {
        const answer = await rawRequest(lab.api.base, { path: addressOf(endpoint), headers });
        const policy = String(answer.headers['content-security-policy']);
        const type = String(answer.headers['content-type'] ?? '');
        const isSafe =
          policy.includes('sandbox') &&
          answer.headers['x-content-type-options'] === 'nosniff' &&
          !type.includes('html');
        if (!isSafe || answer.headers['cache-control'] !== 'private, no-store')
          open.push(`${endpoint.path} ${type} ${policy}`);
      }
    }
    expect(open).toEqual([]);
  }, 60_000);

  test('a script may answer HTML, but not as a page of ours, and sets neither cookies nor what browsers decide security by', async () => {
    for (const payload of PAYLOADS) {
      const content = `export const main = (p: string) => ({ windmill_status_code: 200, windmill_content_type: 'text/html', windmill_headers: {
        'Set-Cookie': 'sid=owned', 'Content-Security-Policy': "default-src *", 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Credentials': 'true',
        'X-Content-Type-Options': 'none', 'X-Frame-Options': 'ALLOWALL', 'Strict-Transport-Security': 'max-age=0', 'Clear-Site-Data': '"*"', 'Refresh': '0;url=https://evil.example',
        'Location': 'javascript:alert(1)', 'Content-Length': '1', 'Transfer-Encoding': 'chunked', 'Service-Worker-Allowed': '/', 'Link': '<https://evil.example>; rel=preload',
        'X-Own': 'mine', 'bad\\r\\nname': 'x', 'X-Split': 'a\\r\\nSet-Cookie: b=c' }, result: p });`;
      const answer = await lab.api.as(root)('POST', '/w/lab/jobs/run_wait_result/preview', {
        language: 'bun',
        content,
        lock: '',
        args: { p: payload },
      });
      expect([answer.status, await answer.text()]).toEqual([200, payload]);
      const { headers } = answer;
      expect(headers.get('content-security-policy')).toContain('sandbox');
      expect(headers.get('content-security-policy')).not.toContain('*');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-own')).toBe('mine');
      for (const name of [
        'location',
        'set-cookie',
        'access-control-allow-origin',
        'access-control-allow-credentials',
        'strict-transport-security',
        'clear-site-data',
        'refresh',
        'service-worker-allowed',
        'link',
      ]) {
        expect([name, headers.get(name)]).toEqual([name, null]);
      }
    }
  });
});
