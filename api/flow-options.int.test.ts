import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { bash } from '@/test/flows';
import { type Lab, openLab } from '@/test/lab';
import { until } from '@/test/process';

let lab: Lab;
let ada: TestPerson;
let mira: TestPerson;
beforeAll(async () => {
  lab = await openLab();
  ada = await makePerson('ada');
  mira = await makePerson('mira');
  await makeWorkspace('lab', ada, [[mira, 'operator']]);
});
afterAll(() => lab.close());

const call = (method: string, path: string, body?: unknown) => lab.ask(ada)(method, path, body);

let made = 0;
/** Deploys a flow and answers its path. */
async function deploy(value: { [key: string]: JsonValue }, more: object = {}): Promise<string> {
  made += 1;
  const path = `u/ada/flow${made}`;
  await call('POST', '/flows/create', { path, summary: '', description: '', schema: null, value, ...more });
  return path;
}

const run = (path: string, args: object = {}, query = '') => call('POST', `/jobs/run/f/${path}${query}`, args);
const job = async (id: string) => JSON.parse(await call('GET', `/jobs_u/get/${id}`));
const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const now = await job(id);
    return now.type === 'CompletedJob' ? now : null;
  });
const stepsOf = (id: string) => rows('SELECT id FROM job WHERE parent_id = $1', [id]);

const clock = bash('a', 'echo "$n" $(date +%s%N)', {});

test("a flow's result is kept for equal inputs, for as long as its author said", async () => {
  const path = await deploy({ cache_ttl: 600, modules: [clock, bash('b', 'echo "$PREVIOUS_RESULT"')] });
  const [first, second, other] = [
    await ended(await run(path, { n: 1 })),
    await ended(await run(path, { n: 1 })),
    await ended(await run(path, { n: 2 })),
  ];
  expect(second).toMatchObject({ success: true, result: first.result, reason: 'Succeeded: answered from the cache.' });
  expect(
    [await stepsOf(first.id), await stepsOf(second.id), await stepsOf(other.id)].map(({ length }) => length),
  ).toEqual([2, 0, 2]);
  // Another version is another flow, and who starts again from a step wants it done.
  const again = await ended(await call('POST', `/jobs/restart/f/${first.id}`, { step_id: 'b' }));
  expect(await stepsOf(again.id)).toHaveLength(1);
  const value = { cache_ttl: 600, modules: [clock] };
  await call('POST', `/flows/update/${path}`, { path, summary: '', description: '', schema: null, value });
  expect(await stepsOf((await ended(await run(path, { n: 1 }))).id)).toHaveLength(1);
});

test('a result is forgotten after its time, and a failure at once', async () => {
  const short = await deploy({ cache_ttl: 1, modules: [clock] });
  await ended(await run(short));
  await until(
    'the result to be old',
    async () =>
      (
        await rows<{ left: number }>(
          "SELECT count(*)::int AS left FROM job_cache WHERE expires_at BETWEEN now() AND now() + interval '2 seconds'",
        )
      )[0]?.left === 0,
  );
  expect(await stepsOf((await ended(await run(short))).id)).toHaveLength(1);
  const failing = await deploy({ cache_ttl: 600, modules: [bash('a', 'exit 1')] });
  for (let count = 0; count < 2; count++) {
    const end = await ended(await run(failing));
    expect(end).toMatchObject({ success: false });
    expect(await stepsOf(end.id)).toHaveLength(1);
  }
});

test('people are asked each time, whatever is kept', async () => {
  const gate = { id: 'gate', value: { type: 'approval', allow_self_approval: true, timeout: 600 } };
  const path = await deploy({ cache_ttl: 600, modules: [clock, gate, bash('b', 'echo done')] });
  for (let count = 0; count < 2; count++) {
    const id = await run(path, { n: 1 });
    await until('the question', async () => (await job(id)).state === 'waiting');
    await call('POST', `/jobs/flow/resume/${id}`, {});
    expect(await ended(id)).toMatchObject({ success: true, result: 'done', reason: 'Succeeded.' });
  }
  const checked = await call('POST', '/flows/validate', { cache_ttl: 600, modules: [gate] });
  expect(checked).toContain('cache_ttl keeps nothing here');
});

