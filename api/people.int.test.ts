import http from 'node:http';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '@/core/access/session/commands';
import { setPersonDisabled } from '@/core/access/user/commands';
import { flushAudit } from '@/core/audit/commands';
import { FantailError } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { sessionCookieName } from '@/core/platform/session-cookie';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { sse } from './answer';
import { defineEndpoint } from './endpoint';
import { sendEvents } from './sse';

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;
let ann: TestPerson;
let dev: TestPerson;
let op: TestPerson;
let stranger: TestPerson;

const ticks = defineEndpoint({
  method: 'GET',
  path: '/w/:workspace/test/ticks',
  access: 'job:read',
  handler: () =>
    sse(async function* (signal) {
      yield { data: 'started' };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }),
});

beforeAll(async () => {
  database = await testDatabase();
  // The tests come from the loopback, so they are a proxy's requests where they name somebody.
  process.env.TRUSTED_PROXIES = '127.0.0.1';
  api = await startApi([ticks]);
  root = await makePerson('root', { isInstanceAdmin: true, password: 'correct horse' });
  ann = await makePerson('ann', { password: 'battery staple' });
  dev = await makePerson('dev');
  op = await makePerson('op');
  stranger = await makePerson('stranger');
  await makeWorkspace('demo', ann, [
    [dev, 'developer'],
    [op, 'operator'],
  ]);
});

afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

/** The cookie that next-auth gives a browser that has signed in. */
async function cookieOf(person: TestPerson): Promise<{ cookie: string; sessionId: string }> {
  const sessionId = await openSession(person.id, 'a test browser');
  const token = await encode({ token: { sessionId }, secret: env().NEXTAUTH_SECRET });
  return { cookie: `${sessionCookieName()}=${token}`, sessionId };
}

const auditOf = async (object: string) => {
  await flushAudit();
  return rows<{ actor: string; outcome: string; action: string }>(
    'SELECT actor, outcome, action FROM audit WHERE object = $1 ORDER BY id',
    [object],
  );
};

describe('the handshake of official clients', () => {
  test('version, whoami, workspaces', async () => {
    expect(await (await api.as(null)('GET', '/version')).text()).toMatch(/^CE v1\.819\.0-fantail\.\d/);
    expect(await (await api.as(null)('GET', '/health')).json()).toEqual({ status: 'ok', database: 'up' });
    expect((await fetch(`${api.base}/healthz`)).status).toBe(200);
    expect(await (await api.as(ann)('GET', '/users/whoami')).json()).toMatchObject({
      email: 'ann@example.com',
      super_admin: false,
      username: 'ann',
    });
    expect(await (await api.as(op)('GET', '/w/demo/users/whoami')).json()).toMatchObject({
      username: 'op',
      operator: true,
      is_admin: false,
      groups: ['all'],
    });
    expect(await (await api.as(ann)('POST', '/workspaces/exists', { id: 'demo' })).json()).toBe(true);
    expect(await (await api.as(stranger)('POST', '/workspaces/exists', { id: 'demo' })).json()).toBe(false);
    expect(await (await api.as(dev)('GET', '/workspaces/list')).json()).toEqual([
      { id: 'demo', name: 'demo', owner: 'ann@example.com' },
    ]);
    expect(await (await api.as(dev)('GET', '/workspaces/users')).json()).toMatchObject({
      workspaces: [{ id: 'demo', username: 'dev' }],
    });
  });

  test('a workspace of others does not exist; an instance administrator enters each', async () => {
    const answer = await api.as(stranger)('GET', '/w/demo/users/whoami');
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('not a member')]);
    expect((await api.as(stranger)('GET', '/w/nothing/users/whoami')).status).toBe(404);
    expect(await (await api.as(root)('GET', '/w/demo/users/whoami')).json()).toMatchObject({
      is_admin: true,
      is_super_admin: true,
    });
  });

  test('the token comes as header or cookie, in the query only where that is allowed', async () => {
    const url = `${api.base}/api/users/whoami`;
    expect((await fetch(url, { headers: { cookie: `token=${ann.token}` } })).status).toBe(200);
    expect((await fetch(`${url}?token=${ann.token}`)).status).toBe(401);
  });
});

