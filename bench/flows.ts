import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { rows } from '@/core/platform/db';
import { until } from '@/test/process';
import { alternate, type Fact, median, ms, type PartReport, perSecond, typical, type Verdict } from './figures';
import { deploy, sequence, stepModule, stepsMs } from './flow-runs';
import { LIGHT, LONG, lightSteps, longSteps, ROUNDS } from './flow-steps';
import { bareStarts } from './graphile-starts';
import { TABLE } from './latency';
import type { Stack } from './stack';
import { FIBONACCI, STEP_RUNTIMES } from './warm';

const ITERATIONS = 200;
const HOPS = 12;

/** From one step's end to the next one's start in another worker group. */
async function hops(stack: Stack): Promise<Verdict> {
  const tagOf = (index: number) => (index % 2 === 0 ? 'default' : 'heavy');
  const path = await deploy(stack, 'hops', sequence('bun', HOPS, 1, tagOf));
  const bare = await bareStarts(stack.databaseUrl);
  const between = async (): Promise<number> => {
    await stepsMs(stack, path);
    const gaps = await rows<{ gap_ms: number | null }>(
      `SELECT extract(epoch FROM s.started_at - lag(s.ended_at) OVER (ORDER BY s.started_at)) * 1000 AS gap_ms
       FROM job s WHERE s.root_id = (SELECT id FROM job WHERE path = $1 AND parent_id IS NULL ORDER BY created_at DESC LIMIT 1)
         AND s.parent_id IS NOT NULL`,
      [path],
    );
    return median(gaps.flatMap(({ gap_ms }) => (gap_ms === null ? [] : [Number(gap_ms)])));
  };
  await between();
  const sides = await alternate(ROUNDS, {
    product: async () => [await between()],
    bare: async () => [await bare.measure()],
  });
  await bare.stop();
  const [ours, own] = [typical(sides.product), typical(sides.bare)];
  return {
    name: "a step in another worker group: end → start against graphile-worker's own add → start",
    ratio: ours / own,
    bound: { atMost: 2 },
    detail: `${ms(ours)} / ${ms(own)}`,
  };
}

async function parallelLoop(stack: Stack): Promise<Verdict> {
  const item = stepModule('bun', 0, LIGHT.n);
  const iterator = { type: 'javascript', expr: `Array.from({ length: ${ITERATIONS} }, (_, index) => index)` };
  const path = await deploy(stack, 'loop', [
    { id: 'loop', value: { type: 'forloopflow', modules: [item], iterator, parallel: true, skip_failures: false } },
  ]);
  await stack.post('/scripts/create', {
    path: 'u/bench/light',
    content: FIBONACCI.bun,
    language: 'bun',
    summary: '',
    description: '',
    lock: '',
  });
  const jobs = async (): Promise<number> => {
    const startedMs = performance.now();
    await Promise.all(
      Array.from({ length: ITERATIONS }, () => stack.post('/jobs/run/p/u/bench/light', { n: LIGHT.n })),
    );
    await until(
      'the end of all jobs',
      async () => (await rows('SELECT 1 FROM job_queue LIMIT 1')).length === 0,
      120_000,
    );
    return (1_000 * ITERATIONS) / (performance.now() - startedMs);
  };
  const loop = async (): Promise<number> => {
    const startedMs = performance.now();
    await stepsMs(stack, path);
    return (1_000 * ITERATIONS) / (performance.now() - startedMs);
  };
  await loop();
  const sides = await alternate(4, { product: async () => [await loop()], jobs: async () => [await jobs()] });
  const [ours, own] = [typical(sides.product), typical(sides.jobs)];
  return {
    name: `a parallel loop of ${ITERATIONS} light iterations on 8 slots against as many separate jobs`,
    ratio: ours / own,
    bound: { atLeast: 0.7 },
    detail: `${perSecond(ours)} / ${perSecond(own)}`,
  };
}

const startOf = async (text: string, id: string): Promise<number> => {
  const [row] = await until('the start', async () => {
    const found = await rows<{ at: number }>(text, [id]);
    return found.length > 0 && found[0]?.at !== null ? found : null;
  });
  return Number(row?.at);
};

const nowMs = (): number => performance.timeOrigin + performance.now();

/** A person's click → the next step's start, against an empty job's submit → start; both by this machine's one clock. */
async function decisions(stack: Stack): Promise<Verdict> {
  const question = { type: 'approval', message: 'Go on?', timeout: 3600, allow_self_approval: true };
  const path = await deploy(stack, 'ask', [{ id: 'ask', value: question }, stepModule('bun', 1, 1)]);
  const decision = async (): Promise<number[]> => {
    const tookMs: number[] = [];
    for (let n = 0; n < 10; n++) {
      const id = (await stack.post(`/jobs/run/f/${path}`, {})).trim();
      const [approval] = await until('the question', async () => {
        const found = await rows<{ id: string; shown_hash: string }>(
          `SELECT id, shown_hash FROM approval WHERE run_id = $1 AND state = 'open'`,
          [id],
        );
        return found.length > 0 ? found : null;
      });
      await delay(50);
      const clickedMs = nowMs();
      await stack.post(`/approvals/decide/${approval?.id}`, { verdict: 'approve', shownHash: approval?.shown_hash });
      const at = await startOf(
        'SELECT extract(epoch FROM started_at) * 1000 AS at FROM job WHERE parent_id = $1 AND started_at IS NOT NULL',
        id,
      );
      tookMs.push(at - clickedMs);
    }
    return tookMs;
  };
  const submit = async (): Promise<number[]> => {
    const tookMs: number[] = [];
    for (let n = 0; n < 10; n++) {
      await delay(50);
      const clickedMs = nowMs();
      const id = (await stack.post('/jobs/run/p/u/bench/light', { n: 1 })).trim();
      const at = await startOf(
        'SELECT extract(epoch FROM started_at) * 1000 AS at FROM job WHERE id = $1 AND started_at IS NOT NULL',
        id,
      );
      tookMs.push(at - clickedMs);
    }
    return tookMs;
  };
  await decision();
  const sides = await alternate(ROUNDS, { product: decision, submit });
  const [ours, own] = [typical(sides.product), typical(sides.submit)];
  return {
    name: "a decision → the next step's start against a job's submit → start",
    ratio: ours / own,
    bound: { atMost: 1.5 },
    detail: `${ms(ours)} / ${ms(own)}`,
  };
}

/** What the steps of a flow cost beyond what they do. */
export async function flows(stack: Stack): Promise<PartReport> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  // When the bench fails, its server stops under this connection; the failure itself is what should be read.
  client.on('error', () => {});
  await client.connect();
  await client.query(TABLE);
  const worker = await stack.startWorker();
  const heavy = await stack.startWorker({ WORKER_GROUP: 'heavy' });
  const verdicts: Verdict[] = [];
  for (const runtime of STEP_RUNTIMES) verdicts.push(await lightSteps(stack, client, runtime));
  const facts: Fact[] = [{ name: 'rounds', value: `${ROUNDS}, of ${LIGHT.steps} light and ${LONG.steps} long steps` }];
  for (const runtime of STEP_RUNTIMES) {
    const { verdict, fact } = await longSteps(stack, runtime);
    verdicts.push(verdict);
    facts.push(fact);
  }
  verdicts.push(await hops(stack));
  await heavy.stop();
  verdicts.push(await parallelLoop(stack));
  verdicts.push(await decisions(stack));
  await worker.stop();
  await client.end();
  return {
    title: 'Flows',
    verdicts,
    facts,
  };
}
