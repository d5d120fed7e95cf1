import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewJob } from '@/core/job/model';
import { cancelInLedger } from '@/core/ledger/cancel';
import { submitJob } from '@/core/ledger/submit';
import { closeDatabase, rows } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import { makeWorkspace, newJob } from '@/test/jobs';
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
  attempts: number;
  worker_group: string;
}

async function submitted(changes: Partial<NewJob>): Promise<string> {
  const job = newJob(changes);
  await submitJob(job);
  return job.id;
}

const ended = (id: string, timeoutMs?: number) =>
  until<Ended>(
    `the end of ${id}; the worker said:\n${worker.output()}`,
    async () =>
      (
        await rows<Ended>(
          'SELECT outcome, result, reason, attempts, worker_group FROM job WHERE id = $1 AND outcome IS NOT NULL',
          [id],
        )
      )[0],
    timeoutMs,
  );
const run = async (changes: Partial<NewJob>) => ended(await submitted(changes));
const logOf = async (id: string) =>
  (await rows<{ text: string }>('SELECT text FROM job_log WHERE job_id = $1 ORDER BY seq', [id]))
    .map(({ text }) => text)
    .join('');

test('python, TypeScript and bash run, with arguments, and their results are recorded', async () => {
  const python = 'def main(a: int, b: int = 2):\n    return {"sum": a + b}\n';
  expect(await run({ language: 'python3', code: python, argsJson: '{"a": 40}' })).toMatchObject({
    outcome: 'succeeded',
    result: '{"sum":42}',
    worker_group: 'default',
  });
  const typescript = 'export async function main(name: string) { return "hello " + name; }';
  expect(await run({ language: 'bun', code: typescript, argsJson: '{"name":"fan"}' })).toMatchObject({
    result: '"hello fan"',
  });
  expect(
    await run({ language: 'bash', code: 'name="$1"\necho "hello $name"', argsJson: '{"name":"tail"}' }),
  ).toMatchObject({
    result: '"hello tail"',
  });
});

test('a log arrives while the job runs, in order', async () => {
  const id = await submitted({ code: 'echo one; sleep 1; echo two; sleep 30' });
  await until('the first line', async () => (await logOf(id)).includes('one'));
  const isRunning = await rows("SELECT 1 FROM job_queue WHERE job_id = $1 AND state = 'running'", [id]);
  expect(isRunning).toHaveLength(1);
  await until('the second line', async () => (await logOf(id)) === 'one\ntwo\n');
  await cancelInLedger({ workspaceId: 'lab', jobId: id, by: 'ada', because: 'seen enough' });
  expect(await ended(id)).toMatchObject({ outcome: 'cancelled', reason: 'Cancelled by ada: seen enough.' });
});

test('an error, a timeout and a retry each end as what they are', async () => {
  const failed = await run({ language: 'python3', code: 'def main():\n    raise ValueError("no such table")\n' });
  expect(failed).toMatchObject({ outcome: 'failed', reason: 'Failed: ValueError: no such table' });
  expect(await run({ code: 'sleep 60', timeoutS: 1 })).toMatchObject({
    outcome: 'timed_out',
    reason: 'Timed out after 1 s.',
  });
  const retried = await run({ code: 'exit 3', retry: { attempts: 2, seconds: 0 } });
  expect(retried).toMatchObject({ outcome: 'failed', attempts: 3 });
});

test('two hundred jobs end once each', async () => {
  const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => submitted({ code: `echo ${n}` })));
  const done = await Promise.all(ids.map((id) => ended(id, 60_000)));
  expect(done.map(({ result }) => result)).toEqual(ids.map((_, n) => `"${n}"`));
});

test('a job of another group waits until a worker of that group comes', async () => {
  const id = await submitted({ tag: 'heavy', code: 'echo heavy' });
  expect(await run({ code: 'echo light' })).toMatchObject({ outcome: 'succeeded' });
  expect(await rows('SELECT state FROM job_queue WHERE job_id = $1', [id])).toEqual([{ state: 'queued' }]);
  const heavy = await startWorker(database.url, { WORKER_GROUP: 'heavy' });
  expect(await heavy.said(/registered worker/)).toContain('worker_group=heavy');
  expect(await ended(id)).toMatchObject({ outcome: 'succeeded', worker_group: 'heavy' });
  expect(await heavy.said(/picked up job/)).toContain(id);
  expect(await heavy.stop()).toBe(0);
  const [row] = await rows<{ is_stopped: boolean }>(
    "SELECT stopped_at IS NOT NULL AS is_stopped FROM worker WHERE worker_group = 'heavy'",
  );
  expect(row?.is_stopped).toBe(true);
});

test('a worker that stops gives its long job back, and the attempt does not count', async () => {
  const id = await submitted({ tag: 'drain', code: 'sleep 300' });
  const first = await startWorker(database.url, { WORKER_GROUP: 'drain', MODE: 'standalone' });
  await first.said(/picked up job/);
  expect(await first.stop()).toBe(0);
  const [row] = await rows<{ state: string; attempt: number }>(
    'SELECT state, attempt FROM job_queue WHERE job_id = $1',
    [id],
  );
  expect(row).toEqual({ state: 'queued', attempt: 0 });
});
