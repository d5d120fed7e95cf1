import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonValue } from '@/core/schema/model';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { bash } from '@/test/flows';
import { type Lab, openLab } from '@/test/lab';
import { until } from '@/test/process';

let lab: Lab;
let ada: TestPerson;
beforeAll(async () => {
  lab = await openLab();
  ada = await makePerson('ada');
  await makeWorkspace('lab', ada, [[await makePerson('mira'), 'operator']]);
});
afterAll(() => lab.close());

const call = (method: string, path: string, body?: unknown) => lab.ask(ada)(method, path, body);

const start = (modules: JsonValue[]) => call('POST', '/jobs/run/preview_flow', { value: { modules } });
const idsOf = async (query: string): Promise<string[]> =>
  JSON.parse(await call('GET', `/jobs/list?${query}`)).map(({ id }: { id: string }) => id);
const listed = async (id: string) =>
  JSON.parse(await call('GET', '/jobs/list')).find((one: { id: string }) => one.id === id);
const waiting = (id: string) =>
  until(`${id} to wait`, async () => {
    const row = await listed(id);
    return row.state === 'waiting' ? row : null;
  });

const gate = {
  id: 'gate',
  value: {
    type: 'approval',
    approvers: [
      { type: 'user', name: 'mira' },
      { type: 'group', name: 'devops' },
    ],
    message: '\nDeploy billing?\nIt restarts.',
    timeout: 3600,
  },
};
const branch = (...modules: JsonValue[]): JsonValue => ({ summary: '', modules });
const both = (...branches: JsonValue[]): JsonValue => ({
  id: 'both',
  value: { type: 'branchall', parallel: true, branches },
});

test('a run that waits for a person says so in the list, and is found by it', async () => {
  const id = await start([bash('a', 'true'), gate]);
  const row = await waiting(id);
  expect(row).toMatchObject({
    type: 'QueuedJob',
    running: true,
    suspend: 1,
    wait: {
      cause: 'approval',
      sentence: 'Waiting for approval: “Deploy billing?” It asks mira or a member of devops.',
    },
  });
  expect(row.wait.until).toBeGreaterThan(Date.now());
  const finds = ['state=waiting', 'waits_for=approval', 'suspended=true', 'running=true', 'waits_for=time,approval'];
  for (const query of finds) expect([query, await idsOf(query)]).toEqual([query, expect.arrayContaining([id])]);
  for (const query of ['state=running', 'waits_for=time', 'waits_for=worker', 'running=false', 'success=true']) {
    expect([query, await idsOf(query)]).toEqual([query, expect.not.arrayContaining([id])]);
  }
  const queue = JSON.parse(await call('GET', '/jobs/queue/list'));
  expect(queue.map((one: { id: string }) => one.id)).toContain(id);
  expect(JSON.parse(await call('GET', '/jobs/queue/count'))).toMatchObject({ suspended: 1 });
  expect(JSON.parse(await call('GET', `/jobs_u/get/${id}`))).toMatchObject({
    state: 'waiting',
    wait: { cause: 'approval' },
  });
  const update = JSON.parse(await call('GET', `/jobs_u/getupdate/${id}`));
  expect(update).toMatchObject({ running: true, completed: false, flow_status: { step: 1 } });
  expect(update.flow_status.modules.map(({ type }: { type: string }) => type)).toEqual(['Success', 'WaitingForEvents']);
  await call('POST', `/jobs_u/queue/cancel/${id}`, {});
  await until('its end', async () => (await listed(id)).state === 'cancelled');
  expect(await listed(id)).not.toHaveProperty('wait');
});

test('a run that pauses, or whose steps nobody takes, waits; one of whose steps runs does not', async () => {
  const pausing = await start([bash('a', 'true', { sleep: { type: 'static', value: 600 } }), bash('b', 'true')]);
  const lonely = {
    type: 'rawscript',
    language: 'bash',
    content: 'true',
    lock: '',
    input_transforms: {},
    tag: 'nobody',
  };
  const unserved = await start([{ id: 'a', value: lonely }]);
  const mixed = await start([both(branch(gate), branch(bash('long', 'sleep 60')))]);
  expect((await waiting(pausing)).wait).toMatchObject({ cause: 'time', until: expect.any(Number) });
  expect((await waiting(unserved)).wait).toEqual({
    cause: 'steps',
    sentence: 'Waiting: its next steps need a worker of the group “nobody”.',
  });
  const steps = async () => JSON.parse(await call('GET', `/jobs/list?parent_job=${mixed}`));
  await until('the long step', async () => (await steps())[0]?.state === 'running');
  expect(await listed(mixed)).toMatchObject({ state: 'running' });
  expect(await idsOf('waits_for=time')).toEqual([pausing]);
  expect(await idsOf('waits_for=worker')).toEqual([unserved]);
  for (const id of [pausing, unserved, mixed]) await call('POST', `/jobs_u/queue/cancel/${id}`, {});
});

test('what was skipped on purpose is found by that', async () => {
  const id = await start([bash('a', 'true', { stop_after_if: { expr: 'true', skip_if_stopped: true } })]);
  await until('its end', async () => (await listed(id)).type === 'CompletedJob');
  expect(await listed(id)).toMatchObject({ success: true, is_skipped: true });
  expect(await idsOf('status=skipped')).toEqual([id]);
  expect(await idsOf('is_skipped=true')).toEqual([id]);
  expect(await idsOf('is_skipped=false')).not.toContain(id);
  const update = JSON.parse(await call('GET', `/jobs_u/getupdate/${id}`));
  expect(update).toMatchObject({ completed: true, flow_status: { modules: [{ type: 'Success', id: 'a' }] } });
});
