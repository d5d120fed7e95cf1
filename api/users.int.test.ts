import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '@/core/access/session/commands';
import type { PersonEntry } from '@/core/access/user/model';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { sessionCookieName } from '@/core/platform/session-cookie';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;
let ann: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  root = await makePerson('root', { isInstanceAdmin: true });
  ann = await makePerson('ann', { password: 'battery staple' });
  await makeWorkspace('demo', ann);
});

afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

const people = async (query = ''): Promise<PersonEntry[]> => (await api.as(root)('GET', `/people${query}`)).json();

/** A signed-in browser's request for who it is. */
async function browserOf(person: TestPerson): Promise<() => Promise<number>> {
  const sessionId = await openSession(person.id, 'a test browser');
  const token = await encode({ token: { sessionId }, secret: env().NEXTAUTH_SECRET });
  const headers = { cookie: `${sessionCookieName()}=${token}` };
  return async () => (await fetch(`${api.base}/api/users/whoami`, { headers })).status;
}

describe('the list of people', () => {
  test('tells how each stands, to instance administrators alone', async () => {
    await browserOf(ann);
    const found = (await people('?search=ann'))[0];
    expect(found).toMatchObject({
      email: 'ann@example.com',
      isInstanceAdmin: false,
      isDisabled: false,
      isInvited: false,
      hasPassword: true,
      workspaceCount: 1,
      sessionCount: 1,
    });
    expect(JSON.stringify(found)).not.toMatch(/hash|scrypt/i);
    expect((await api.as(ann)('GET', '/people')).status).toBe(403);
  });

  test('is read part by part, by e-mail, and searched literally', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await makePerson(name);
    const first = await people('?search=page-&per_page=2');
    expect(first.map(({ username }) => username)).toEqual(['page-a', 'page-b']);
    const second = await people(`?search=page-&per_page=2&after=${first[1]?.email}`);
    expect(second.map(({ username }) => username)).toEqual(['page-c']);
    expect(await people('?search=%25')).toEqual([]);
  });
});

describe('an invitation', () => {
  const invite = (body: object) => api.as(root)('POST', '/people', body);

  test('makes an account that waits, and a link that works once', async () => {
    const made = await invite({ email: 'New@Example.com', name: 'New One' });
    expect(made.status).toBe(201);
    const { inviteUrl } = await made.json();
    expect((await people('?search=new@'))[0]).toMatchObject({ name: 'New One', isInvited: true, workspaceCount: 0 });
    const join = () =>
      api.as(null)('POST', '/auth/join', {
        token: inviteUrl.split('/join/')[1],
        name: 'New One',
        password: 'a long password',
      });
    expect((await join()).status).toBe(201);
    expect((await join()).status).toBe(404);
    expect((await people('?search=new@'))[0]).toMatchObject({ isInvited: false, isInstanceAdmin: false });
    const audit = await rows<{ text: string }>(`SELECT row_to_json(a)::text AS text FROM audit a`);
    expect(audit.map(({ text }) => text).join('\n')).not.toContain(inviteUrl.split('/join/')[1]);
  });

  test('may make an instance administrator, and is refused for whoever has an account', async () => {
    expect((await invite({ email: 'boss@example.com', isInstanceAdmin: true })).status).toBe(201);
    expect((await people('?search=boss'))[0]).toMatchObject({ isInstanceAdmin: true, isInvited: true });
    expect((await invite({ email: 'ann@example.com', isInstanceAdmin: true })).status).toBe(409);
    expect((await people('?search=ann@'))[0]).toMatchObject({ isInstanceAdmin: false });
    expect((await invite({ email: 'nothing' })).status).toBe(400);
    expect((await api.as(ann)('POST', '/people', { email: 'x@example.com' })).status).toBe(403);
  });
});

describe('an account', () => {
  const update = (person: TestPerson, body: object, by = root) =>
    api.as(by)('POST', `/users/update/${person.email}`, body);

  test('that is switched off is signed out at once, and its sessions stay dead when it is on again', async () => {
    const bob = await makePerson('bob');
    const ask = await browserOf(bob);
    expect(await ask()).toBe(200);
    expect((await update(bob, { disabled: true })).status).toBe(200);
    expect(await ask()).toBe(401);
    expect((await api.as(bob)('GET', '/users/whoami')).status).toBe(401);
    expect((await people('?search=bob'))[0]).toMatchObject({ isDisabled: true, sessionCount: 0 });
    expect((await api.as(root)('POST', `/users/password_link/${bob.email}`)).status).toBe(404);
    expect((await update(bob, { disabled: false })).status).toBe(200);
    expect(await ask()).toBe(401);
    expect((await api.as(bob)('GET', '/users/whoami')).status).toBe(200);
  });

  test('becomes instance administrator and stops being one with the next request', async () => {
    const cai = await makePerson('cai');
    expect((await api.as(cai)('GET', '/people')).status).toBe(403);
    await update(cai, { is_super_admin: true });
    expect((await api.as(cai)('GET', '/people')).status).toBe(200);
    await update(cai, { is_super_admin: false });
    expect((await api.as(cai)('GET', '/people')).status).toBe(403);
  });

  test('cannot be switched off by its own owner, on either way', async () => {
    for (const answer of [
      await update(root, { disabled: true }),
      await api.as(root)('DELETE', `/users/delete/${root.email}`),
    ]) {
      expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('your own account')]);
    }
    expect((await api.as(root)('GET', '/users/whoami')).status).toBe(200);
  });
});

test('nothing unforeseen happened on the way here', () => {
  expect(api.errors).toEqual([]);
});
