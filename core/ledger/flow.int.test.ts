import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ClaimedFlow, ClaimedJob, ClaimedScript, NewJob } from '@/core/job/model';
import { isFlowKind } from '@/core/job/model';
import { closeDatabase, rows, transaction } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startFlow } from '@/test/flows';
import { makeWorkspace, newJob } from '@/test/jobs';
import { cancelInLedger } from './cancel';
import { claimJobs } from './claim';
import { adoptStep, commitRun } from './flow-commit';
import { lookForNews, newsOf } from './flow-load';
import { NO_STEPS, type Parking, type RunCommit } from './flow-model';
import { MAX_LOST } from './model';
import { Settler } from './settle';
import { sweep } from './sweep';
import { wakeFlow } from './wake';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace();
});
afterAll(async () => {
  await closeDatabase();
  await database.drop();
});
beforeEach(async () => {
  await rows('TRUNCATE job, job_queue, job_event, job_log CASCADE');
});

const isFlow = (job: ClaimedJob): job is ClaimedFlow => isFlowKind(job.kind);
const isScript = (job: ClaimedJob): job is ClaimedScript => !isFlowKind(job.kind);

const NOTHING: RunCommit = { ...NO_STEPS, worker: 'w1', workerGroup: 'default', next: { kind: 'go_on' } };

const parking = (changes: Partial<Parking> = {}): RunCommit['next'] => ({
  kind: 'park',
  parking: { wakeAtMs: null, isWaiting: false, awaited: 0, ...changes },
});

const step = (flow: { id: string }, key: string, changes: Partial<NewJob> = {}): NewJob =>
  newJob({ parentId: flow.id, rootId: flow.id, stepKey: key, ...changes });

const end = (job: ClaimedScript, outcome: 'succeeded' | 'failed' = 'succeeded') => ({
  jobId: job.id,
  leaseToken: job.leaseToken,
  outcome,
  resultJson: outcome === 'succeeded' ? '1' : '{"error":{"name":"Error","message":"no"}}',
  reason: 'ended',
  worker: 'w1',
  workerGroup: 'default',
  memPeakKb: null,
  cancelledBy: null,
  labels: [],
  log: null,
});

async function ownedFlow(): Promise<ClaimedFlow> {
  const id = await startFlow({ modules: [] });
  const flow = (await claimJobs('w1', ['default'], 10)).filter(isFlow).find((one) => one.id === id);
  if (flow === undefined) throw new Error('the flow was not claimed');
  return flow;
}

const stateOf = async (id: string) =>
  (
    await rows<{ state: string; has_news: boolean; lost_count: number }>(
      'SELECT state, has_news, lost_count FROM job_queue WHERE job_id = $1',
      [id],
    )
  )[0];

test('400 flows with 12 steps each that end at once: each is taken up once', { timeout: 120_000 }, async () => {
  const ids: string[] = [];
  for (let n = 0; n < 400; n++) ids.push(await startFlow({ modules: [] }));
  for (let taken = 0; taken < 400; ) {
    const flows = (await claimJobs('w1', ['default'], 100)).filter(isFlow);
    taken += flows.length;
    await Promise.all(
      flows.map((flow) =>
        commitRun(flow, {
          ...NOTHING,
          queued: Array.from({ length: 12 }, (_, n) => step(flow, `loop/${n}/a`, { tag: 'steps' })),
          next: parking({ awaited: 12 }),
        }),
      ),
    );
  }
  const steps: ClaimedScript[] = [];
  for (
    let batch = await claimJobs('w1', ['steps'], 500);
    batch.length > 0;
    batch = await claimJobs('w1', ['steps'], 500)
  ) {
    steps.push(...batch.filter(isScript));
  }
  expect(steps).toHaveLength(4_800);
  // Six workers that settle side by side, in an order that mixes the flows.
  const settlers = Array.from({ length: 6 }, (_, n) => new Settler(`w${n}`, () => ['nothing'], 20));
  const answers = await Promise.all(
    steps.map((job, index) => settlers[(index * 7) % 6]?.settle({ end: end(job), wantsNext: index % 3 !== 0 })),
  );
  expect(answers.every((answer) => answer?.isAccepted)).toBe(true);
  const taken = answers.flatMap((answer) => (answer?.next ? [answer.next.id] : []));
  const queued = await rows<{ job_id: string }>("SELECT job_id FROM job_queue WHERE state = 'queued'");
  const advanced = [...taken, ...queued.map(({ job_id }) => job_id)];
  expect(new Set(advanced).size).toBe(400);
  expect(advanced).toHaveLength(400);
  expect(new Set(advanced)).toEqual(new Set(ids));
});

