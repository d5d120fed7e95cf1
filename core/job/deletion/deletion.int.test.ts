import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { makePerson, makeWorkspace, type TestApi, type TestPerson } from '@/test/api';
import { bash } from '@/test/flows';
import { type Lab, openLab } from '@/test/lab';
import { until } from '@/test/process';

let lab: Lab;
let api: TestApi;
let ann: TestPerson;

beforeAll(async () => {
  lab = await openLab();
  api = lab.api;
  ann = await makePerson('ann');
  await makeWorkspace('lab', ann);
});

afterAll(() => lab.close());

const ask = async (method: string, address: string, body?: unknown) => {
  const answer = await api.as(ann)(method, `/w/lab/${address}`, body);
  return { status: answer.status, text: await answer.text(), id: answer.headers.get('x-job-id') ?? '' };
};

const jobOf = async (id: string) => JSON.parse((await ask('GET', `jobs_u/get/${id}`)).text);

const deletionOf = async (id: string) =>
  (
    await rows<{ wait_s: number | null; is_deleted: boolean }>(
      `SELECT extract(epoch FROM d.due_at - j.ended_at)::float8 AS wait_s, d.deleted_at IS NOT NULL AS is_deleted
       FROM job_deletion d JOIN job j ON j.id = d.run_id WHERE d.job_id = $1`,
      [id],
    )
  )[0];

/** What the sweeper does when the time has come: it comes at once. */
async function whenDeleted(id: string): Promise<void> {
  await until(`the time of ${id}`, async () => (await deletionOf(id))?.wait_s ?? undefined);
  await rows('UPDATE job_deletion SET due_at = now() WHERE job_id = $1', [id]);
  await until(`the deletion of ${id}`, async () => (await deletionOf(id))?.is_deleted || undefined);
}

/** Where a word still is. */
async function placesOf(word: string): Promise<string[]> {
  const tables = ['job', 'job_log', 'job_event', 'job_cache', 'flow_node', 'flow_run', 'sealed_value'];
  const found = await Promise.all(
    tables.map(async (table) => {
      const lines = await rows(`SELECT 1 FROM ${table} t WHERE strpos(t::text, $1) > 0`, [word]);
      return lines.length > 0 ? [table] : [];
    }),
  );
  return found.flat();
}

test('a script’s job loses arguments, result and log when its time has come, and stays in the list', async () => {
  const script = { path: 'f/ops/brief', language: 'bash', lock: '', cache_ttl: 600, delete_after_secs: 60 };
  const content = 'word="$1"\necho "said $word"\necho "$word"';
  expect((await ask('POST', 'scripts/create', { ...script, content })).status).toBe(201);
  const ran = await ask('POST', 'jobs/run_wait_result/p/f/ops/brief', { word: 'ephemeral-1' });
  expect(ran.text).toContain('ephemeral-1');
  const due = await until('its time', async () => (await deletionOf(ran.id))?.wait_s ?? undefined);
  expect(due).toBe(60);
  expect([await placesOf('ephemeral-1'), (await jobOf(ran.id)).deleted_at]).toEqual([
    ['job', 'job_log', 'job_cache'],
    undefined,
  ]);
  await whenDeleted(ran.id);
  expect(await placesOf('ephemeral-1')).toEqual([]);
  const job = await jobOf(ran.id);
  expect(job).toMatchObject({
    state: 'succeeded',
    script_path: 'f/ops/brief',
    args: {},
    deleted_at: expect.any(Number),
  });
  expect(job.deletion).toMatch(/were deleted some time after its end/);
  expect(job).not.toHaveProperty('result');
  const result = await ask('GET', `jobs_u/completed/get_result/${ran.id}`);
  expect([result.status, result.text]).toEqual([404, expect.stringContaining('were deleted')]);
  const again = await ask('POST', `jobs/rerun/${ran.id}`, {});
  expect([again.status, again.text]).toEqual([400, expect.stringContaining('arguments of its own')]);
  expect((await ask('POST', `jobs/rerun/${ran.id}`, { args: { word: 'other' } })).status).toBe(201);
});

/** A step that is given a word, and says it. */
const saying = (id: string, content: string, expr: string): JsonValue => ({
  id,
  value: {
    type: 'rawscript',
    language: 'python3',
    lock: '',
    content,
    input_transforms: { word: { type: 'javascript', expr } },
  },
});

test('a flow’s run goes with its steps; its tree stays to be seen', async () => {
  const inner = { modules: [saying('in', 'def main(word):\n    print(word)\n    return word', 'flow_input.word')] };
  await ask('POST', 'flows/create', { path: 'f/ops/inner', summary: '', schema: {}, value: inner });
  const input_transforms = { word: { type: 'javascript', expr: 'flow_input.iter.value' } };
  const loop: JsonValue = {
    id: 'loop',
    value: {
      type: 'forloopflow',
      iterator: { type: 'javascript', expr: '[flow_input.word, "x"]' },
      skip_failures: false,
      modules: [{ id: 'sub', value: { type: 'flow', path: 'f/ops/inner', input_transforms } }],
    },
  };
  const failing = saying('b', 'def main(word):\n    raise ValueError(word)', 'flow_input.word');
  const value = { modules: [loop, failing], delete_after_secs: 0 };
  await ask('POST', 'flows/create', { path: 'f/ops/run', summary: '', schema: {}, value });
  const ran = await ask('POST', 'jobs/run_wait_result/f/f/ops/run', { word: 'ephemeral-2' });
  // Whoever waits for the answer gets it first.
  expect([ran.status, ran.text]).toEqual([422, expect.stringContaining('ephemeral-2')]);
  const due = await until('its time', async () => (await deletionOf(ran.id))?.wait_s ?? undefined);
  expect(due).toBe(10);
  await whenDeleted(ran.id);
  expect(await placesOf('ephemeral-2')).toEqual([]);
  expect((await jobOf(ran.id)).reason).toBe('Failed in step “b”.');
  const tree = JSON.parse((await ask('GET', `jobs_u/flow_tree/${ran.id}`)).text);
  expect(tree.nodes.map(({ key, state }: { key: string; state: string }) => [key, state])).toEqual(
    expect.arrayContaining([
      ['loop/1/sub/flow/in', 'succeeded'],
      ['b', 'failed'],
    ]),
  );
  const restart = await ask('POST', `jobs/restart/f/${ran.id}`, { step_key: 'b' });
  expect([restart.status, restart.text]).toEqual([400, expect.stringContaining('Start it anew')]);
});

test('a step that asks for it goes when its run has ended, and not before', async () => {
  const brief = bash('a', 'echo ephemeral-3', { delete_after_secs: 30 });
  const value = { modules: [brief, bash('b', 'echo kept-3')] };
  const ran = await ask('POST', 'jobs/run_wait_result/preview_flow', { value, args: {} });
  const steps = await rows<{ id: string; step_key: string }>('SELECT id, step_key FROM job WHERE parent_id = $1', [
    ran.id,
  ]);
  const stepId = steps.find(({ step_key }) => step_key === 'a')?.id ?? '';
  await whenDeleted(stepId);
  expect((await jobOf(stepId)).deletion).toMatch(/were deleted/);
  expect((await jobOf(ran.id)).result).toContain('kept-3');
  const restart = await ask('POST', `jobs/restart/f/${ran.id}`, { step_key: 'b' });
  expect([restart.status, restart.text]).toEqual([400, expect.stringContaining('What “a” gave was deleted')]);
  expect(
    await rows('SELECT 1 FROM job_deletion d JOIN job j ON j.id = d.job_id WHERE j.parent_id = $1', [ran.id]),
  ).toHaveLength(1);
});
