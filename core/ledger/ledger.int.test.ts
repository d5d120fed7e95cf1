import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ClaimedJob, Outcome, Settlement } from '@/core/job/model';
import { rows } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import { makeWorkspace, newJob } from '@/test/jobs';
import { cancelInLedger } from './cancel';
import { claimJobs } from './claim';
import { releaseJob, releaseUnknown, renewLeases, retryJob, Settler } from './settle';
import { submitJob, submitJobs } from './submit';
import { fateOf, sweep } from './sweep';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace();
});
afterAll(() => database.drop());
afterEach(async () => {
  await rows('DELETE FROM job');
  await rows('DELETE FROM worker');
  await rows('UPDATE worker_group SET is_paused = false');
  await rows('DELETE FROM graphile_worker._private_jobs');
});

const TAGS = ['default'];
const endOf = (job: ClaimedJob, outcome: Outcome = 'succeeded'): Settlement => ({
  jobId: job.id,
  leaseToken: job.leaseToken,
  outcome,
  resultJson: '{"value":"\\u0000 \\ud800 ok"}',
  reason: 'Succeeded.',
  worker: 'w1',
  workerGroup: 'default',
  memPeakKb: null,
  cancelledBy: null,
  labels: ['a'],
  log: null,
});
const liveWorker = (slots: number) =>
  rows(
    `INSERT INTO worker (id, worker_group, tags, host, pid, version, slots, sandbox, languages)
     VALUES ('w1', 'default', '{default}', 'here', 1, '1', $1, 'off', '{}')`,
    [slots],
  );
const settler = () => new Settler('w1', () => TAGS, 100);
const outcomes = () => rows<{ id: string; outcome: string | null }>('SELECT id, outcome FROM job ORDER BY id');
const bells = async () => (await rows('SELECT id FROM graphile_worker.jobs WHERE locked_at IS NULL')).length;

test('a submit makes the row, its place in the queue and its doorbell in one commit', async () => {
  const job = newJob();
  expect(await submitJob(job)).toEqual({ isNew: true });
  expect(await rows('SELECT state FROM job_queue WHERE job_id = $1', [job.id])).toEqual([{ state: 'queued' }]);
  expect(await bells()).toBe(1);
});

