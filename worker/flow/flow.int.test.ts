import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide } from '@/core/approval/commands';
import { cancelInLedger } from '@/core/ledger/cancel';
import { wakeFlow } from '@/core/ledger/wake';
import { closeDatabase, rows, transaction } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { workerBundle } from '@/test/chaos/bundles';
import { type TestDatabase, testDatabase } from '@/test/database';
import { bash, executableOf, startFlow } from '@/test/flows';
import { makeWorkspace } from '@/test/jobs';
import { startWorker, type TestProcess, until } from '@/test/process';

let database: TestDatabase;
let worker: TestProcess;
beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace();
  worker = await startWorker(database.url);
});
afterAll(async () => {
  await worker.stop();
  await closeDatabase();
  await database.drop();
});

interface Ended {
  outcome: string;
  result: string;
  reason: string;
}

const endOf = (id: string, timeoutMs?: number) =>
  until<Ended>(
    `the end of ${id}; the worker said:\n${worker.output()}`,
    async () =>
      (await rows<Ended>('SELECT outcome, result, reason FROM job WHERE id = $1 AND outcome IS NOT NULL', [id]))[0],
    timeoutMs,
  );

const run = async (value: JsonValue, args: JsonValue = {}) => endOf(await startFlow(value, args));

const python = (
  id: string,
  content: string,
  transforms: Record<string, string> = {},
  more: Record<string, JsonValue> = {},
): JsonValue => ({
  id,
  value: {
    type: 'rawscript',
    language: 'python3',
    content,
    lock: '',
    input_transforms: Object.fromEntries(
      Object.entries(transforms).map(([name, expr]) => [name, { type: 'javascript', expr }]),
    ),
  },
  ...more,
});

test('steps run one after the other, each with what the ones before have given', async () => {
  const flow = {
    modules: [
      python('a', 'def main(n): return {"n": n + 1}', { n: 'flow_input.n' }),
      python('b', 'def main(n): return n * 2', { n: 'results.a.n' }),
      python('c', 'def main(n): return n + 100', { n: 'previous_result' }),
    ],
  };
  expect(await run(flow, { n: 1 })).toEqual({ outcome: 'succeeded', result: '104', reason: 'Succeeded.' });
});

test('a parallel loop answers in input order', async () => {
  const loop = {
    id: 'loop',
    value: {
      type: 'forloopflow',
      iterator: { type: 'static', value: [3, 1, 2] },
      skip_failures: false,
      parallel: true,
      modules: [python('double', 'def main(n): return n * 2', { n: 'flow_input.iter.value' })],
    },
  };
  expect(
    (await run({ modules: [loop, python('sum', 'def main(x): return sum(x)', { x: 'results.loop' })] })).result,
  ).toBe('12');
});

test('a failing step fails the run, with the step’s own words', async () => {
  const ended = await run({ modules: [bash('a', 'exit 3'), bash('b', 'echo never')] });
  expect(ended.outcome).toBe('failed');
  expect(ended.reason).toContain('in step “a”');
});

const loopOver = (items: JsonValue, modules: JsonValue[], more: Record<string, JsonValue> = {}): JsonValue => ({
  id: 'loop',
  value: { type: 'forloopflow', iterator: { type: 'static', value: items }, skip_failures: false, modules, ...more },
});

test('arguments bind by name, and the failure module is told in words', async () => {
  const unbound = (id: string, content: string, more: Record<string, JsonValue> = {}): JsonValue => ({
    id,
    value: { type: 'rawscript', language: 'python3', content, lock: '' },
    ...more,
  });
  const flow = {
    modules: [
      unbound('fetch', 'def main(service): return {"region": "eu", "records": [1, 2]}'),
      unbound('count', 'def main(region, records, service): return f"{service}/{region}: {len(records)}"'),
      unbound('fail', 'def main(text): raise ValueError("cannot send " + text)'),
      unbound('tell', 'def main(error, step): return {"error": error, "step": step}', { type: 'failure' }),
    ],
  };
  const ended = await run(flow, { service: 'api' });
  expect(ended.outcome).toBe('failed');
  expect(JSON.parse(ended.result)).toEqual({ error: 'cannot send api/eu: 2', step: 'fail' });
  expect(ended.reason).toBe('Failed in step “fail”: ValueError: cannot send api/eu: 2');
});