describe('LOGIN', () => {
  const login = (email: string, password: string) => api.as(null)('POST', '/auth/login', { email, password });

  test('e-mail and password answer a token as text', async () => {
    const answer = await login('Ann@Example.com ', 'battery staple');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    const token = await answer.text();
    expect(token).toMatch(/^ftl_/);
    expect((await api.as({ ...ann, token })('GET', '/users/whoami')).status).toBe(200);
  });

  test('an unknown person gets the same answer after about the same time', async () => {
    const once = async (email: string) => {
      const start = performance.now();
      const answer = await login(email, 'wrong password');
      return { ms: performance.now() - start, status: answer.status, sentence: await answer.text() };
    };
    // The quickest of three, in turns: what else the machine does makes single ones slower.
    const [known, unknown] = [await once('root@example.com'), await once('nobody@example.com')];
    for (let round = 0; round < 2; round += 1) {
      known.ms = Math.min(known.ms, (await once('root@example.com')).ms);
      unknown.ms = Math.min(unknown.ms, (await once('nobody@example.com')).ms);
    }
    expect({ ...unknown, ms: 0 }).toEqual({ ...known, ms: 0 });
    expect(known.status).toBe(401);
    expect(unknown.ms / known.ms).toBeGreaterThan(0.5);
    expect(unknown.ms / known.ms).toBeLessThan(2);
  });

  test('guessing stops after five wrong passwords, also in parallel, and locks nobody else out', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => login('dev@example.com', 'a guess')));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect(count(401)).toBeLessThanOrEqual(6);
    expect(count(401) + count(429)).toBe(20);
    expect(answers.find((answer) => answer.status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await login('ann@example.com', 'battery staple')).status).toBe(200);
    // From elsewhere the same account can still be signed in to.
    const { signInWithPassword } = await import('@/core/access/sign-in/commands');
    await expect(
      signInWithPassword({ email: 'root@example.com', password: 'correct horse', ip: '192.0.2.7' }),
    ).resolves.toMatchObject({
      username: 'root',
    });
  });

  test('behind a proxy each caller has limits of his own, whatever he claims, and his address in the audit', async () => {
    const from = (forwarded: string, password: string) =>
      api.as(null)('POST', '/auth/login', { email: 'op@example.com', password }, { 'x-forwarded-for': forwarded });
    const guesses = Array.from({ length: 20 }, (_, guess) => from(`192.0.2.${guess}, 198.51.100.9`, 'a guess'));
    expect((await Promise.all(guesses)).map((answer) => answer.status)).toContain(429);
    expect((await from('198.51.100.9, 198.51.100.10', 'a guess')).status).toBe(401);
    await flushAudit();
    const found = await rows<{ ip: string }>(
      `SELECT DISTINCT ip FROM audit WHERE action = 'sign-in' AND object = 'op@example.com' ORDER BY ip`,
    );
    expect(found.map((line) => line.ip)).toEqual(['198.51.100.10', '198.51.100.9']);
  });

  test('each attempt is in the audit, without the password', async () => {
    const found = await rows<{ line: string }>(
      `SELECT row_to_json(a)::text AS line FROM audit a WHERE action = 'sign-in'`,
    );
    expect(found.length).toBeGreaterThan(5);
    for (const { line } of found) expect(line).not.toMatch(/battery staple|wrong password|a guess/);
  });
});

