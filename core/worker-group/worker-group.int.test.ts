import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorkspaceActor } from '@/core/access/model';
import { claimJobs } from '@/core/ledger/claim';
import { LIVE_CHANNEL } from '@/core/ledger/model';
import { submitJobs } from '@/core/ledger/submit';
import { pool, rows } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import { makeWorkspace, newJob } from '@/test/jobs';
import { createGroup, deleteGroup, drainWorker, pauseGroup, resumeGroup, setGroupTags } from './commands';
import { occupancies, orphansOf, overviewFor, registeredGroups, workerFacts } from './queries';

const admin: WorkspaceActor = {
  userId: '00000000-0000-7000-8000-000000000001',
  email: 'ada@example.com',
  username: 'ada',
  isInstanceAdmin: true,
  workspaceId: 'lab',
  role: 'admin',
  groups: ['all'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'test',
};
const member: WorkspaceActor = { ...admin, username: 'bob', isInstanceAdmin: false, role: 'developer' };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace('lab');
  await makeWorkspace('other');
});
afterAll(() => database.drop());
afterEach(async () => {
  await rows('DELETE FROM job');
  await rows('DELETE FROM worker');
  await rows("DELETE FROM worker_group WHERE name <> 'default'");
  await rows("UPDATE worker_group SET is_paused = false, tags = '{}'");
  await rows('DELETE FROM graphile_worker._private_jobs');
});

interface WorkerChanges {
  group?: string;
  tags?: string[];
  silentS?: number;
  slots?: number;
  isDraining?: boolean;
}

async function addWorker(
  id: string,
  { group = 'default', tags = [group], silentS = 0, slots = 2, isDraining = false }: WorkerChanges = {},
) {
  await rows(
    `INSERT INTO worker (id, worker_group, tags, host, pid, version, slots, sandbox, languages, is_draining, last_ping)
     VALUES ($1, $2, $3, 'here', 1, '0.1.0', $4, 'bubblewrap', '{bash}', $5, now() - make_interval(secs => $6))`,
    [id, group, tags, slots, isDraining, silentS],
  );
}

const bells = () => rows<{ task_identifier: string }>('SELECT task_identifier FROM graphile_worker.jobs ORDER BY id');
const overview = async (actor = admin) => overviewFor(actor, await workerFacts());
const groupNamed = async (name: string) => (await overview()).groups.find((group) => group.name === name);

/** What is notified while `work` runs. */
async function heard(work: () => Promise<unknown>): Promise<string[]> {
  const client = await pool().connect();
  const payloads: string[] = [];
  client.on('notification', ({ payload }) => payloads.push(payload ?? ''));
  try {
    await client.query(`LISTEN ${LIVE_CHANNEL}`);
    await work();
    // A notification of a committed transaction arrives at the latest with the answer to the next statement.
    await client.query('SELECT 1');
    return payloads;
  } finally {
    await client.query('UNLISTEN *');
    client.removeAllListeners('notification');
    client.release();
  }
}

test('a group shows its workers, slots, queue depth and what runs', async () => {
  await addWorker('w1');
  await addWorker('w2', { silentS: 20 });
  await addWorker('w3', { silentS: 40 });
  await submitJobs([
    newJob(),
    newJob(),
    newJob({ path: 'u/ada/report' }),
    newJob({ scheduledFor: new Date(Date.now() + 60_000) }),
  ]);
  await claimJobs('w1', ['default'], 1);
  const group = await groupNamed('default');
  expect(group?.workers.map(({ id, presence }) => [id, presence])).toEqual([
    ['w1', 'live'],
    ['w2', 'late'],
    ['w3', 'gone'],
  ]);
  expect(group).toMatchObject({ slots: 4, busy: 1, isPaused: false });
  expect(group?.queues).toMatchObject([{ tag: 'default', due: 2, scheduled: 1 }]);
  expect(group?.queues[0]?.oldestWaitMs).toBeGreaterThanOrEqual(0);
  expect(group?.workers[0]?.running).toMatchObject([{ workspaceId: 'lab' }]);
});

test('a worker that stopped in order is not shown, one that was lost is', async () => {
  await addWorker('stopped');
  await addWorker('lost', { silentS: 200 });
  await rows("UPDATE worker SET stopped_at = now() + interval '1 ms' WHERE id = 'stopped'");
  await rows("UPDATE worker SET stopped_at = last_ping WHERE id = 'lost'");
  expect((await groupNamed('default'))?.workers.map(({ id }) => id)).toEqual(['lost']);
});

test('a queue that nobody serves is an orphan with the nearest name and the time of its last worker', async () => {
  await addWorker('w1', { group: 'heavy' });
  await addWorker('dead', { group: 'gpu', silentS: 60 });
  await submitJobs([
    newJob({ tag: 'heavvy' }),
    newJob({ tag: 'gpu' }),
    newJob({ tag: 'gpu' }),
    newJob({ tag: 'heavy' }),
  ]);
  await rows("UPDATE job_queue SET run_at = now() - interval '1 minute' WHERE tag = 'gpu'");
  const { orphans } = await overview();
  expect(orphans).toMatchObject([
    { tag: 'gpu', due: 2, nearestGroup: null, isDraining: false },
    { tag: 'heavvy', due: 1, nearestGroup: 'heavy', lastSeenAt: null },
  ]);
  expect(orphans[0]?.lastSeenAt).toBeGreaterThan(0);
});

