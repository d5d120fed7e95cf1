import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClaimedJob } from '@/core/job/model';
import { rows } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import { makeWorkspace, newJob } from '@/test/jobs';
import { replaceArgs } from './args';
import { claimJobs } from './claim';
import { releaseJob } from './settle';
import { submitJob } from './submit';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace();
});
afterAll(() => database.drop());

async function claimed(): Promise<ClaimedJob> {
  const [job] = await claimJobs('w1', ['default'], 1);
  if (job === undefined) throw new Error('Nothing was due.');
  return job;
}
const kept = (id: string) => rows('SELECT args::text AS args, preprocessed FROM job WHERE id = $1', [id]);
const asksFor = (job: ClaimedJob) => 'preprocesses' in job && job.preprocesses;

test('a job without a request asks for nothing', async () => {
  const { id } = newJob();
  await submitJob(newJob({ id }));
  expect(asksFor(await claimed())).toBe(false);
  expect(await kept(id)).toEqual([{ args: '{}', preprocessed: null }]);
});

test('a request is replaced once, by whoever holds the lease, and the next attempt takes what was made', async () => {
  const { id } = newJob();
  await submitJob(newJob({ id, argsJson: '{"request":1}', isPreprocessed: false }));
  const first = await claimed();
  expect(asksFor(first)).toBe(true);
  await releaseJob(first, 'stopped');
  const second = await claimed();
  expect(second.leaseToken).not.toBe(first.leaseToken);
  expect(await replaceArgs(first, '{"late":true}')).toBe(false);
  expect(await kept(id)).toEqual([{ args: '{"request":1}', preprocessed: false }]);
  expect(await replaceArgs(second, '{"a": 1}')).toBe(true);
  await releaseJob(second, 'stopped');
  expect(await replaceArgs(second, '{"late":true}')).toBe(false);
  const third = await claimed();
  expect(asksFor(third)).toBe(false);
  expect(third.argsJson).toBe('{"a": 1}');
  expect(await kept(id)).toEqual([{ args: '{"a": 1}', preprocessed: true }]);
});
