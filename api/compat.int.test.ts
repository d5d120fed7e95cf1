import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { submitJob } from '@/core/ledger/submit';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { newJob } from '@/test/jobs';
import { compatAclEndpoints } from './compat-acls';
import { compatInstanceEndpoints } from './compat-instance';
import { compatProgressEndpoints } from './compat-progress';
import { compatQueueEndpoints } from './compat-queue';
import { compatTrashEndpoints } from './compat-trash';

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;
let ann: TestPerson;
let dev: TestPerson;
let op: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  root = await makePerson('root', { isInstanceAdmin: true });
  ann = await makePerson('ann');
  dev = await makePerson('dev');
  op = await makePerson('op');
  stranger = await makePerson('stranger');
  await makeWorkspace('lab', ann, [
    [dev, 'developer'],
    [op, 'operator'],
  ]);
  await makeWorkspace('far', stranger);
  await api.as(ann)('POST', '/w/lab/folders/create', { name: 'team', extra_perms: { 'u/op': false } });
});

afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

const compat = [
  ...compatAclEndpoints,
  ...compatInstanceEndpoints,
  ...compatProgressEndpoints,
  ...compatQueueEndpoints,
  ...compatTrashEndpoints,
];

test.each(compat.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  '%s: nothing without sign-in, nothing for strangers, and never HTML',
  async (_, endpoint) => {
    const path = endpoint.path
      .replace(':workspace', 'lab')
      .replace(/[:*](id|due)/, '7')
      .replace(':kind', 'script')
      .replace('*path', 'f/team/x')
      .replace(':name', 'team');
    const body = endpoint.method === 'POST' ? { owner: 'u/dev', write: true, percent: 5 } : undefined;
    const anonymous = await api.as(null)(endpoint.method, path, body);
    expect([anonymous.status, anonymous.headers.get('content-type')]).toEqual([401, 'text/plain; charset=utf-8']);
    if (!path.startsWith('/w/lab') && !path.startsWith('/w/admins') && endpoint.access === 'worker:read') return;
    const foreign = await api.as(stranger)(endpoint.method, path, body);
    expect([403, 404]).toContain(foreign.status);
    expect(foreign.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  },
);

describe('rights, one holder at a time', () => {
  const perms = async () => (await (await api.as(ann)('GET', '/w/lab/folders/get/team')).json()).extra_perms;

  test('of a folder', async () => {
    const add = (who: TestPerson, owner: string, write: boolean) =>
      api.as(who)('POST', '/w/lab/acls/add/folder/team', { owner, write });
    expect((await add(dev, 'u/dev', true)).status).toBe(404);
    expect((await add(ann, 'u/dev', true)).status).toBe(200);
    expect(await perms()).toEqual({ 'u/ann': true, 'u/dev': true, 'u/op': false });
    await add(ann, 'u/dev', false);
    await add(ann, 'u/ann', false);
    expect(await perms()).toEqual({ 'u/ann': true, 'u/dev': false, 'u/op': false });
    expect((await add(dev, 'u/dev', true)).status).toBe(403);
    await api.as(ann)('POST', '/w/lab/acls/remove/folder/team', { owner: 'u/dev' });
    expect(await perms()).toEqual({ 'u/ann': true, 'u/op': false });
    expect((await api.as(ann)('POST', '/w/lab/acls/add/folder/nothing', { owner: 'u/dev' })).status).toBe(404);
  });

  test('of a group: true manages it; who manages no more stays in it', async () => {
    await api.as(ann)('POST', '/w/lab/groups/create', { name: 'crew' });
    await api.as(ann)('POST', '/w/lab/acls/add/group_/crew', { owner: 'u/dev', write: true });
    await api.as(ann)('POST', '/w/lab/acls/add/group_/crew', { owner: 'u/dev', write: true });
    const group = async () => (await api.as(ann)('GET', '/w/lab/groups/get/crew')).json();
    expect(await group()).toMatchObject({ members: ['ann', 'dev'], managers: ['ann', 'dev'] });
    await api.as(ann)('POST', '/w/lab/acls/remove/group_/crew', { owner: 'u/dev' });
    expect(await group()).toMatchObject({ members: ['ann', 'dev'], managers: ['ann'] });
    expect((await api.as(ann)('POST', '/w/lab/acls/add/group_/crew', { owner: 'g/all', write: true })).status).toBe(
      400,
    );
  });

  test('of a single item: what its folder gives holds, anything else is refused aloud', async () => {
    const at = '/w/lab/acls/add/script/f/team/x';
    expect((await api.as(ann)('POST', at, { owner: 'u/op', write: false })).status).toBe(200);
    const refused = await api.as(ann)('POST', at, { owner: 'u/op', write: true });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      'Rights belong to folders here, not to single items: change those of f/team.',
    ]);
    expect(await (await api.as(op)('GET', '/w/lab/acls/get/script/f/team/x')).json()).toEqual({
      'u/ann': true,
      'u/op': false,
    });
  });
});

