import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '@/api/route-table';
import { flushAudit } from '@/core/audit/commands';
import { ledgerFeed } from '@/core/ledger/live';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { addressOf, paramsIn, rawRequest } from './raw-request';
import { printTable } from './table';

printTable();

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;
const CANARY = 'canary-of-a-file-51f0';
const ENV_CANARY = 'canary-of-the-environment-7c1e';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-canary-'));
const file = path.join(folder, 'canary.txt');

beforeAll(async () => {
  fs.writeFileSync(file, CANARY);
  process.env.CANARY = ENV_CANARY;
  database = await testDatabase();
  api = await startApi();
  process.env.BASE_URL = api.base;
  void ledgerFeed().open();
  root = await makePerson('root', { isInstanceAdmin: true });
  await makeWorkspace('lab', root);
});

afterAll(async () => {
  await api.close();
  await ledgerFeed().close();
  await flushAudit();
  await database.drop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const asRoot = (method: string, where: string, body?: string, headers: Record<string, string> = {}) =>
  rawRequest(api.base, {
    method,
    path: where,
    headers: {
      authorization: `Bearer ${root.token}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });

/** Signing in is slow on purpose and counts attempts. */
const fuzzed = endpoints.filter(({ path: where }) => !where.startsWith('/auth/'));

const up = (times: number, step: string) => step.repeat(times);

/** What readers of files were tricked with elsewhere. */
const TRAVERSALS = [
  `${up(12, '../')}etc/passwd`,
  `${up(12, '..%2f')}etc%2fpasswd`,
  `${up(12, '%2e%2e%2f')}etc/passwd`,
  `${up(12, '%2e%2e/')}etc/passwd`,
  `${up(12, '%252e%252e%252f')}etc%252fpasswd`,
  `${up(12, '..\\\\')}etc\\\\passwd`.replaceAll('\\\\', '%5c'),
  `${up(12, '....//')}etc/passwd`,
  `${up(12, '..;/')}etc/passwd`,
  `${up(12, '%c0%ae%c0%ae/')}etc/passwd`,
  '%2fetc%2fpasswd',
  '/etc/passwd',
  '/proc/self/environ',
  '%2fproc%2fself%2fenviron',
  'file:///etc/passwd',
  'u/root/x%00.py',
  'u%2froot%2f..%2f..%2f..%2fetc%2fpasswd',
  file,
  encodeURIComponent(file),
  `${up(12, '..%2f')}${encodeURIComponent(file.slice(1))}`,
];

const SECRETS_OF_THE_MACHINE = () => [
  CANARY,
  ENV_CANARY,
  'root:x:0:0',
  process.env.ENCRYPTION_KEY ?? 'none',
  'DATABASE_URL=',
];

/** A fault of ours: a 5xx, or anything of this machine in the answer. */
function complaint({ status, body }: { status: number; body: string }): string | null {
  const shown = SECRETS_OF_THE_MACHINE().filter((secret) => body.includes(secret));
  if (shown.length > 0) return `shows ${shown.join(', ')}`;
  if (status >= 500) return `${status} ${body.slice(0, 200)}`;
  if (/\n\s+at \S+ \(|node_modules|\.ts:\d+/.test(body)) return `a stack trace: ${body.slice(0, 200)}`;
  return null;
}

describe('PATH 7, T-PATH', () => {
  test('no address and no parameter reads a file, whatever it says', async () => {
    const complaints: string[] = [];
    let asked = 0;
    for (const endpoint of fuzzed) {
      for (const { name } of paramsIn(endpoint)) {
        for (const text of TRAVERSALS) {
          const address = addressOf(endpoint, { [name]: text });
          const answer = await asRoot(endpoint.method, address, endpoint.readsBody ? '{}' : undefined);
          asked += 1;
          const found = complaint(answer);
          if (found !== null) complaints.push(`${endpoint.method} ${address}: ${found}`);
        }
      }
    }
    expect(complaints).toEqual([]);
    expect(asked).toBeGreaterThan(1_500);
  }, 240_000);

  test('nor does the query of any route', async () => {
    const complaints: string[] = [];
    const names = ['path', 'file', 'path_start', 'search', 'name', 'offset', 'log_file', 'filename', 'template', 'ref'];
    for (const endpoint of fuzzed.filter(({ method }) => method === 'GET')) {
      for (const text of [TRAVERSALS[0], TRAVERSALS[3], '/proc/self/environ', file].map((one) =>
        encodeURIComponent(one ?? ''),
      )) {
        const address = `${addressOf(endpoint)}?${names.map((name) => `${name}=${text}`).join('&')}`;
        const found = complaint(await asRoot('GET', address));
        if (found !== null) complaints.push(`${address}: ${found}`);
      }
    }
    expect(complaints).toEqual([]);
  }, 120_000);

  test('what is stored is a name and never a place: paths of items are refused unless they are paths of items', async () => {
    const paths = [
      '../../etc/passwd',
      '/etc/passwd',
      'u/root/../../x',
      'u/root/a\u0000b',
      'u/root/a\\b',
      'C:\\x',
      'u//x',
      'f/x',
      '',
      '.',
      'u/root/./x',
    ];
    for (const item of paths) {
      const script = await asRoot(
        'POST',
        '/api/w/lab/scripts/create',
        JSON.stringify({ path: item, language: 'bash', content: 'true', lock: '' }),
      );
      const variable = await asRoot('POST', '/api/w/lab/variables/create', JSON.stringify({ path: item, value: 'x' }));
      const resource = await asRoot(
        'POST',
        '/api/w/lab/resources/create',
        JSON.stringify({ path: item, value: {}, resource_type: 'any' }),
      );
      expect([item, script.status, variable.status, resource.status]).toEqual([item, 400, 400, 400]);
    }
  });
});

describe('UNAUTH 6, T-AUTHPATH, T-MW', () => {
  const guarded = fuzzed.filter((endpoint) => endpoint.access !== 'public');

  /** Ways to say an address that filters elsewhere took for another one. */
  const disguises: Readonly<Record<string, (address: string) => string>> = {
    'as it is': (address) => address,
    'a suffix that was public elsewhere': (address) => `${address}/configs`,
    'a double slash': (address) => address.replace('/api/', '/api//'),
    'a slash at the end': (address) => `${address}/`,
    'a semicolon': (address) => `${address};.css`,
    'a file ending': (address) => `${address}.json`,
    'an encoded slash': (address) => address.replace('/api/', '/api%2f'),
    'a dot segment': (address) => address.replace('/api/', '/api/health/../'),
    'an encoded dot segment': (address) => address.replace('/api/', '/api/health/%2e%2e/'),
    'capital letters': (address) => address.replace('/api/', '/API/'),
    'Next’s data folder': (address) => `/_next/data/x${address}.json`,
    'a fragment': (address) => `${address}%23`,
    'a question mark': (address) => `${address}?/api/health`,
  };
  const spoofs: readonly Record<string, string>[] = [
    { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
    { 'x-middleware-subrequest': 'src/middleware' },
    { 'x-original-url': '/api/health', 'x-rewrite-url': '/api/health' },
    { 'x-http-method-override': 'GET', 'x-method-override': 'GET' },
    { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' },
    { 'x-forwarded-user': 'root', 'x-remote-user': 'root', 'x-fantail-page': '1' },
    { rsc: '1', 'next-router-prefetch': '1', 'next-router-state-tree': '%5B%22%22%5D' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer null' },
    { authorization: 'Basic cm9vdDpyb290' },
    { cookie: 'token=; fantail.session=x; next-auth.session-token=x' },
  ];

  test('nobody gets anything without a credential, however he says the address', async () => {
    const let_in: string[] = [];
    for (const endpoint of guarded) {
      for (const [name, disguise] of Object.entries(disguises)) {
        const address = disguise(addressOf(endpoint));
        const answer = await rawRequest(api.base, { method: endpoint.method, path: address });
        if (![401, 403, 404, 400, 405].includes(answer.status))
          let_in.push(`${name}: ${endpoint.method} ${address} ${answer.status}`);
      }
    }
    expect(let_in).toEqual([]);
  }, 120_000);

  test('nor with the headers that opened doors elsewhere', async () => {
    const let_in: string[] = [];
    for (const endpoint of guarded) {
      for (const headers of spoofs) {
        const answer = await rawRequest(api.base, { method: endpoint.method, path: addressOf(endpoint), headers });
        if (answer.status !== 401)
          let_in.push(`${endpoint.method} ${endpoint.path} ${JSON.stringify(headers)} ${answer.status}`);
      }
    }
    expect(let_in).toEqual([]);
  }, 120_000);

  test('items that are named like public addresses are as closed as others', async () => {
    for (const name of ['configs', 'login', 'healthz', 'health', 'version', '_next', 'api', 'public', 'favicon_ico']) {
      const item = `u/root/${name}`;
      const made = await asRoot(
        'POST',
        '/api/w/lab/variables/create',
        JSON.stringify({ path: item, value: 'closed-value' }),
      );
      expect(made.status).toBe(201);
      for (const where of [
        `variables/get/${item}`,
        `variables/get_value/${item}`,
        `resources/get/${item}`,
        `scripts/get/p/${item}`,
      ]) {
        const answer = await rawRequest(api.base, { path: `/api/w/lab/${where}` });
        expect([where, answer.status, answer.body.includes('closed-value')]).toEqual([where, 401, false]);
      }
    }
  });
});

describe('T-FAILCLOSED', () => {
  const asToken = async (token: string) =>
    (await rawRequest(api.base, { path: '/api/w/lab/scripts/list', headers: { authorization: `Bearer ${token}` } }))
      .status;

  test('a token whose owner is gone, off, or never was, is nobody’s', async () => {
    const eve = await makePerson('eve');
    await rows("INSERT INTO member (workspace_id, user_id, role) VALUES ('lab', $1::uuid, 'developer')", [eve.id]);
    expect(await asToken(eve.token)).toBe(200);
    await rows('UPDATE user_account SET disabled_at = now() WHERE id = $1::uuid', [eve.id]);
    expect(await asToken(eve.token)).toBe(401);
    await rows('UPDATE user_account SET disabled_at = NULL WHERE id = $1::uuid', [eve.id]);
    await rows("UPDATE member SET role = 'emperor' WHERE user_id = $1::uuid", [eve.id]).catch(() => {});
    expect(await asToken(eve.token)).not.toBe(500);
    await rows('DELETE FROM member WHERE user_id = $1::uuid', [eve.id]);
    expect(await asToken(eve.token)).toBe(404);
  });

  test('unknown kinds of tokens, job tokens of no running job, and tokens with a scope nobody knows', async () => {
    const id = '01890000-0000-7000-8000-000000000001';
    for (const token of [
      'ftl_x_y',
      'ftj_x_y',
      `ftj_${id}_${'A'.repeat(43)}`,
      'ftx_a_b',
      'wm_token',
      `${root.token}x`,
      root.token.slice(0, -1),
    ]) {
      expect([token, await asToken(token)]).toEqual([token, 401]);
    }
    const made = await asRoot('POST', '/api/users/tokens/create', JSON.stringify({ scopes: ['script:read'] }));
    await rows("UPDATE api_token SET scopes = '{fly:away}' WHERE prefix = $1", [made.body.split('_')[1]]);
    expect(await asToken(made.body)).toBe(403);
  });
});
