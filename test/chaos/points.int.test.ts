import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NewJob } from '@/core/job/model';
import { submitJob } from '@/core/ledger/submit';
import { closeDatabase } from '@/core/platform/db';
import { makeWorkspace, newJob } from '../jobs';
import { spawnWorker, startWorker, type TestProcess, until } from '../process';
import { FAST_LEASE_MS, type Variant, workerBundle } from './bundles';
import { descendantsOf, processesNamed } from './processes';
import { type CrashableServer, crashableServer } from './server';
import { ask, beginTrail, readTrail } from './trail';

/** One fault at one chosen moment each; chaos.int.test.ts has them all at any moment. */

let server: CrashableServer;
let marker: string;
const workers: TestProcess[] = [];
beforeAll(async () => {
  server = await crashableServer();
  await makeWorkspace();
});
beforeEach(async () => {
  marker = `point${Date.now().toString(36)}`;
  await beginTrail(server.url);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    worker.child.kill('SIGCONT');
    await worker.kill();
  }
});
afterAll(async () => {
  await closeDatabase();
  await server.remove();
});

function kept(worker: TestProcess): TestProcess {
  workers.push(worker);
  return worker;
}

async function worker(variant: Variant = 'fast', environment: Record<string, string> = {}): Promise<TestProcess> {
  return kept(await startWorker(server.url, environment, await workerBundle(variant)));
}

async function submitted(changes: Partial<NewJob> = {}): Promise<string> {
  const job = newJob({ lock: '', ...changes });
  await submitJob(job);
  return job.id;
}

/** A bash job whose process can be found by the test's marker. */
const sleeping = (seconds: number): Partial<NewJob> => ({
  code: `(exec -a ${marker} sleep ${seconds})\necho done`,
});

interface End {
  id: string;
  outcome: string;
  reason: string;
  attempts: number;
  worker: string;
}

const ended = (id: string) =>
  until<End>(
    `the end of ${id}`,
    async () =>
      (
        await ask<End>(
          server.url,
          'SELECT id, outcome, reason, attempts, worker FROM job WHERE id = $1 AND outcome IS NOT NULL',
          [id],
        ).catch(() => [])
      )[0],
  );

const holderOf = async (id: string) =>
  (
    await ask<{ lease_owner: string }>(
      server.url,
      "SELECT lease_owner FROM job_queue WHERE job_id = $1 AND state = 'running'",
      [id],
    )
  )[0]?.lease_owner;

const runs = (id: string) => until(`a start of ${id}`, async () => holderOf(id));
const markedBelow = (pid: number) => descendantsOf(pid).filter(({ command }) => command.includes(marker));

test('a worker that finds no Postgres says so, and works when it comes', async () => {
  await server.crash('SIGQUIT');
  const early = kept(spawnWorker(server.url, {}, await workerBundle('fast')));
  await early.said(/connection to the database failed/);
  await server.start();
  await early.said(/registered worker/);
  expect(await ended(await submitted())).toMatchObject({ outcome: 'succeeded' });
});

test('a result that is ready while Postgres is away is kept and recorded once', async () => {
  const steady = kept(await startWorker(server.url));
  const id = await submitted(sleeping(2));
  await until('the job', async () => markedBelow(steady.pid).length > 0);
  await server.crash('SIGKILL');
  await until('its last process', async () => markedBelow(steady.pid).length === 0);
  await server.start();
  expect(await ended(id)).toMatchObject({ outcome: 'succeeded', attempts: 1 });
  expect((await readTrail(server.url)).filter(({ kind }) => kind === 'ended')).toHaveLength(1);
  expect(await ended(await submitted())).toMatchObject({ outcome: 'succeeded' });
});

test('a worker without a database for half a lease kills its jobs; they run again and nobody calls them poison', async () => {
  const cut = await worker('patient');
  const id = await submitted(sleeping(3));
  await until('the job', async () => markedBelow(cut.pid).length > 0);
  await server.crash('SIGQUIT');
  await cut.said(/no heartbeat for/);
  await until('its last process', async () => processesNamed(marker).length === 0);
  await server.start();
  expect(await ended(id)).toMatchObject({ outcome: 'succeeded' });
  const events = await ask<{ kind: string }>(server.url, 'SELECT kind FROM job_event WHERE job_id = $1', [id]);
  // Released, or not even that: the crash may have forgotten the claim, whose commit does not wait for the disk.
  expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'released')).toEqual([]);
});

test('FENCE: a paused worker comes back too late; its result is refused', async () => {
  const zombie = await worker('late');
  const id = await submitted(sleeping(FAST_LEASE_MS / 1_000));
  await runs(id);
  zombie.child.kill('SIGSTOP');
  await worker('late');
  const { worker: heir } = await ended(id);
  zombie.child.kill('SIGCONT');
  await zombie.said(/came too late|lease was lost/);
  const trail = await readTrail(server.url);
  expect(trail.filter(({ kind }) => kind === 'ended').map((entry) => entry.worker)).toEqual([heir]);
  expect(trail.filter(({ kind }) => kind === 'leased')).toHaveLength(2);
});