describe('secrets as ciphertext', () => {
  const sealed = async (path: string, who = ann): Promise<string> =>
    (
      await (
        await api.as(who)('GET', `/w/lab/variables/get/${path}?decrypt_secret=false&include_encrypted=true`)
      ).json()
    ).value;
  const plain = async (path: string) => (await api.as(ann)('GET', `/w/lab/variables/get_value/${path}`)).json();

  test('go out in blocks of 16 bytes whatever their length, and come back the same', async () => {
    for (let length = 0; length < 40; length += 1) {
      const path = `f/team/s${length}`;
      const value = 'é'.repeat(length);
      await api.as(ann)('POST', '/w/lab/variables/create', { path, value, is_secret: true });
      const text = await sealed(path);
      expect(text).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
      expect(Buffer.from(text, 'base64').length % 16).toBe(0);
      await api.as(ann)('POST', `/w/lab/variables/update/${path}`, { value: 'changed meanwhile' });
      const back = await api.as(ann)('POST', `/w/lab/variables/update/${path}?already_encrypted=true`, { value: text });
      expect(back.status).toBe(200);
      expect(await plain(path)).toBe(value);
      expect(await sealed(path)).toBe(text);
    }
  });

  test('of another variable, or of none, are refused: who may write one path must not read them all', async () => {
    await api.as(ann)('POST', '/w/lab/variables/create', { path: 'f/team/treasure', value: 'gold', is_secret: true });
    await api.as(ann)('POST', '/w/lab/acls/add/folder/team', { owner: 'u/dev', write: false });
    await api.as(dev)('POST', '/w/lab/variables/create', { path: 'u/dev/mine', value: 'x', is_secret: true });
    const stolen = await sealed('f/team/treasure', dev);
    const send = (value: string) =>
      api.as(dev)('POST', '/w/lab/variables/update/u/dev/mine?already_encrypted=true', { value });
    const made = await api.as(dev)('POST', '/w/lab/variables/create?already_encrypted=true', {
      path: 'u/dev/copy',
      value: stolen,
      is_secret: true,
    });
    expect(made.status).toBe(400);
    for (const value of [stolen, 'gold', '', 'AAAA', Buffer.alloc(48).toString('base64')]) {
      const answer = await send(value);
      expect([value, answer.status]).toEqual([value, 400]);
      expect(await answer.text()).not.toContain('gold');
    }
    expect((await api.as(dev)('GET', '/w/lab/variables/get/u/dev/copy')).status).toBe(404);
  });

  test('a plain variable is plain in files, too', async () => {
    const path = 'f/team/words';
    const body = { path, value: 'carry on', is_secret: false };
    expect((await api.as(ann)('POST', '/w/lab/variables/create?already_encrypted=true', body)).status).toBe(201);
    await api.as(ann)('POST', `/w/lab/variables/update/${path}?already_encrypted=true`, { value: 'and on' });
    expect(await plain(path)).toBe('and on');
  });
});

test('queues of the whole instance are for its administrators; numbers by tag for everybody', async () => {
  const job = newJob({ workspaceId: 'lab', createdBy: 'ann', tag: 'nobody' });
  await submitJob(job);
  expect(await (await api.as(root)('GET', '/w/admins/jobs/queue/list?per_page=100000')).json()).toMatchObject([
    { id: job.id, workspace_id: 'lab', tag: 'nobody', running: false, type: 'QueuedJob' },
  ]);
  expect((await api.as(ann)('GET', '/w/admins/jobs/queue/list')).status).toBe(403);
  expect(await (await api.as(ann)('GET', `/w/lab/jobs/queue/scheduled_for/${job.id}`)).json()).toBeTypeOf('number');
  const later = Date.now() + 60_000;
  expect(await (await api.as(ann)('GET', `/w/lab/jobs/queue/position/${later}`)).json()).toEqual({ position: 2 });
  await rows(`UPDATE job SET outcome = 'succeeded', ended_at = now() WHERE id = $1`, [job.id]);
  await rows('DELETE FROM job_queue WHERE job_id = $1', [job.id]);
  const counts = (who: TestPerson, workspace: string) =>
    api.as(who)('GET', `/jobs/completed/count_by_tag?horizon_secs=30&workspace_id=${workspace}`);
  expect(await (await counts(ann, 'lab')).json()).toEqual([{ tag: 'nobody', count: 1 }]);
  expect((await counts(ann, 'far')).status).toBe(404);
  expect((await api.as(root)('POST', '/workspaces/create', { id: 'admins', name: 'x' })).status).toBe(400);
});

test('progress is said by the job or whoever may stop it, and the newest word counts', async () => {
  const job = newJob({ workspaceId: 'lab', createdBy: 'ann', path: null });
  await submitJob(job);
  const say = (who: TestPerson, percent: number) =>
    api.as(who)('POST', `/w/lab/job_metrics/set_progress/${job.id}`, { percent });
  const read = async () => (await api.as(ann)('GET', `/w/lab/job_metrics/get_progress/${job.id}`)).json();
  expect(await read()).toBe(null);
  await say(ann, 10);
  expect((await say(ann, 55.4)).status).toBe(200);
  expect(await read()).toBe(55);
  expect((await say(dev, 90)).status).toBe(404);
  expect((await say(ann, 101)).status).toBe(400);
  const shown = await (await api.as(ann)('GET', `/w/lab/jobs_u/get/${job.id}`)).json();
  expect(shown.events).toBe(undefined);
  await rows(`UPDATE job_queue SET state = 'running', started_at = now() WHERE job_id = $1`, [job.id]);
  const running = await (await api.as(ann)('GET', `/w/lab/jobs_u/get/${job.id}`)).json();
  const update = await (
    await api.as(ann)('GET', `/w/lab/jobs_u/getupdate/${job.id}?running=false&get_progress=true`)
  ).json();
  expect([running.progress, update.progress]).toEqual([55, 55]);
});

test('an entry of the audit is read by its number, and only within its workspace', async () => {
  const [entry] = await (await api.as(ann)('GET', '/w/lab/audit/list?per_page=1&action_kind=Create')).json();
  expect(entry).toMatchObject({ action_kind: 'Created' });
  expect(await (await api.as(ann)('GET', `/w/lab/audit/get/${entry.id}`)).json()).toEqual(entry);
  expect((await api.as(stranger)('GET', `/w/far/audit/get/${entry.id}`)).status).toBe(404);
  expect((await api.as(dev)('GET', `/w/lab/audit/get/${entry.id}`)).status).toBe(403);
});
