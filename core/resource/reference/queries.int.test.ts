import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkspaceActor } from '@/core/access/model';
import { rows } from '@/core/platform/db';
import { createVariable } from '@/core/variable/commands';
import { type TestDatabase, testDatabase } from '@/test/database';
import { makeWorkspace } from '@/test/jobs';
import { createResource } from '../commands';
import { getResource, listResources } from '../queries';
import { createResourceType } from '../type/commands';
import { resolveReferences, variablesFor } from './queries';

let database: TestDatabase;

const actorNamed = (username: string, changes: Partial<WorkspaceActor> = {}): WorkspaceActor => ({
  userId: '01890000-0000-7000-8000-000000000001',
  email: `${username}@example.com`,
  username,
  isInstanceAdmin: false,
  workspaceId: 'lab',
  role: 'developer',
  groups: ['all'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'test',
  ...changes,
});

const ada = actorNamed('ada', { folders: { data: 'owner' } });
const root = actorNamed('root', { role: 'admin' });

const resolve = (args: unknown, actor = ada) =>
  resolveReferences(JSON.stringify(args), { workspaceId: 'lab', findActor: async () => actor });

const postgres = (password: string) => ({ host: 'localhost', user: 'postgres', dbname: 'shop', password });

beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace();
  const make = (path: string, resourceType: string, value: object | string) =>
    createResource(root, { path, resourceType, description: '', value: JSON.parse(JSON.stringify(value)) });
  await make('f/data/prod', 'postgresql', postgres('$var:f/data/word'));
  await make('g/all/shared', 'postgresql', postgres('shared-word'));
  await make('u/ada/twice', 'http', { url: 'http://a', token: 'one' });
  await make('f/data/twice', 'http', { url: 'http://b', token: 'two' });
  await make('u/bob/own', 'http', { url: 'http://c', token: 'three' });
  await make('u/ada/round', 'http', { url: '$res:u/ada/square' });
  await make('u/ada/square', 'http', { url: ['$res:u/ada/round'] });
  await createVariable(root, { path: 'f/data/word', value: 'deep-secret', isSecret: true, description: '' });
  await createVariable(root, { path: 'g/all/REGION', value: 'eu-central', isSecret: false, description: '' });
});
afterAll(() => database.drop());

describe('references in arguments', () => {
  test('are replaced wherever they stand, inside resources too, and their secrets are told', async () => {
    const { args, secrets } = await resolve({ db: '$res:prod', list: [{ region: '$var:REGION' }], plain: 'a $res:b' });
    expect(args).toEqual({ db: postgres('deep-secret'), list: [{ region: 'eu-central' }], plain: 'a $res:b' });
    expect(secrets).toEqual(['deep-secret']);
  });

  test('bare names mean g/all first', async () => {
    expect((await resolve({ db: '$res:shared' })).args).toEqual({ db: postgres('shared-word') });
  });

  test('an ambiguous name lists what it could be', async () => {
    await expect(resolve({ a: '$res:twice' })).rejects.toThrow('could be any of f/data/twice, u/ada/twice');
  });

  test('what the run-as identity may not read does not exist for it', async () => {
    await expect(resolve({ a: '$res:u/bob/own' })).rejects.toThrow('no resource u/bob/own that u/ada may read');
    await expect(resolve({ a: '$res:own' })).rejects.toThrow('no resource own that u/ada may read');
    expect((await resolve({ a: '$res:own' }, root)).args).toEqual({ a: { url: 'http://c', token: 'three' } });
  });

  test('an operator gets a value in his job, not by himself', async () => {
    const operator = actorNamed('ada', { role: 'operator', folders: { data: 'viewer' } });
    await expect(resolve({ a: '$res:f/data/twice' }, operator)).rejects.toThrow('may read');
    const job = { ...operator, via: 'job' as const };
    expect((await resolve({ a: '$res:f/data/twice' }, job)).args).toEqual({ a: { url: 'http://b', token: 'two' } });
  });

  test('a circle is refused with its way', async () => {
    await expect(resolve({ a: '$res:u/ada/round' })).rejects.toThrow(
      '$res:u/ada/round → $res:u/ada/square → $res:u/ada/round refers to itself',
    );
  });

  test('an escaped dollar is a dollar', async () => {
    const json = '{"a":"\\u0024var:REGION"}';
    const { args } = await resolveReferences(json, { workspaceId: 'lab', findActor: async () => ada });
    expect(args).toEqual({ a: 'eu-central' });
  });

  test('nobody is asked for rights when there is nothing to resolve', async () => {
    const findActor = () => Promise.reject(new Error('asked'));
    const { args } = await resolveReferences('{"a":1}', { workspaceId: 'lab', findActor });
    expect(args).toEqual({ a: 1 });
  });
});

test('values are ciphertext in the table, and bound to their row', async () => {
  const [row] = await rows<{ ciphertext: string }>("SELECT ciphertext FROM resource WHERE path = 'g/all/shared'");
  expect(Buffer.from(row?.ciphertext ?? '', 'base64').toString('latin1')).not.toContain('shared-word');
  await rows(`UPDATE resource SET ciphertext = (SELECT ciphertext FROM resource WHERE path = 'g/all/shared')
    WHERE path = 'u/bob/own'`);
  await expect(getResource(root, 'u/bob/own')).rejects.toThrow();
});

test('a list has no values, and only what the actor may know', async () => {
  const paths = (await listResources(ada, { page: 1, perPage: 50 })).map(({ path }) => path);
  expect(paths).toEqual(['f/data/prod', 'f/data/twice', 'g/all/shared', 'u/ada/round', 'u/ada/square', 'u/ada/twice']);
});

test('the same path twice is a conflict in words', async () => {
  const again = createResource(ada, { path: 'u/ada/twice', resourceType: 'http', description: '', value: {} });
  await expect(again).rejects.toThrow('u/ada/twice exists already');
});

test('a workspace may declare a type of its own', async () => {
  await createResourceType(ada, {
    name: 'crm',
    description: '',
    schema: { type: 'object', properties: {}, required: [] },
  });
  await expect(
    createResourceType(ada, { name: 'crm', description: '', schema: { type: 'object', properties: {}, required: [] } }),
  ).rejects.toThrow('exists already');
});

test('names that code leaves open are filled from the one variable of that name', async () => {
  const question = { workspaceId: 'lab', findActor: async () => root };
  await createVariable(root, { path: 'u/ada/TWICE', value: 'a', isSecret: true, description: '' });
  await createVariable(root, { path: 'f/data/TWICE', value: 'b', isSecret: true, description: '' });
  await createVariable(root, { path: 'f/data/HOOK', value: 'https://x', isSecret: true, description: '' });
  const filled = await variablesFor(['REGION', 'TWICE', 'HOOK', 'NOWHERE'], question);
  expect(filled).toEqual({ args: { REGION: 'eu-central', HOOK: 'https://x' }, secrets: ['https://x'] });
  expect(await variablesFor([], question)).toEqual({ args: {}, secrets: [] });
});