describe('CSRF', () => {
  const mutate = async (headers: Record<string, string>) =>
    (
      await fetch(`${api.base}/api/users/profile`, {
        method: 'POST',
        body: '{"name":"Ann"}',
        headers: { 'content-type': 'application/json', ...headers },
      })
    ).status;

  test('a signed-in browser changes things only from our own pages', async () => {
    const { cookie } = await cookieOf(ann);
    expect(await mutate({ cookie })).toBe(403);
    expect(await mutate({ cookie, origin: 'null' })).toBe(403);
    expect(await mutate({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await mutate({ cookie, origin: 'http://localhost:8000.evil.example' })).toBe(403);
    expect(await mutate({ cookie: `token=${ann.token}`, origin: 'https://evil.example' })).toBe(403);
    expect(await mutate({ cookie, origin: 'http://localhost:8000' })).toBe(200);
    expect(await mutate({ cookie, origin: api.base })).toBe(200);
    expect(await mutate({ authorization: `Bearer ${ann.token}` })).toBe(200);
  });

  test('refused attempts are in the audit', async () => {
    const lines = await auditOf('/users/profile');
    expect(lines.filter((line) => line.outcome === 'refused')).toHaveLength(5);
    expect(lines.filter((line) => line.outcome === 'done').every((line) => line.actor === 'ann')).toBe(true);
  });
});

describe('HOST', () => {
  test('links are made from BASE_URL, whatever Host says', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const request = http.request(
        `${api.base}/api/w/demo/members`,
        {
          method: 'POST',
          headers: {
            host: 'evil.example',
            'x-forwarded-host': 'evil.example',
            authorization: `Bearer ${ann.token}`,
            'content-type': 'application/json',
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += chunk));
          response.on('end', () => resolve(text));
        },
      );
      request.on('error', reject);
      request.end('{"email":"host@example.com","role":"operator"}');
    });
    expect(JSON.parse(answer).inviteUrl).toMatch(/^http:\/\/localhost:8000\/join\//);
  });
});

describe('REVOKE', () => {
  const status = async (person: TestPerson, path = '/users/whoami') => (await api.as(person)('GET', path)).status;

  test('a revoked or expired token stops at once', async () => {
    const token = await (await api.as(dev)('POST', '/users/tokens/create', { label: 'ci' })).text();
    const holder = { ...dev, token };
    expect(await status(holder)).toBe(200);
    const prefix = token.split('_')[1];
    expect(await (await api.as(dev)('GET', '/users/tokens/list')).json()).toEqual(
      expect.arrayContaining([expect.objectContaining({ token_prefix: prefix, label: 'ci' })]),
    );
    expect((await api.as(ann)('DELETE', `/users/tokens/delete/${prefix}`)).status).toBe(404);
    expect((await api.as(dev)('DELETE', `/users/tokens/delete/${prefix}`)).status).toBe(200);
    expect(await status(holder)).toBe(401);
    const second = { ...dev, token: await (await api.as(dev)('POST', '/users/tokens/create')).text() };
    expect(await status(second)).toBe(200);
    await rows('UPDATE api_token SET expires_at = now() WHERE prefix = $1', [second.token.split('_')[1]]);
    expect(await status(second)).toBe(401);
  });

  test('the secret counts, not the prefix', async () => {
    expect(await status({ ...dev, token: `${dev.token.slice(0, -1)}${dev.token.endsWith('A') ? 'B' : 'A'}` })).toBe(
      401,
    );
  });

  test('an ended session stops at once; so does an idle one', async () => {
    const who = async (cookie: string) => (await fetch(`${api.base}/api/users/whoami`, { headers: { cookie } })).status;
    const [first, second] = [await cookieOf(ann), await cookieOf(ann)];
    expect([await who(first.cookie), await who(second.cookie)]).toEqual([200, 200]);
    const ended = await fetch(`${api.base}/api/users/sessions/end_others`, {
      method: 'POST',
      headers: { cookie: first.cookie, origin: 'http://localhost:8000' },
    });
    expect(ended.status).toBe(200);
    expect([await who(first.cookie), await who(second.cookie)]).toEqual([200, 401]);
    await rows(`UPDATE session SET last_seen_at = now() - interval '13 hours' WHERE user_id = $1`, [ann.id]);
    expect(await who(first.cookie)).toBe(401);
  });

  test('a disabled person, a removed member and an open stream', async () => {
    const leaver = await makePerson('leaver');
    await api.as(ann)('POST', '/w/demo/members', { email: leaver.email, role: 'developer' });
    const bound = await (await api.as(leaver)('POST', '/users/tokens/create', { workspace_id: 'demo' })).text();
    expect(await status(leaver, '/w/demo/users/whoami')).toBe(200);
    expect(await status({ ...leaver, token: bound }, '/w/demo/users/whoami')).toBe(200);
    expect((await api.as(ann)('DELETE', '/w/demo/members/leaver')).status).toBe(200);
    expect(await status(leaver, '/w/demo/users/whoami')).toBe(404);
    expect(await status({ ...leaver, token: bound }, '/w/demo/users/whoami')).toBe(401);
    expect(await status(leaver)).toBe(200);
    await setPersonDisabled(leaver.id, true);
    expect(await status(leaver)).toBe(401);
  });

  test('a stream ends when its reader loses his rights', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(200);
      let asked = 0;
      void sendEvents(
        response,
        {
          events: async function* (signal) {
            yield { data: 1 };
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          },
        },
        new AbortController().signal,
        {
          askAgainMs: 5,
          keepAliveMs: 3,
          askAgain: async () => {
            asked += 1;
            if (asked > 2) throw new FantailError('forbidden', 'no rights');
          },
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const text = await (await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)).text();
    expect(text).toMatch(/^data: 1\n\n(: still here\n\n)*event: closed\n/);
    server.close();
  });
});