test('a flow is stopped at its own timeout, with the step that runs', async () => {
  const path = await deploy({ modules: [bash('a', 'sleep 60')] }, { timeout: 2 });
  const end = await ended(await run(path));
  expect(end).toMatchObject({ state: 'timed_out', reason: 'Timed out after 2 s.' });
  const left = () => rows('SELECT id FROM job WHERE parent_id = $1 AND outcome IS NULL', [end.id]);
  await until('the step to be stopped', async () => (await left()).length === 0);
  const longer = await ended(await run(await deploy({ modules: [bash('a', 'true')] }, { timeout: 60 })));
  expect(longer).toMatchObject({ success: true, timeout_s: 60 });
});

test("no more of a flow's runs go on at once than its limit says", async () => {
  const sleeping = {
    type: 'rawscript',
    language: 'bash',
    content: 'n="$1"\nsleep "$n"',
    lock: '',
    input_transforms: { n: { type: 'javascript', expr: 'flow_input.n' } },
  };
  const path = await deploy({ concurrent_limit: 1, modules: [{ id: 'a', value: sleeping }] });
  const first = await run(path, { n: 60 });
  await until('the first to run', async () => (await job(first)).state === 'running');
  const others = [await run(path, { n: 0.2 }), await run(path, { n: 0.2 })];
  await until('the others to say why they wait', async () => {
    const now = await Promise.all(others.map(job));
    return now.every(({ wait }) => wait?.cause === 'limit');
  });
  expect((await job(first)).state).toBe('running');
  await call('POST', `/jobs_u/queue/cancel/${first}`, {});
  const ends = await Promise.all([first, ...others].map(ended));
  expect(ends.map(({ success }) => success)).toEqual([false, true, true]);
  const spans = ends.map((end) => [end.started_at, end.completed_at]).sort(([a], [b]) => a - b);
  for (const [index, [from]] of spans.entries()) {
    const before = spans[index - 1];
    if (before !== undefined) expect(from).toBeGreaterThanOrEqual(before[1] - 5);
  }
});

test('who waits for a flow with an early return is answered by that step, while the flow goes on', async () => {
  const path = await deploy({
    early_return: 'a',
    modules: [bash('a', 'echo early'), bash('b', 'sleep 60; echo late')],
  });
  expect(await call('POST', `/jobs/run_wait_result/f/${path}`, {})).toBe('"early"');
  const [live] = JSON.parse(await call('GET', `/jobs/list?path=${encodeURIComponent(path)}`));
  expect(live.type).toBe('QueuedJob');
  await call('POST', `/jobs_u/queue/cancel/${live.id}`, {});
});

test('a flow of too many steps is refused with a sentence, at once', async () => {
  const flowOf = (count: number) => ({
    modules: Array.from({ length: count }, (_, index) => ({ id: `s${index}`, value: { type: 'identity' } })),
  });
  for (const count of [2_500, 10_000]) {
    const value = flowOf(count);
    const body = { path: 'u/ada/huge', summary: '', description: '', schema: null, value };
    for (const [path, sent] of [
      ['/w/lab/flows/create', body],
      ['/w/lab/jobs/run/preview_flow', { value }],
    ] as const) {
      const answer = await lab.api.as(ada)('POST', path, sent);
      expect([path, answer.status, await answer.text()]).toEqual([
        path,
        400,
        expect.stringContaining('A flow may have 2000 steps; this one has more'),
      ]);
    }
  }
});

test("one's last inputs of a flow are those of its last run, and one's own", async () => {
  const path = await deploy({ modules: [bash('a', 'echo "$n"')] });
  const inputs = async () => JSON.parse(await call('GET', `/flows/last_inputs/p/${path}`));
  expect(await inputs()).toBeNull();
  await ended(await run(path, { n: 1 }));
  await ended(await run(path, { n: 2 }));
  expect(await inputs()).toEqual({ n: 2 });
  const others = await lab.api.as(mira)('GET', `/w/lab/flows/last_inputs/p/${path}`);
  expect([403, 404]).toContain(others.status);
});
