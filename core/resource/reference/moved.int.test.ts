import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkspaceActor } from '@/core/access/model';
import { flushAudit } from '@/core/audit/commands';
import { ledgerFeed } from '@/core/ledger/live';
import { deleteVariable, updateVariable } from '@/core/variable/commands';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess, until } from '@/test/process';
import { updateResource } from '../commands';
import { resolveReferences } from './queries';

// What refers to a value by its old path, and could not be rewritten when it moved, goes on to find it.

let database: TestDatabase;
let api: TestApi;
let worker: TestProcess | null = null;
let ann: TestPerson;
let kim: TestPerson;

const actor = (username: string, role: 'admin' | 'developer'): WorkspaceActor => ({
  userId: '01890000-0000-7000-8000-000000000001',
  email: `${username}@example.com`,
  username,
  isInstanceAdmin: false,
  workspaceId: 'lab',
  role,
  groups: ['all'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'test',
});
const anyone = actor('ann', 'admin');

const resolve = async (text: string, who = anyone) =>
  (await resolveReferences(JSON.stringify({ x: text }), { workspaceId: 'lab', findActor: async () => who })).args.x;

async function post(address: string, body: unknown, person = ann): Promise<string> {
  const answer = await api.as(person)('POST', `/w/lab/${address}`, body);
  const text = await answer.text();
  expect([answer.status, text]).toEqual([201, expect.anything()]);
  return text;
}

const variable = (path: string, value: string) => post('variables/create', { path, value, is_secret: false });

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  process.env.BASE_URL = api.base;
  void ledgerFeed().open();
  [ann, kim] = [await makePerson('ann'), await makePerson('kim')];
  await makeWorkspace('lab', ann, [[kim, 'developer']]);
});

afterAll(async () => {
  await worker?.stop();
  await flushAudit();
  await api.close();
  await ledgerFeed().close();
  await database.drop();
});

test('an old path means what moved away from it, also after several moves', async () => {
  await variable('g/all/old', 'one');
  await updateVariable(anyone, 'g/all/old', { path: 'g/all/middle' });
  await updateVariable(anyone, 'g/all/middle', { path: 'g/all/new', value: 'two' });
  for (const name of ['g/all/old', 'old', 'g/all/middle', 'g/all/new'])
    expect(await resolve(`$var:${name}`)).toBe('two');
});

test('what is at the path now comes first', async () => {
  await variable('g/all/old', 'another');
  expect(await resolve('$var:g/all/old')).toBe('another');
  expect(await resolve('$var:g/all/middle')).toBe('two');
});

test('who was deleted there last is not replaced by who moved away before', async () => {
  await deleteVariable(anyone, 'g/all/old');
  await expect(resolve('$var:g/all/old')).rejects.toThrow('$var:g/all/old was not found');
});

test('nobody reads by an old path what he may not read where it is', async () => {
  await variable('g/all/ours', 'private now');
  expect(await resolve('$var:g/all/ours', actor('kim', 'developer'))).toBe('private now');
  await updateVariable(anyone, 'g/all/ours', { path: 'u/ann/mine' });
  expect(await resolve('$var:g/all/ours')).toBe('private now');
  const refused = resolve('$var:g/all/ours', actor('kim', 'developer'));
  await expect(refused).rejects.toThrow('there is no variable g/all/ours that u/kim may read.');
  await expect(refused).rejects.not.toThrow('mine');
});

test('a bare name that two moved away from means neither', async () => {
  await variable('u/ann/both', 'a');
  await variable('u/kim/both', 'b');
  await updateVariable(anyone, 'u/ann/both', { path: 'u/ann/both_of_ann' });
  await updateVariable(anyone, 'u/kim/both', { path: 'u/kim/both_of_kim' });
  await expect(resolve('$var:both')).rejects.toThrow('$var:both was not found');
  expect(await resolve('$var:u/kim/both')).toBe('b');
});

test('jobs and runs of flows that waited meanwhile find it', async () => {
  await variable('g/all/word', 'sesame');
  await post('resources/create', {
    path: 'g/all/lamp',
    resource_type: 'any',
    value: { size: 3, word: '$var:g/all/word' },
  });
  const content =
    'import json\ndef main(lamp, word):\n    return json.dumps([lamp["size"], len(lamp["word"]), word])\n';
  const args = { lamp: '$res:g/all/lamp', word: '$var:g/all/word' };
  const step = {
    type: 'rawscript',
    language: 'python3',
    content,
    input_transforms: {
      lamp: { type: 'static', value: '$res:g/all/lamp' },
      word: { type: 'javascript', expr: 'variable("g/all/word")' },
    },
  };
  const ids = [
    await post('jobs/run/preview', { language: 'python3', content, args }, kim),
    await post('jobs/run/preview_flow', { value: { modules: [{ id: 'a', value: step }] }, args: {} }, kim),
  ];
  await updateVariable(anyone, 'g/all/word', { path: 'g/all/password' });
  await updateResource(anyone, 'g/all/lamp', { path: 'g/all/lantern' });

  worker = await startWorker(database.url, { BASE_URL: api.base, NUM_WORKERS: '2' });
  for (const id of ids) {
    const ended = await until('the job ends', async () => {
      const answer = await api.as(kim)('GET', `/w/lab/jobs_u/completed/get_result_maybe/${id}`);
      const state: unknown = await answer.json();
      return typeof state === 'object' && state !== null && 'completed' in state && state.completed === true && state;
    });
    expect(ended).toMatchObject({ success: true, result: '[3, 6, "sesame"]' });
  }
});