test('FENCE: a paused worker that comes back kills what it still runs', async () => {
  const zombie = await worker();
  const id = await submitted(sleeping(60));
  await until('the job', async () => markedBelow(zombie.pid).length > 0);
  zombie.child.kill('SIGSTOP');
  const heir = await worker();
  await until('the heir', async () => markedBelow(heir.pid).length > 0);
  zombie.child.kill('SIGCONT');
  await until('the end of the old process', async () => markedBelow(zombie.pid).length === 0);
  expect(markedBelow(heir.pid)).not.toHaveLength(0);
  expect(await holderOf(id)).toBeDefined();
});

test('a job that kills its worker three times fails with a sentence, and no other job suffers', async () => {
  await worker('fast', { WORKER_GROUP: 'default' });
  const id = await submitted({ ...sleeping(60), tag: 'risky' });
  for (let death = 1; death <= 3; death++) {
    const victim = await worker('fast', { WORKER_GROUP: 'risky' });
    await until('the poison', async () => markedBelow(victim.pid).length > 0);
    const others = await Promise.all([submitted(), submitted()]);
    await victim.kill();
    for (const other of others) expect(await ended(other)).toMatchObject({ outcome: 'succeeded', attempts: 1 });
  }
  const end = await ended(id);
  expect(end).toMatchObject({ outcome: 'failed', attempts: 3 });
  expect(end.reason).toMatch(/^Failed: 3 workers died while they ran it, the last one was risky-.+\.$/);
});

/** Children that nobody waits for: a session of their own, two forks away, deaf to SIGTERM and SIGHUP. */
const stubborn = () => `
trap '' TERM HUP
(trap '' TERM HUP; setsid bash -c 'trap "" TERM HUP; (exec -a ${marker}-session sleep 300) & wait' &)
(trap '' TERM HUP; (nohup bash -c 'trap "" TERM HUP; exec -a ${marker}-double sleep 300' >/dev/null 2>&1 &) &)
(exec -a ${marker}-child sleep 300) &
while :; do sleep 1; done
`;

test('TREE-KILL: nothing is left 6 s after the deadline, whatever the job did', async () => {
  await worker();
  const id = await submitted({ code: stubborn(), timeoutS: 2 });
  await until('its processes', async () => processesNamed(marker).length >= 3);
  expect(await ended(id)).toMatchObject({ outcome: 'timed_out' });
  await until('the last process', async () => processesNamed(marker).length === 0, 6_000);
});

test('TREE-KILL: nothing is left when the worker is killed', async () => {
  const victim = await worker();
  await submitted({ code: stubborn() });
  await until('its processes', async () => processesNamed(marker).length >= 3);
  await victim.kill();
  await until('the last process', async () => processesNamed(marker).length === 0);
});

test('a job over its time ends even when its worker is dead', async () => {
  const victim = await worker();
  const id = await submitted({ ...sleeping(60), timeoutS: 2 });
  await until('the job', async () => markedBelow(victim.pid).length > 0);
  await victim.kill();
  await until(
    'its deadline',
    async () =>
      (await ask(server.url, 'SELECT 1 FROM job_queue WHERE job_id = $1 AND timeout_at < now()', [id])).length > 0,
  );
  await worker();
  expect(await ended(id)).toMatchObject({ outcome: 'timed_out', reason: 'Timed out after 2 s.' });
});

test('a worker that lost its connections once still gives jobs back when it stops', async () => {
  const stopping = await worker('patient', { MODE: 'standalone' });
  const id = await submitted(sleeping(60));
  await runs(id);
  await server.crash('SIGQUIT');
  // Whichever of the two asks first while the database is away; it comes back only after that.
  await stopping.said(/(heartbeat|sweeper): connection to the database failed/);
  await server.start();
  await stopping.said(/(heartbeat|sweeper): the database answers again/);
  expect(await stopping.stop()).toBe(0);
  const [row] = await ask(server.url, 'SELECT state, attempt, lost_count FROM job_queue WHERE job_id = $1', [id]);
  expect(row).toEqual({ state: 'queued', attempt: 0, lost_count: 0 });
});

test('a group that gets another tag keeps its running jobs alive, and serves the tag at once', async () => {
  await worker('fast', { WORKER_GROUP: 'growing' });
  const long = await submitted({ ...sleeping(1.5 * (FAST_LEASE_MS / 1_000)), tag: 'growing' });
  await runs(long);
  await ask(server.url, "UPDATE worker_group SET tags = '{fresh}' WHERE name = 'growing'");
  const fresh = await submitted({ tag: 'fresh' });
  const quick = await ended(fresh);
  expect(quick.outcome).toBe('succeeded');
  expect(await ended(long)).toMatchObject({ outcome: 'succeeded', attempts: 1 });
});