test('a tag is served by a group that took it over, and not by workers that drain', async () => {
  await addWorker('w1', { tags: ['default', 'gpu'] });
  await submitJobs([newJob({ tag: 'gpu' })]);
  expect(orphansOf(await workerFacts())).toEqual([]);
  await drainWorker(admin, 'w1', true);
  expect(orphansOf(await workerFacts())).toMatchObject([{ tag: 'gpu', isDraining: true }]);
});

test('names of jobs are shown where the reader may see the job, slots everywhere', async () => {
  await addWorker('w1', { slots: 8 });
  await submitJobs([
    newJob({ path: 'u/ada/secret', createdBy: 'ada' }),
    newJob({ path: 'u/bob/mine', createdBy: 'ada' }),
    newJob({ workspaceId: 'other', path: 'u/bob/elsewhere', createdBy: 'bob' }),
  ]);
  await claimJobs('w1', ['default'], 3);
  const seenBy = async (actor: WorkspaceActor) => {
    const { groups } = await overview(actor);
    return groups.flatMap(({ workers }) => workers.flatMap(({ running }) => running.map(({ path }) => path ?? null)));
  };
  expect((await seenBy(member)).toSorted()).toEqual([null, null, 'u/bob/mine'].toSorted());
  expect((await seenBy(admin)).toSorted()).toEqual(['u/ada/secret', 'u/bob/elsewhere', 'u/bob/mine']);
  expect(JSON.stringify(await overview(member))).not.toMatch(/secret|elsewhere|"other"/);
});

test('a paused group says so, starts nothing, and its doorbells ring when it is resumed', async () => {
  await submitJobs([newJob(), newJob(), newJob({ tag: 'heavy' })]);
  const told = await heard(() => pauseGroup(admin, 'default'));
  expect(told).toContain('{"kind":"workers","workspaceId":null,"jobIds":[]}');
  expect((await groupNamed('default'))?.isPaused).toBe(true);
  expect(await claimJobs('w1', ['default'], 2)).toEqual([]);
  await rows('DELETE FROM graphile_worker._private_jobs');
  await resumeGroup(admin, 'default');
  expect(await bells()).toEqual([{ task_identifier: 'job:default' }, { task_identifier: 'job:default' }]);
  expect(await claimJobs('w1', ['default'], 2)).toHaveLength(2);
});

test('at most a hundred doorbells are rung for a long queue', async () => {
  await submitJobs(Array.from({ length: 130 }, () => newJob()));
  await rows('DELETE FROM graphile_worker._private_jobs');
  await resumeGroup(admin, 'default');
  expect(await bells()).toHaveLength(100);
});

test('tags are kept without doubles and without the own name, and ring for what waited', async () => {
  await submitJobs([newJob({ tag: 'gpu' })]);
  await rows('DELETE FROM graphile_worker._private_jobs');
  await setGroupTags(admin, 'big', ['gpu', 'big', 'gpu']);
  expect(await registeredGroups()).toContainEqual({ name: 'big', extraTags: ['gpu'] });
  expect(await bells()).toEqual([{ task_identifier: 'job:gpu' }]);
  await expect(setGroupTags(admin, 'big', ['no good'])).rejects.toThrow('letters, digits');
});

test('a group is made once and deleted only when nothing hangs on it', async () => {
  await createGroup(admin, 'report');
  await expect(createGroup(admin, 'report')).rejects.toMatchObject({ code: 'conflict' });
  await expect(createGroup(admin, 'a b')).rejects.toMatchObject({ code: 'bad_request' });
  await addWorker('w1', { group: 'report' });
  await expect(deleteGroup(admin, 'report')).rejects.toThrow('still has workers (1)');
  await rows('DELETE FROM worker');
  await submitJobs([newJob({ tag: 'report' })]);
  await expect(deleteGroup(admin, 'report')).rejects.toThrow('wait or run (1)');
  await rows('DELETE FROM job');
  await deleteGroup(admin, 'report');
  await expect(deleteGroup(admin, 'report')).rejects.toMatchObject({ code: 'not_found' });
  await expect(deleteGroup(admin, 'default')).rejects.toMatchObject({ code: 'conflict' });
});

test('only instance administrators change anything', async () => {
  await addWorker('w1');
  const attempts = [
    () => pauseGroup(member, 'default'),
    () => resumeGroup(member, 'default'),
    () => drainWorker(member, 'w1', true),
    () => setGroupTags(member, 'default', ['gpu']),
    () => createGroup(member, 'mine'),
    () => deleteGroup(member, 'default'),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
  expect(await registeredGroups()).toEqual([{ name: 'default', extraTags: [] }]);
  await expect(drainWorker(admin, 'nobody', true)).rejects.toMatchObject({ code: 'not_found' });
});

test('occupancy is the share of the slots that worked', async () => {
  await addWorker('w1', { slots: 2 });
  await submitJobs([newJob(), newJob()]);
  await claimJobs('w1', ['default'], 1);
  await rows("UPDATE job_queue SET started_at = now() - interval '15 seconds' WHERE state = 'running'");
  const { workers } = await workerFacts();
  const occupancy = (await occupancies(workers)).get('w1');
  expect(occupancy?.now).toBe(0.5);
  expect(occupancy?.last15S).toBeCloseTo(0.5, 1);
  expect(occupancy?.last30Min).toBeLessThan(0.01);
});
