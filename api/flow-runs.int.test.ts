import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { bash } from '@/test/flows';
import { type Lab, openLab } from '@/test/lab';
import { until } from '@/test/process';

let lab: Lab;
let ada: TestPerson;
let eve: TestPerson;
beforeAll(async () => {
  lab = await openLab();
  ada = await makePerson('ada', { isInstanceAdmin: true });
  eve = await makePerson('eve');
  await makeWorkspace('lab', ada, [[eve, 'operator']]);
});
afterAll(() => lab.close());

async function call(
  method: string,
  path: string,
  body?: unknown,
  person: TestPerson | null = ada,
): Promise<{ status: number; text: string }> {
  const answer = await lab.api.as(person)(method, `/w/lab${path}`, body);
  return { status: answer.status, text: await answer.text() };
}

const wanted = (method: string, path: string, body?: unknown) => lab.ask(ada)(method, path, body);

const job = async (id: string) => JSON.parse(await wanted('GET', `/jobs_u/get/${id}`));
const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const now = await job(id);
    return now.type === 'CompletedJob' ? now : null;
  });

const SEQUENCE = { modules: [bash('a', 'echo one'), bash('b', 'sleep 1; echo two'), bash('c', 'echo three')] };

test('a flow is tried out, waited for, and tells the state of each module', async () => {
  const answer = await call('POST', '/jobs/run_wait_result/preview_flow', { value: SEQUENCE, args: {} });
  expect(answer).toEqual({ status: 200, text: '"three"' });
  const id = await wanted('POST', '/jobs/run/preview_flow', { value: SEQUENCE });
  const end = await ended(id);
  expect(end).toMatchObject({ success: true, job_kind: 'flowpreview', is_flow_step: false, raw_flow: SEQUENCE });
  expect(end.flow_status.modules.map(({ type, id: step }: { type: string; id: string }) => [type, step])).toEqual([
    ['Success', 'a'],
    ['Success', 'b'],
    ['Success', 'c'],
  ]);
  expect(end.flow_status.modules[0]).not.toHaveProperty('flow_jobs');
  expect(await wanted('GET', `/jobs/result_by_id/${id}/b`)).toBe('"two"');
  expect(await wanted('GET', `/jobs_u/flow_node/${id}/a`)).toBe('"one"');
  expect(await wanted('GET', `/jobs_u/get_flow_all_logs/${id}`)).toContain('--- a ---\none');
});

test('the list shows the run and hides its steps, unless they are asked for', async () => {
  const id = await wanted('POST', '/jobs/run/preview_flow', { value: SEQUENCE });
  await ended(id);
  const listed = JSON.parse(await wanted('GET', '/jobs/list'));
  expect(listed.every((one: { is_flow_step: boolean }) => !one.is_flow_step)).toBe(true);
  const steps = JSON.parse(await wanted('GET', `/jobs/list?parent_job=${id}`));
  expect(steps.map(({ step_key: key }: { step_key: string }) => key).sort()).toEqual(['a', 'b', 'c']);
});

test('a change of the flow does not reach a run that goes on', async () => {
  const value = (last: string): JsonValue => ({ modules: [bash('a', 'sleep 2; echo one'), bash('b', `echo ${last}`)] });
  const flow = (last: string) => ({
    path: 'f/x/edited',
    summary: '',
    description: '',
    value: value(last),
    schema: null,
  });
  await call('POST', '/folders/create', { name: 'x' });
  await wanted('POST', '/flows/create', flow('before'));
  const id = await wanted('POST', '/jobs/run/f/f/x/edited', {});
  await until('step a', async () => (await rows('SELECT 1 FROM job WHERE parent_id = $1', [id]))[0]);
  await wanted('POST', '/flows/update/f/x/edited', flow('after'));
  expect(await ended(id)).toMatchObject({ result: 'before' });
  expect(await ended(await wanted('POST', '/jobs/run/f/f/x/edited', {}))).toMatchObject({ result: 'after' });
  const again = await wanted('POST', `/jobs/restart/f/${id}`, { step_id: 'b' });
  expect(await ended(again)).toMatchObject({
    result: 'before',
    flow_status: { restarted_from: { flow_job_id: id, step_id: 'b' } },
  });
  const newest = await wanted('POST', `/jobs/restart/f/${id}`, { step_key: 'b', newest: true });
  expect(await ended(newest)).toMatchObject({ result: 'after' });
  expect(await rows('SELECT step_key FROM job WHERE parent_id = $1', [newest])).toEqual([{ step_key: 'b' }]);
});

test('who may not preview may not try a flow out or start one again from a step', async () => {
  const id = await wanted('POST', '/jobs/run/preview_flow', { value: SEQUENCE });
  await ended(id);
  expect((await call('POST', '/jobs/run/preview_flow', { value: SEQUENCE }, eve)).status).toBe(403);
  expect((await call('POST', `/jobs/restart/f/${id}`, { step_id: 'b' }, eve)).status).toBeGreaterThanOrEqual(403);
  expect((await call('POST', '/jobs/run/preview_flow', { value: SEQUENCE }, null)).status).toBe(401);
});

test('a flow that cannot run is refused with what is wrong', async () => {
  const circle = { modules: [bash('a', 'true', { depends_on: ['b'] }), bash('b', 'true', { depends_on: ['a'] })] };
  const answer = await call('POST', '/jobs/run/preview_flow', { value: circle });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('cannot run');
});

test('a flow runs again from its start', async () => {
  const value = { modules: [bash('a', 'echo "$n"')] };
  const id = await wanted('POST', '/jobs/run/preview_flow', { value, args: { n: 1 } });
  await ended(id);
  const again = await wanted('POST', `/jobs/rerun/${id}`, { args: { n: 2 } });
  expect(await ended(again)).toMatchObject({ success: true, args: { n: 2 }, rerun_of: id });
});

test('arguments keep their digits, tried out and run again', async () => {
  const value = JSON.stringify({ modules: [bash('a', 'echo "$n"')] });
  const argsOf = async (id: string) =>
    (await rows<{ args: string }>('SELECT args::text AS args FROM job WHERE id = $1', [id]))[0]?.args;
  const id = await wanted('POST', '/jobs/run/preview_flow', `{"value":${value},"args":{"n":12345678901234567890}}`);
  expect(await argsOf(id)).toBe('{"n":12345678901234567890}');
  await ended(id);
  const again = await wanted('POST', `/jobs/rerun/${id}`, '{"args":{"n":12345678901234567891}}');
  expect(await argsOf(again)).toBe('{"n":12345678901234567891}');
  const restarted = await wanted('POST', `/jobs/restart/f/${id}`, '{"step_id":"a","args":{"n":12345678901234567892}}');
  expect(await argsOf(restarted)).toBe('{"n":12345678901234567892}');
});

test('an early return answers while the flow goes on', async () => {
  const value = { ...SEQUENCE, early_return: 'a' };
  expect(await call('POST', '/jobs/run_wait_result/preview_flow', { value })).toEqual({ status: 200, text: '"one"' });
});

test('scripts of a run leave values for each other', async () => {
  const id = await wanted('POST', '/jobs/run/preview_flow', { value: SEQUENCE });
  await wanted('POST', `/jobs/flow/user_states/${id}/seen`, { n: 1 });
  expect(await wanted('GET', `/jobs/flow/user_states/${id}/seen`)).toBe('{"n":1}');
  expect(await wanted('GET', `/jobs/flow/user_states/${id}/other`)).toBe('null');
  await ended(id);
});