test('a flow that is told something while its owner works does not park', async () => {
  const flow = await ownedFlow();
  const [first, second] = [step(flow, 'a', { tag: 'steps' }), step(flow, 'b', { tag: 'steps' })];
  expect(await commitRun(flow, { ...NOTHING, queued: [first, second] })).toBe('awake');
  const [job] = (await claimJobs('w2', ['steps'], 1)).filter(isScript);
  if (job === undefined) throw new Error('no step');
  await new Settler('w2', () => ['nothing'], 5).settle({ end: end(job), wantsNext: true });
  expect(await commitRun(flow, { ...NOTHING, next: parking() })).toBe('awake');
  expect(await lookForNews(flow.id, flow.leaseToken)).toMatchObject({ cancel: null });
  expect(await newsOf([first.id, second.id])).toMatchObject([{ jobId: job.id, outcome: 'succeeded' }]);
  expect(await commitRun(flow, { ...NOTHING, next: parking() })).toBe('parked');
});

test('the slot whose step ended owns the flow next, in the same commit, and knows who had it before', async () => {
  const flow = await ownedFlow();
  await commitRun(flow, { ...NOTHING, queued: [step(flow, 'a', { tag: 'steps' })], next: parking() });
  const [job] = (await claimJobs('w2', ['steps'], 1)).filter(isScript);
  if (job === undefined) throw new Error('no step');
  const { next } = await new Settler('w2', () => ['nothing'], 5).settle({ end: end(job), wantsNext: true });
  expect(next).toMatchObject({ id: flow.id, kind: 'flow_preview', previousToken: flow.leaseToken });
});

test('a step that fails wakes its flow at once, those that succeed when the last of them has', async () => {
  const flow = await ownedFlow();
  const queued = [1, 2, 3, 4].map((n) => step(flow, `loop/${n}/a`, { tag: 'steps' }));
  await commitRun(flow, { ...NOTHING, queued, next: parking({ awaited: 4 }) });
  const [one, two] = (await claimJobs('w2', ['steps'], 4)).filter(isScript);
  if (one === undefined || two === undefined) throw new Error('no steps');
  const settler = new Settler('w2', () => ['nothing'], 5);
  expect((await settler.settle({ end: end(one), wantsNext: true })).next).toBeNull();
  expect((await stateOf(flow.id))?.state).toBe('parked');
  expect((await settler.settle({ end: end(two, 'failed'), wantsNext: true })).next?.id).toBe(flow.id);
});

test('whoever lost the lease of a flow writes nothing more', async () => {
  const flow = await ownedFlow();
  await rows("UPDATE job_queue SET lease_until = now() - interval '1 second'");
  await sweep();
  const late = { ...NOTHING, queued: [step(flow, 'a')], next: parking() };
  expect(await commitRun(flow, late)).toBe('fenced');
  expect(await rows('SELECT id FROM job WHERE step_key IS NOT NULL')).toEqual([]);
  expect(await commitRun(flow, { ...NOTHING, inlineStart: step(flow, 'a') })).toBe('fenced');
  expect(await rows('SELECT id FROM job WHERE step_key IS NOT NULL')).toEqual([]);
});

test('a commit that is tried again, because its answer was lost, does nothing twice', async () => {
  const flow = await ownedFlow();
  const commit = { ...NOTHING, inlineStart: step(flow, 'a') };
  expect(await commitRun(flow, commit)).toBe('awake');
  expect(await commitRun(flow, commit)).toBe('awake');
  const queued = { ...NOTHING, queued: [step(flow, 'b', { tag: 'steps' })] };
  await commitRun(flow, queued);
  await commitRun(flow, queued);
  expect(await rows('SELECT step_key FROM job WHERE step_key IS NOT NULL ORDER BY step_key')).toEqual([
    { step_key: 'a' },
    { step_key: 'b' },
  ]);
  expect(await rows("SELECT job_id FROM job_queue WHERE tag = 'steps'")).toHaveLength(1);
});