describe('tokens', () => {
  const create = async (person: TestPerson, body: unknown) => {
    const answer = await api.as(person)('POST', '/users/tokens/create', body);
    return { status: answer.status, text: await answer.text() };
  };

  test('are never wider or longer-lived than what made them', async () => {
    const narrow = await create(dev, { scopes: ['token:manage', 'script:run:f/a/*'], workspace_id: 'demo' });
    expect(narrow.status).toBe(201);
    const holder = { ...dev, token: narrow.text };
    expect((await create(holder, { scopes: ['script:run:f/a/b'] })).status).toBe(201);
    expect((await create(holder, { scopes: ['script:run'] })).status).toBe(403);
    expect((await create(holder, { scopes: ['script:write'] })).status).toBe(403);
    expect((await create(holder, { workspace_id: 'other' })).status).toBe(403);
    const child = await create(holder, { expiration: new Date(Date.now() + 300 * 86_400_000).toISOString() });
    const found = await rows<{ prefix: string; scopes: string[]; expires_at: Date }>(
      'SELECT prefix, scopes, expires_at FROM api_token WHERE prefix = ANY ($1)',
      [[narrow.text.split('_')[1], child.text.split('_')[1]]],
    );
    expect(found).toHaveLength(2);
    expect(found[0]?.scopes).toEqual(found[1]?.scopes);
    expect(found[0]?.expires_at).toEqual(found[1]?.expires_at);
  });

  test('end within a year and are refused when they make no sense', async () => {
    const long = await create(dev, { expiration: '2100-01-01T00:00:00Z' });
    const found = await rows<{ days: number }>(
      `SELECT extract(epoch FROM expires_at - now())::float8 / 86400 AS days FROM api_token WHERE prefix = $1`,
      [long.text.split('_')[1]],
    );
    expect(found[0]?.days).toBeLessThanOrEqual(365);
    expect((await create(dev, { expiration: '2020-01-01T00:00:00Z' })).status).toBe(400);
    expect((await create(dev, { scopes: ['fly'] })).status).toBe(400);
    expect((await create(dev, { workspace_id: 'nothing' })).status).toBe(400);
  });

  test('of one workspace open no other, and none of the server', async () => {
    await makeWorkspace('other', root);
    const limited = { ...root, token: (await create(root, { workspace_id: 'demo' })).text };
    expect((await api.as(limited)('GET', '/w/demo/users/whoami')).status).toBe(200);
    expect((await api.as(limited)('GET', '/w/other/users/whoami')).status).toBe(403);
    expect(await (await api.as(limited)('GET', '/workspaces/list')).json()).toHaveLength(1);
    expect((await api.as(limited)('GET', '/users/list_as_super_admin')).status).toBe(403);
  });

  test('and session ids are stored as hashes only', async () => {
    const { sessionId } = await cookieOf(ann);
    const { text } = await create(ann, {});
    const dump = await rows<{ line: string }>(
      `SELECT row_to_json(t)::text AS line FROM api_token t UNION ALL SELECT row_to_json(s)::text FROM session s
       UNION ALL SELECT row_to_json(u)::text FROM user_account u UNION ALL SELECT row_to_json(a)::text FROM audit a`,
    );
    const all = dump.map((row) => row.line).join('\n');
    for (const secret of [sessionId, text.split('_').slice(2).join('_'), 'battery staple'])
      expect(all).not.toContain(secret);
  });
});

