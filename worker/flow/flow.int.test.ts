import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, rows } from '@/core/platform/db';
import type { JsonValue } from '@/core/schema/model';
import { type TestDatabase, testDatabase } from '@/test/database';
import { bash, startFlow } from '@/test/flows';
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