test('a flow that loses its owners goes on; the step that it ran becomes a job that three losses end', async () => {
  let flow = await ownedFlow();
  const inline = step(flow, 'a');
  await commitRun(flow, { ...NOTHING, inlineStart: inline });
  await rows("UPDATE job_queue SET lease_until = now() - interval '1 second'");
  await sweep();
  expect(await stateOf(flow.id)).toMatchObject({ state: 'queued', lost_count: 1 });
  const [again] = (await claimJobs('w2', ['default'], 1)).filter(isFlow);
  if (again === undefined) throw new Error('no owner');
  flow = again;
  expect(await newsOf([inline.id])).toMatchObject([{ outcome: null }]);
  await adoptStep(flow, inline.id);
  expect(await commitRun(flow, { ...NOTHING, next: parking() })).toBe('parked');
  for (let lost = 1; lost < MAX_LOST; lost++) {
    expect((await claimJobs('w2', ['default'], 1)).map(({ id }) => id)).toEqual([inline.id]);
    await rows("UPDATE job_queue SET lease_until = now() - interval '1 second' WHERE job_id = $1", [inline.id]);
    await sweep();
  }
  expect(await rows('SELECT outcome FROM job WHERE id = $1', [inline.id])).toEqual([{ outcome: 'failed' }]);
  expect((await stateOf(flow.id))?.state).toBe('queued');
});

test('an alarm is a place in the queue, and news comes before it', async () => {
  const flow = await ownedFlow();
  const [clock] = await rows<{ ms: number }>('SELECT (extract(epoch FROM now()) * 1000)::float8 AS ms');
  await commitRun(flow, { ...NOTHING, next: parking({ wakeAtMs: (clock?.ms ?? 0) + 60_000 }) });
  expect(await claimJobs('w1', ['default'], 1)).toEqual([]);
  await transaction((client) => wakeFlow(client, flow.id));
  expect(await claimJobs('w1', ['default'], 1)).toMatchObject([{ id: flow.id }]);
});

test('a cancel wakes a parked flow, ends a queued step, and asks the owner of one that he runs', async () => {
  const flow = await ownedFlow();
  const inline = step(flow, 'a');
  const queued = step(flow, 'b', { tag: 'steps' });
  await commitRun(flow, { ...NOTHING, inlineStart: inline, queued: [queued] });
  const by = { workspaceId: 'lab', by: 'ada', because: '' };
  expect(await cancelInLedger({ ...by, jobId: queued.id })).toBe('ended');
  expect(await cancelInLedger({ ...by, jobId: inline.id })).toBe('asked');
  expect((await stateOf(flow.id))?.has_news).toBe(true);
  await lookForNews(flow.id, flow.leaseToken);
  await commitRun(flow, { ...NOTHING, next: parking() });
  expect(await cancelInLedger({ ...by, jobId: flow.id })).toBe('asked');
  expect(await claimJobs('w1', ['default'], 1)).toMatchObject([{ id: flow.id, cancel: { by: 'ada' } }]);
});

test('a flow keeps its place under a concurrency limit while it is parked', async () => {
  const limit = { key: 'lab/f', count: 1, windowS: null };
  const first = await startFlow({ modules: [] }, {}, { limit });
  await startFlow({ modules: [] }, {}, { limit });
  const [flow] = (await claimJobs('w1', ['default'], 5)).filter(isFlow);
  if (flow === undefined) throw new Error('no flow');
  expect(flow.id).toBe(first);
  await commitRun(flow, { ...NOTHING, next: parking() });
  expect(await claimJobs('w1', ['default'], 5)).toEqual([]);
  await transaction((client) => wakeFlow(client, flow.id));
  expect((await claimJobs('w1', ['default'], 5)).map(({ id }) => id)).toEqual([first]);
});

test('a parked flow that nothing can wake any more is woken by the sweeper', async () => {
  const flow = await ownedFlow();
  await commitRun(flow, { ...NOTHING, next: parking({ awaited: 3 }) });
  await rows("UPDATE job_queue SET lease_until = now() - interval '10 seconds' WHERE job_id = $1", [flow.id]);
  await sweep();
  expect((await stateOf(flow.id))?.state).toBe('queued');
});
