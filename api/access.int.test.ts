import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { findActor } from '@/core/access/queries';
import { createToken } from '@/core/access/token/commands';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;
let ann: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  [root, ann, bob] = [await makePerson('root'), await makePerson('ann'), await makePerson('bob')];
  await makeWorkspace('demo', root, [
    [ann, 'developer'],
    [bob, 'operator'],
  ]);
  await makeWorkspace('other', await makePerson('stranger'));
  await api.as(root)('POST', '/w/demo/groups/create', { name: 'ops' });
  await api.as(root)('POST', '/w/demo/groups/adduser/ops', { username: 'ann' });
  await api.as(root)('POST', '/w/demo/folders/create', { name: 'team', writers: ['g/ops'], viewers: ['g/all'] });
});

afterAll(async () => {
  expect(api.errors).toEqual([]);
  await api.close();
  await database.drop();
});

const answer = z.object({
  is_allowed: z.boolean(),
  decided_by: z.object({ sentence: z.string() }),
  remedy: z.string(),
});

async function ask(person: TestPerson, subject: string, action: string, path?: string) {
  const query = new URLSearchParams({ subject, action, ...(path === undefined ? {} : { path }) });
  const response = await api.as(person)('GET', `/w/demo/access/explain?${query}`);
  if (response.status !== 200) return { status: response.status, text: await response.text() };
  const { is_allowed, decided_by, remedy } = answer.parse(await response.json());
  return { status: 200, isAllowed: is_allowed, sentence: decided_by.sentence, remedy };
}

test('an administrator asks about people, groups and tokens; the answer is what then happens', async () => {
  expect(await ask(root, 'u/ann', 'resource:write', 'f/team/db')).toMatchObject({
    isAllowed: true,
    sentence: expect.stringContaining('member of the group ops, which is a writer of the folder f/team'),
  });
  const resource = { path: 'f/team/db', value: {}, resource_type: 'any' };
  expect((await api.as(ann)('POST', '/w/demo/resources/create', resource)).status).toBe(201);
  expect(await ask(root, 'u/bob', 'resource:read', 'f/team/db')).toMatchObject({
    isAllowed: false,
    sentence: expect.stringContaining('bob is operator'),
    remedy: expect.stringContaining('Members'),
  });
  expect((await api.as(bob)('GET', '/w/demo/resources/get/f/team/db')).status).toBe(403);
  expect(await ask(root, 'g/ops', 'resource:write', 'f/team/db')).toMatchObject({ isAllowed: true });
  expect(await ask(root, 'g/ops', 'resource:read', 'u/ann/db')).toMatchObject({ isAllowed: false });

  const actor = await findActor({ kind: 'token', text: ann.token }, null);
  const input = { label: 'ci', scopes: ['resource:read:f/team/*'], expiresAtMs: undefined, workspaceId: 'demo' };
  const token = await createToken({ ...actor, scopes: null, via: 'session' }, input, Date.now());
  const prefix = token.split('_')[1] ?? '';
  expect(await ask(root, `token/${prefix}`, 'resource:write', 'f/team/db')).toMatchObject({
    isAllowed: false,
    sentence: expect.stringContaining('do not include resource:write'),
  });
  expect(await ask(ann, `token/${prefix}`, 'resource:read', 'f/team/db')).toMatchObject({ isAllowed: true });
  expect((await api.as(ann)('DELETE', `/users/tokens/delete/${prefix}`)).status).toBe(200);
  expect(await ask(ann, `token/${prefix}`, 'resource:read', 'f/team/db')).toMatchObject({
    isAllowed: false,
    sentence: 'The token has expired or was revoked.',
  });
});

test('others ask about themselves only, and strangers do not exist', async () => {
  expect(await ask(ann, 'u/ann', 'script:write', 'f/team/x')).toMatchObject({ isAllowed: true });
  expect((await ask(ann, 'u/bob', 'script:write', 'f/team/x')).status).toBe(403);
  expect((await ask(ann, 'g/ops', 'script:write', 'f/team/x')).status).toBe(403);
  expect((await ask(root, 'u/stranger', 'script:write', 'f/team/x')).status).toBe(404);
  expect((await ask(root, 'u/nobody', 'script:write', 'f/team/x')).status).toBe(404);
  expect((await ask(root, 'x/ann', 'script:write')).status).toBe(400);
  expect((await ask(root, 'u/ann', 'script:fly')).status).toBe(400);
  const subjects = async (person: TestPerson) =>
    z
      .array(z.object({ subject: z.string() }))
      .parse(await (await api.as(person)('GET', '/w/demo/access/subjects')).json())
      .map(({ subject }) => subject)
      .filter((subject) => !subject.startsWith('token/'));
  expect(await subjects(root)).toEqual(['g/all', 'g/ops', 'u/ann', 'u/bob', 'u/root']);
  expect(await subjects(bob)).toEqual(['u/bob']);
});

test('whoever is switched off may do nothing, and that is the answer', async () => {
  await api.as(root)('PATCH', '/w/demo/members/bob', { isDisabled: true });
  expect(await ask(root, 'u/bob', 'script:run', 'f/team/x')).toMatchObject({
    isAllowed: false,
    sentence: 'bob is switched off in this workspace.',
  });
});