test('a step is retried after its wait, each try a job of its own', async () => {
  const flow = { modules: [bash('a', 'exit 3', { retry: { constant: { attempts: 2, seconds: 1 } } })] };
  const id = await startFlow(flow);
  expect((await endOf(id)).outcome).toBe('failed');
  const tries = await rows<{ outcome: string; at: number }>(
    'SELECT outcome, (extract(epoch FROM created_at) * 1000)::float8 AS at FROM job WHERE parent_id = $1 ORDER BY created_at',
    [id],
  );
  expect(tries.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  expect((tries[1]?.at ?? 0) - (tries[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
});

test('a flow that waits for people holds no worker, and goes on with what they said', async () => {
  const flow = {
    modules: [
      bash('a', 'echo ready', { suspend: { required_events: 1, timeout: 600 } }),
      python('b', 'def main(said, who): return [said, who]', { said: 'resume', who: 'approvers' }),
    ],
  };
  const id = await startFlow(flow);
  const asked = await until(
    'the question',
    async () => (await rows<{ id: string }>("SELECT id FROM approval WHERE run_id = $1 AND state = 'open'", [id]))[0],
  );
  const parked = () =>
    rows<{ state: string; is_waiting: boolean }>('SELECT state, is_waiting FROM job_queue WHERE job_id = $1', [id]);
  await until('the run to be parked', async () => (await parked())[0]?.state === 'parked');
  expect(await parked()).toEqual([{ state: 'parked', is_waiting: true }]);
  await decide({
    workspaceId: 'lab',
    approvalId: asked.id,
    who: { kind: 'anonymous', name: 'ruben' },
    hasLink: true,
    answer: {
      verdict: 'approve',
      comment: '',
      form: { n: 1 },
      shownHash: null,
      surface: 'link',
      resumeId: 7,
      ip: null,
    },
  });
  expect((await endOf(id)).result).toBe('[{"n":1},["ruben"]]');
});

test('an approval inside a parallel loop inside a branch waits, and a rejection ends the run as rejected', async () => {
  const ask: JsonValue = {
    id: 'ask',
    value: { type: 'approval', approvers: [{ type: 'user', name: 'ada' }], timeout: 600 },
  };
  const branch: JsonValue = {
    id: 'branch',
    value: {
      type: 'branchone',
      branches: [{ expr: 'true', modules: [loopOver([1, 2], [ask], { parallel: true })] }],
      default: [],
    },
  };
  const id = await startFlow({ modules: [branch, bash('after', 'echo never')] });
  const open = () =>
    rows<{ id: string; node_key: string }>(
      "SELECT id, node_key FROM approval WHERE run_id = $1 AND state = 'open' ORDER BY node_key",
      [id],
    );
  await until('two questions', async () => (await open()).length === 2);
  expect((await open()).map(({ node_key }) => node_key)).toEqual(['branch/0/loop/0/ask', 'branch/0/loop/1/ask']);
  await transaction(async (client) => {
    await client.query(
      "UPDATE approval SET state = 'rejected', ended_at = now() WHERE run_id = $1 AND node_key LIKE '%/1/ask'",
      [id],
    );
    await wakeFlow(client, id);
  });
  expect(await endOf(id)).toMatchObject({ outcome: 'rejected' });
  expect(await rows("SELECT id FROM approval WHERE run_id = $1 AND state = 'open'", [id])).toEqual([]);
  expect(await rows('SELECT id FROM job WHERE parent_id = $1', [id])).toEqual([]);
});

test('a cancelled flow stops the step that runs, and starts no other', async () => {
  const id = await startFlow({ modules: [bash('a', 'sleep 60'), bash('b', 'echo never')] });
  await until(
    'the step',
    async () => (await rows('SELECT 1 FROM job WHERE parent_id = $1 AND started_at IS NOT NULL', [id]))[0],
  );
  expect(await cancelInLedger({ workspaceId: 'lab', jobId: id, by: 'ada', because: 'wrong input' })).toBe('asked');
  expect(await endOf(id)).toMatchObject({ outcome: 'cancelled', reason: 'Cancelled by ada: wrong input.' });
  expect(await rows('SELECT outcome FROM job WHERE parent_id = $1', [id])).toEqual([{ outcome: 'cancelled' }]);
});

test('a cancelled flow stops all that runs beside each other, and what waits for a slot never starts', async () => {
  const loop = loopOver([1, 2, 3, 4, 5, 6, 7, 8], [bash('each', 'sleep 60')], { parallel: true });
  const id = await startFlow({ modules: [loop, bash('after', 'echo never')] });
  await until('four steps', async () => {
    const running = await rows("SELECT 1 FROM job_queue WHERE flow_id = $1 AND job_id <> $1 AND state = 'running'", [
      id,
    ]);
    return running.length === 4;
  });
  await cancelInLedger({ workspaceId: 'lab', jobId: id, by: 'ada', because: '' });
  expect(await endOf(id)).toMatchObject({ outcome: 'cancelled', reason: 'Cancelled by ada.' });
  const steps = await rows<{ outcome: string }>('SELECT outcome FROM job WHERE parent_id = $1', [id]);
  expect(steps.map(({ outcome }) => outcome)).toEqual(Array(8).fill('cancelled'));
});

test('a step that is cancelled alone fails its flow, whose failure module runs', async () => {
  const flow = { modules: [bash('a', 'sleep 60'), bash('saved', 'echo saved', { type: 'failure' })] };
  const id = await startFlow(flow);
  const step = await until(
    'the step',
    async () =>
      (await rows<{ id: string }>('SELECT id FROM job WHERE parent_id = $1 AND started_at IS NOT NULL', [id]))[0],
  );
  expect(await cancelInLedger({ workspaceId: 'lab', jobId: step.id, by: 'ada', because: '' })).toBe('asked');
  expect(await endOf(id)).toMatchObject({ outcome: 'failed', result: '"saved"' });
});

test('a flow ends when its time is up, also while it only waits', async () => {
  const id = await startFlow(
    { modules: [bash('a', 'true', { sleep: { type: 'static', value: 600 } }), bash('b', 'echo never')] },
    {},
    { timeoutS: 2 },
  );
  expect(await endOf(id)).toMatchObject({ outcome: 'timed_out', reason: 'Timed out after 2 s.' });
});

test('steps of another group hop there, and come back', async () => {
  const heavy = await startWorker(database.url, { WORKER_GROUP: 'heavy' });
  try {
    const there: JsonValue = {
      id: 'b',
      value: {
        type: 'rawscript',
        language: 'bash',
        content: 'echo "$WM_WORKER_GROUP"',
        lock: '',
        tag: 'heavy',
        input_transforms: {},
      },
    };
    const id = await startFlow({ modules: [bash('a', 'echo "$WM_WORKER_GROUP"'), there, bash('c', 'echo done')] });
    expect((await endOf(id)).outcome).toBe('succeeded');
    const ran = await rows('SELECT step_key, worker_group FROM job WHERE parent_id = $1 ORDER BY created_at', [id]);
    expect(ran.slice(0, 2)).toEqual([
      { step_key: 'a', worker_group: 'default' },
      { step_key: 'b', worker_group: 'heavy' },
    ]);
  } finally {
    await heavy.stop();
  }
});

test('a worker that is killed in the middle of a step: another runs the step again, and the flow ends right', {
  timeout: 90_000,
}, async () => {
  const flow = { modules: [bash('a', 'echo 1'), bash('b', 'sleep 3; echo "$FANTAIL_ATTEMPT"')] };
  // Leases of these run out after 4 s instead of 20.
  const bundle = await workerBundle('fast');
  const victim = await startWorker(database.url, { WORKER_GROUP: 'victims' }, bundle);
  const id = await startFlow(flow, {}, { tag: 'victims' });
  await until(
    'step b',
    async () =>
      (await rows("SELECT 1 FROM job WHERE parent_id = $1 AND step_key = 'b' AND started_at IS NOT NULL", [id]))[0],
  );
  await victim.kill();
  const heir = await startWorker(database.url, { WORKER_GROUP: 'victims' }, bundle);
  try {
    expect(await endOf(id, 60_000)).toMatchObject({ outcome: 'succeeded', result: '"2"' });
    expect(await rows("SELECT count(*)::int AS n FROM job WHERE parent_id = $1 AND step_key = 'a'", [id])).toEqual([
      { n: 1 },
    ]);
  } finally {
    await heir.stop();
  }
});

test('hostile flows fail with a sentence, and the worker goes on', { timeout: 120_000 }, async () => {
  const iterating = (expr: string): JsonValue => ({
    modules: [
      {
        id: 'loop',
        value: {
          type: 'forloopflow',
          iterator: { type: 'javascript', expr },
          skip_failures: false,
          modules: [bash('x', 'true')],
        },
      },
    ],
  });
  expect((await run(iterating('(() => { for (;;) {} })()'))).outcome).toBe('failed');
  expect((await run(iterating('"x".repeat(2 ** 29).split("")'))).outcome).toBe('failed');
  expect((await run(iterating('this.constructor.constructor("return process")().exit()'))).outcome).toBe('failed');
  expect((await run(iterating('42'))).reason).toContain('has to be an array');
  const many = {
    modules: Array.from({ length: 2_000 }, (_, index): JsonValue => ({ id: `m${index}`, value: { type: 'identity' } })),
  };
  const tooMany = Array.from({ length: 10_000 }, (_, index) => bash(`m${index}`, 'true'));
  expect(() => executableOf({ modules: tooMany })).toThrow();
  expect(await endOf(await startFlow(many, { x: 1 }), 60_000)).toMatchObject({
    outcome: 'succeeded',
    result: '{"x":1}',
  });
  expect(() =>
    executableOf({ modules: [bash('a', 'true', { depends_on: ['b'] }), bash('b', 'true', { depends_on: ['a'] })] }),
  ).toThrow();
  expect((await run({ modules: [bash('a', 'echo still here')] })).result).toBe('"still here"');
  expect(worker.output()).not.toContain('was let go');
});