test('an idempotency key makes one job, also within one batch', async () => {
  const twins = [newJob({ idempotencyKey: 'k' }), newJob({ idempotencyKey: 'k' })];
  const made = await submitJobs(twins);
  expect(made.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
  expect(await submitJob(newJob({ idempotencyKey: 'k' }))).toEqual({ isNew: false });
  expect(await outcomes()).toHaveLength(1);
});

test('claims take the highest priority, then the oldest, and only tags that are served', async () => {
  const [old, young, urgent] = [newJob(), newJob(), newJob({ priority: 5 })];
  await submitJob(old);
  await submitJobs([newJob({ tag: 'heavy' })]);
  await submitJob(young);
  await submitJob(urgent);
  const first = await claimJobs('w1', TAGS, 2);
  expect(first.map(({ id }) => id).sort()).toEqual([old.id, urgent.id].sort());
  expect((await claimJobs('w2', TAGS, 5)).map(({ id }) => id)).toEqual([young.id]);
});

test('forty concurrent claims hand out each job once', async () => {
  await submitJobs(Array.from({ length: 60 }, () => newJob()));
  const claimed = (await Promise.all(Array.from({ length: 40 }, (_, n) => claimJobs(`w${n}`, TAGS, 2)))).flat();
  expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
  const rest = await claimJobs('w', TAGS, 100);
  expect(claimed.length + rest.length).toBe(60);
});

test('a paused group keeps its jobs', async () => {
  await submitJob(newJob());
  await rows("UPDATE worker_group SET is_paused = true WHERE name = 'default'");
  expect(await claimJobs('w1', TAGS, 1)).toEqual([]);
});

test('the last output is written in the commit that ends the job', async () => {
  await submitJob(newJob());
  const [job] = await claimJobs('w1', TAGS, 1);
  if (!job) throw new Error('nothing claimed');
  const log = { seq: 7, text: 'last words\n' };
  const late = { ...endOf(job), leaseToken: newJob().id, log };
  expect((await settler().settle({ end: late, wantsNext: false })).isAccepted).toBe(false);
  expect(await rows('SELECT seq FROM job_log WHERE job_id = $1', [job.id])).toEqual([]);
  await settler().settle({ end: { ...endOf(job), log }, wantsNext: false });
  expect(await rows('SELECT seq, text FROM job_log WHERE job_id = $1', [job.id])).toEqual([log]);
});

test('the end is recorded once, and hands the slot its next job in the same commit', async () => {
  await submitJobs([newJob(), newJob()]);
  const [job] = await claimJobs('w1', TAGS, 1);
  if (!job) throw new Error('nothing claimed');
  const { isAccepted, next } = await settler().settle({ end: endOf(job), wantsNext: true });
  expect(isAccepted).toBe(true);
  expect(next?.id).not.toBe(job.id);
  expect(next?.attempt).toBe(1);
  const again = await settler().settle({ end: endOf(job, 'failed'), wantsNext: false });
  expect(again).toEqual({ isAccepted: false, next: null });
  const [row] = await rows<{ outcome: string; result: string; labels: string[] }>(
    'SELECT outcome, result, labels FROM job WHERE id = $1',
    [job.id],
  );
  expect(row).toEqual({ outcome: 'succeeded', result: '{"value":"\\u0000 \\ud800 ok"}', labels: ['a'] });
});

test('a zombie is fenced by its lease token, even when it is the same worker', async () => {
  await submitJob(newJob());
  const [zombie] = await claimJobs('w1', TAGS, 1);
  if (!zombie) throw new Error('nothing claimed');
  await rows("UPDATE job_queue SET lease_until = now() - interval '1 second'");
  expect(await sweep()).toMatchObject({ strays: 1 });
  const [heir] = await claimJobs('w1', TAGS, 1);
  if (!heir) throw new Error('nothing claimed');
  expect(heir).toMatchObject({ attempt: 2, lostCount: 1 });
  expect((await settler().settle({ end: endOf(zombie), wantsNext: false })).isAccepted).toBe(false);
  expect(await renewLeases([zombie.leaseToken, heir.leaseToken], 20_000)).toMatchObject([
    { leaseToken: heir.leaseToken },
  ]);
  expect((await settler().settle({ end: endOf(heir), wantsNext: false })).isAccepted).toBe(true);
});

test('a job that loses three workers is poison and fails with a sentence', async () => {
  await submitJob(newJob());
  for (let lost = 0; lost < 3; lost++) {
    expect(await claimJobs('w1', TAGS, 1)).toHaveLength(1);
    await rows("UPDATE job_queue SET lease_until = now() - interval '1 second'");
    await sweep();
  }
  const [row] = await rows<{ outcome: string; reason: string }>('SELECT outcome, reason FROM job');
  expect(row?.outcome).toBe('failed');
  expect(row?.reason).toContain('3 workers died');
});

test('retries wait, releases do not count, and both are noted', async () => {
  await submitJob(newJob());
  const [job] = await claimJobs('w1', TAGS, 1);
  if (!job) throw new Error('nothing claimed');
  expect(await retryJob(job, 3600, 'Retry 1 of 3 in 3600 s.')).toBe(true);
  expect(await retryJob(job, 0, 'twice')).toBe(false);
  expect(await claimJobs('w1', TAGS, 1)).toEqual([]);
  await rows('UPDATE job_queue SET run_at = now()');
  const [second] = await claimJobs('w1', TAGS, 1);
  if (!second) throw new Error('nothing claimed');
  expect(await releaseJob(second, 'The worker stops.')).toBe(true);
  const [third] = await claimJobs('w1', TAGS, 1);
  expect(third?.attempt).toBe(2);
  expect(await rows('SELECT kind FROM job_event ORDER BY seq')).toEqual([{ kind: 'retry' }, { kind: 'released' }]);
});

test('a concurrency limit holds under concurrent claims, and an end rings for the next', async () => {
  const limit = { key: 'lab:one', count: 2, windowS: null };
  await submitJobs(Array.from({ length: 6 }, () => newJob({ limit })));
  const claimed = (await Promise.all(Array.from({ length: 8 }, (_, n) => claimJobs(`w${n}`, TAGS, 3)))).flat();
  expect(claimed).toHaveLength(2);
  await rows('DELETE FROM graphile_worker._private_jobs');
  const [job] = claimed;
  if (!job) throw new Error('nothing claimed');
  await settler().settle({ end: endOf(job), wantsNext: true });
  expect(await bells()).toBeGreaterThan(0);
  expect(await claimJobs('w1', TAGS, 5)).toHaveLength(1);
});

test('a window limits starts, not only what runs at once', async () => {
  const limit = { key: 'lab:window', count: 1, windowS: 3600 };
  await submitJobs([newJob({ limit }), newJob({ limit })]);
  const [job] = await claimJobs('w1', TAGS, 5);
  if (!job) throw new Error('nothing claimed');
  await settler().settle({ end: endOf(job), wantsNext: false });
  expect(await claimJobs('w1', TAGS, 5)).toEqual([]);
});

test('cancel ends what waits and asks what runs', async () => {
  const waiting = newJob();
  await submitJob(waiting);
  const cancel = (jobId: string) => cancelInLedger({ workspaceId: 'lab', jobId, by: 'ada', because: 'wrong table' });
  expect(await cancel(waiting.id)).toBe('ended');
  expect(await cancel(waiting.id)).toBe('nothing');
  const running = newJob();
  await submitJob(running);
  const [job] = await claimJobs('w1', TAGS, 1);
  if (!job) throw new Error('nothing claimed');
  expect(await cancel(running.id)).toBe('asked');
  expect(await renewLeases([job.leaseToken], 20_000)).toMatchObject([{ cancelBy: 'ada', cancelReason: 'wrong table' }]);
  expect(await retryJob(job, 0, 'no retry after a cancel')).toBe(false);
});

test('a batch rings no more bells than there are slots to hear them, and at least one', async () => {
  await submitJobs(Array.from({ length: 20 }, () => newJob()));
  expect(await bells()).toBe(1);
  await rows('DELETE FROM graphile_worker._private_jobs');
  await liveWorker(8);
  await submitJobs(Array.from({ length: 20 }, () => newJob()));
  expect(await bells()).toBe(8);
});

test('a lost doorbell is rung again', async () => {
  await liveWorker(8);
  await submitJobs([newJob(), newJob()]);
  await rows('DELETE FROM graphile_worker._private_jobs');
  await rows("UPDATE job_queue SET run_at = now() - interval '4 seconds'");
  expect(await sweep()).toEqual({ strays: 0, rung: 2 });
  expect(await sweep()).toEqual({ strays: 0, rung: 0 });
});

test('a cancelled job whose worker died ends as cancelled, a late one as timed out', () => {
  const stray = {
    cancel_by: null,
    cancel_reason: null,
    is_late: false,
    timeout_s: 30,
    lost_count: 0,
    lease_owner: 'w1',
  };
  expect(fateOf(stray)).toMatchObject({ kind: 'again' });
  // The same error as of a job that its worker has stopped.
  expect(fateOf({ ...stray, cancel_by: 'ada', cancel_reason: 'wrong' })).toMatchObject({
    outcome: 'cancelled',
    error: { name: 'Canceled', message: 'Cancelled by ada: wrong.', reason: 'wrong', canceler: 'ada' },
  });
  expect(fateOf({ ...stray, is_late: true })).toMatchObject({ outcome: 'timed_out', reason: 'Timed out after 30 s.' });
  expect(fateOf({ ...stray, lost_count: 2 })).toMatchObject({ outcome: 'failed' });
});

test('a job that cannot be stored does not take its batch with it', async () => {
  const first = newJob();
  const [twin, innocent] = [newJob({ id: first.id }), newJob()];
  await submitJob(first);
  const results = await Promise.allSettled([submitJob(newJob()), submitJob(twin), submitJob(innocent)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a result that cannot be stored does not take its batch with it', async () => {
  await submitJobs([newJob(), newJob(), newJob()]);
  const [a, b, c] = await claimJobs('w1', TAGS, 3);
  if (!a || !b || !c) throw new Error('nothing claimed');
  const one = settler();
  const settled = await Promise.allSettled([
    one.settle({ end: endOf(a), wantsNext: false }),
    one.settle({ end: { ...endOf(b), resultJson: 'no JSON' }, wantsNext: false }),
    one.settle({ end: endOf(c), wantsNext: false }),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a lease whose claim was never answered goes back, a known or young one stays', async () => {
  await submitJobs([newJob(), newJob(), newJob()]);
  const [known, lost, young] = await claimJobs('w1', TAGS, 3);
  if (!known || !lost || !young) throw new Error('nothing claimed');
  await rows("UPDATE job_queue SET lease_until = lease_until - interval '6 seconds' WHERE job_id <> $1", [young.id]);
  expect(await releaseUnknown('w1', [known.leaseToken], 'It was put back.')).toBe(1);
  const [row] = await rows('SELECT job_id, attempt, lost_count FROM job_queue WHERE state = $1', ['queued']);
  expect(row).toEqual({ job_id: lost.id, attempt: 0, lost_count: 0 });
});

test('a large batch is claimed and settled in one go, notifications included', async () => {
  await submitJobs(Array.from({ length: 300 }, () => newJob()));
  const claimed = await claimJobs('w1', TAGS, 300);
  expect(claimed).toHaveLength(300);
  const resultJson = JSON.stringify('x'.repeat(5_000));
  const one = new Settler('w1', () => TAGS, 300);
  const settled = await Promise.all(
    claimed.map((job) => one.settle({ end: { ...endOf(job), resultJson }, wantsNext: false })),
  );
  expect(settled.every(({ isAccepted }) => isAccepted)).toBe(true);
});