describe('members', () => {
  test('roles limit what can be done, and the refusal says why', async () => {
    const add = (person: TestPerson) =>
      api.as(person)('POST', '/w/demo/members', { email: 'new@example.com', role: 'operator' });
    for (const person of [op, dev]) {
      const answer = await add(person);
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('you need to be admin')]);
    }
    expect((await add(ann)).status).toBe(201);
    expect((await add(ann)).status).toBe(409);
    const outcomes = (await auditOf('new@example.com')).map((line) => [line.actor, line.outcome]);
    expect(outcomes).toContainEqual(['ann', 'done']);
  });

  test('the last administrator stays, also when two are removed at once', async () => {
    await makeWorkspace('pair', ann, [[dev, 'admin']]);
    const answers = await Promise.all([
      api.as(ann)('DELETE', '/w/pair/members/dev'),
      api.as(dev)('DELETE', '/w/pair/members/ann'),
    ]);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    const [last] = await rows<{ username: string }>(
      `SELECT username FROM member JOIN user_account ON id = user_id WHERE workspace_id = 'pair'`,
    );
    const name = last?.username ?? '';
    const by = name === 'ann' ? ann : dev;
    expect((await api.as(by)('DELETE', `/w/pair/members/${name}`)).status).toBe(409);
    expect((await api.as(by)('PATCH', `/w/pair/members/${name}`, { role: 'operator' })).status).toBe(409);
    expect((await api.as(by)('PATCH', `/w/pair/members/${name}`, { isDisabled: true })).status).toBe(409);
  });

  test('an invitation sets the password once', async () => {
    const added = await (
      await api.as(ann)('POST', '/w/demo/members', { email: 'guest@example.com', role: 'developer' })
    ).json();
    const token = added.inviteUrl.split('/join/')[1];
    const join = (body: object) =>
      api.as(null)('POST', '/auth/join', { token, name: 'Guest', password: 'a long password', ...body });
    expect((await join({ token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` })).status).toBe(404);
    expect((await join({ password: 'short' })).status).toBe(400);
    expect((await join({})).status).toBe(201);
    expect((await join({ password: 'another password' })).status).toBe(404);
    const login = await api.as(null)('POST', '/auth/login', {
      email: 'guest@example.com',
      password: 'a long password',
    });
    expect(login.status).toBe(200);
    // The link is worth an account: nobody but an instance administrator makes one for somebody who has one.
    expect((await api.as(ann)('POST', '/w/demo/members/guest/invite_link')).status).toBe(403);
    expect((await api.as(root)('POST', '/w/demo/members/guest/invite_link')).status).toBe(200);
  });
});

describe('folders and groups', () => {
  test('a folder gives rights to people and groups', async () => {
    expect((await api.as(op)('POST', '/w/demo/folders/create', { name: 'team' })).status).toBe(403);
    const made = await api.as(dev)('POST', '/w/demo/folders/create', { name: 'team', extra_perms: { 'g/ops': false } });
    expect([made.status, made.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect((await api.as(op)('GET', '/w/demo/folders/get/team')).status).toBe(404);
    expect((await api.as(dev)('POST', '/w/demo/groups/create', { name: 'ops' })).status).toBe(403);
    expect((await api.as(ann)('POST', '/w/demo/groups/create', { name: 'dev' })).status).toBe(409);
    expect((await api.as(ann)('POST', '/w/demo/groups/create', { name: 'ops', summary: 'Operations' })).status).toBe(
      200,
    );
    expect((await api.as(dev)('POST', '/w/demo/groups/adduser/ops', { username: 'op' })).status).toBe(404);
    expect((await api.as(ann)('POST', '/w/demo/groups/adduser/ops', { username: 'op' })).status).toBe(200);
    expect(await (await api.as(op)('GET', '/w/demo/users/whoami')).json()).toMatchObject({
      groups: ['ops', 'all'],
      folders: [],
      folders_read: ['team'],
    });
    expect(await (await api.as(op)('GET', '/w/demo/folders/get/team')).json()).toMatchObject({
      owners: ['u/dev'],
      viewers: ['g/ops'],
      extra_perms: { 'u/dev': true, 'g/ops': false },
    });
    expect((await api.as(op)('POST', '/w/demo/folders/update/team', { summary: 'x' })).status).toBe(403);
    expect((await api.as(dev)('POST', '/w/demo/folders/update/team', { writers: ['u/op'] })).status).toBe(200);
    expect((await api.as(ann)('POST', '/w/demo/groups/removeuser/ops', { username: 'op' })).status).toBe(200);
    expect((await api.as(ann)('DELETE', '/w/demo/groups/delete/ops')).status).toBe(200);
    expect(await (await api.as(dev)('GET', '/w/demo/folders/get/team')).json()).toMatchObject({
      viewers: [],
      writers: ['u/op'],
    });
    expect((await api.as(dev)('DELETE', '/w/demo/folders/delete/team')).status).toBe(200);
    expect(await (await api.as(dev)('GET', '/w/demo/folders/list')).json()).toEqual([]);
  });
});

test('a folder over what exists already is made by an administrator only', async () => {
  const value = { modules: [] };
  await api.as(ann)('POST', '/w/demo/flows/create', { path: 'f/claimed/pay', summary: '', value });
  expect((await api.as(dev)('POST', '/w/demo/folders/create', { name: 'claimed' })).status).toBe(409);
  expect((await api.as(ann)('POST', '/w/demo/folders/create', { name: 'claimed' })).status).toBe(200);
});

describe('the audit', () => {
  test('is append only, and lists for administrators', async () => {
    await flushAudit();
    await expect(rows(`UPDATE audit SET actor = 'x'`)).rejects.toThrow(/append only/);
    await expect(rows('DELETE FROM audit')).rejects.toThrow(/append only/);
    expect((await api.as(dev)('GET', '/w/demo/audit/list')).status).toBe(403);
    const lines = await (await api.as(ann)('GET', '/w/demo/audit/list?per_page=5')).json();
    expect(lines).toHaveLength(5);
    expect(lines[0].id).toBeGreaterThan(lines[4].id);
    const older = await (await api.as(ann)('GET', `/w/demo/audit/list?per_page=5&before_id=${lines[4].id}`)).json();
    expect(older[0].id).toBeLessThan(lines[4].id);
  });

  test('nothing unforeseen happened on the way here', () => {
    expect(api.errors).toEqual([]);
  });
});
