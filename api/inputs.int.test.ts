import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';

let database: TestDatabase;
let api: TestApi;
let admin: TestPerson;
let ann: TestPerson;
let olga: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  admin = await makePerson('root');
  [ann, olga, stranger] = [await makePerson('ann'), await makePerson('olga'), await makePerson('stranger')];
  await makeWorkspace('demo', admin, [
    [ann, 'developer'],
    [olga, 'operator'],
    [stranger, 'operator'],
  ]);
  const folder = { name: 'team', owners: ['u/root'], writers: ['u/ann'], viewers: ['u/olga'] };
  expect((await ask(admin, 'POST', 'folders/create', folder)).status).toBeLessThan(300);
  const script = { path: 'f/team/report', content: 'def main(town: str): ...', language: 'python3' };
  expect((await ask(admin, 'POST', 'scripts/create', script)).status).toBe(201);
});

afterAll(async () => {
  expect(api.errors).toEqual([]);
  await api.close();
  await database.drop();
});

const ask = (person: TestPerson, method: string, path: string, body?: unknown) =>
  api.as(person)(method, `/w/demo/${path}`, body);

const REPORT = 'runnable_id=f/team/report&runnable_type=ScriptPath';
const listed = z.array(
  z.looseObject({ id: z.string(), name: z.string(), is_public: z.boolean(), may_change: z.boolean() }),
);

async function save(person: TestPerson, name: string, args: unknown, isShared = false): Promise<string> {
  const answer = await ask(person, 'POST', `inputs/create?${REPORT}`, { name, args, is_public: isShared });
  expect(answer.status).toBe(201);
  return answer.text();
}

const list = async (person: TestPerson) =>
  listed.parse(await (await ask(person, 'GET', `inputs/list?${REPORT}`)).json());

test('inputs are kept under a name, read again as they were, and replaced by those of the same name', async () => {
  const id = await save(olga, 'Every Monday', { town: 'Delft\u0000' });
  expect(await list(olga)).toMatchObject([{ id, name: 'Every Monday', is_public: false, may_change: true }]);
  const args = await ask(olga, 'GET', `inputs/${id}/args?input=true`);
  expect(await args.json()).toEqual({ town: 'Delft\u0000' });
  expect(await save(olga, ' Every Monday ', { town: 'Gouda' })).toBe(id);
  expect(await (await ask(olga, 'GET', `inputs/${id}/args?input=true`)).json()).toEqual({ town: 'Gouda' });
  expect(await list(olga)).toHaveLength(1);
});

test('what is not shared is nobody else’s, and who may not run the script sees nothing at all', async () => {
  const own = await save(olga, 'Mine', { town: 'Gouda' });
  const shared = await save(olga, 'Ours', { town: 'Breda' }, true);
  expect((await list(ann)).map(({ name }) => name)).toEqual(['Ours']);
  expect((await ask(ann, 'GET', `inputs/${own}/args?input=true`)).status).toBe(404);
  expect((await ask(ann, 'GET', `inputs/${shared}/args?input=true`)).status).toBe(200);
  expect((await ask(stranger, 'GET', `inputs/list?${REPORT}`)).status).toBe(404);
  expect((await ask(stranger, 'GET', `inputs/${shared}/args?input=true`)).status).toBe(404);
  expect((await ask(stranger, 'POST', `inputs/create?${REPORT}`, { name: 'x', args: {} })).status).toBe(404);
});

test('who keeps them renames and deletes them; of shared ones an administrator, too', async () => {
  const shared = await save(olga, 'Old', { town: 'Breda' }, true);
  const change = (person: TestPerson, name: string) =>
    ask(person, 'POST', 'inputs/update', { id: shared, name, is_public: true });
  expect((await change(ann, 'Stolen')).status).toBe(403);
  expect((await change(olga, 'New')).status).toBe(200);
  expect((await change(olga, 'Ours')).status).toBe(409);
  expect((await ask(ann, 'POST', `inputs/delete/${shared}`)).status).toBe(403);
  expect((await ask(admin, 'POST', `inputs/delete/${shared}`)).status).toBe(200);
  expect((await ask(olga, 'POST', `inputs/delete/${shared}`)).status).toBe(404);
  expect((await list(olga)).map(({ name }) => name)).not.toContain('New');
});

test('what past runs took is listed and read by the same words', async () => {
  const run = await ask(olga, 'POST', 'jobs/run/p/f/team/report', { town: 'Assen' });
  const id = await run.text();
  const history = await (await ask(olga, 'GET', `inputs/history?${REPORT}`)).json();
  expect(history).toMatchObject([{ id, created_by: 'olga' }]);
  expect(await (await ask(olga, 'GET', `inputs/${id}/args`)).json()).toEqual({ town: 'Assen' });
  expect((await ask(stranger, 'GET', `inputs/${id}/args`)).status).toBe(404);
});

test('what is missing or wrong is named', async () => {
  expect((await ask(ann, 'GET', 'inputs/list?runnable_id=f/team/report')).status).toBe(400);
  expect((await ask(ann, 'POST', `inputs/create?${REPORT}`, { name: '  ', args: {} })).status).toBe(400);
  expect((await ask(ann, 'POST', 'inputs/delete/nothing')).status).toBe(400);
  expect((await ask(ann, 'GET', 'inputs/list?runnable_id=nothing&runnable_type=ScriptPath')).status).toBe(400);
});

test.each([
  ['script', 'ScriptPath', 'p/', { content: 'echo 1', language: 'bash', lock: '' }],
  ['flow', 'FlowPath', '', { summary: '', schema: null, value: { modules: [] } }],
])('inputs follow a %s that moves', async (kind, type, by, body) => {
  const [from, to] = [`f/team/${kind}-here`, `f/team/${kind}-there`];
  const at = (path: string) => `runnable_id=${path}&runnable_type=${type}`;
  const names = async (path: string) =>
    listed.parse(await (await ask(ann, 'GET', `inputs/list?${at(path)}`)).json()).map(({ name }) => name);
  expect((await ask(ann, 'POST', `${kind}s/create`, { path: from, ...body })).status).toBe(201);
  const kept = await ask(ann, 'POST', `inputs/create?${at(from)}`, { name: 'Usual', args: {}, is_public: false });
  expect(kept.status).toBe(201);
  expect((await ask(ann, 'POST', `${kind}s/move/${by}${from}`, { new_path: to })).status).toBe(201);
  expect([await names(to), await names(from)]).toEqual([['Usual'], []]);
});
