import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { rows } from '@/core/platform/db';
import { until } from '@/test/process';
import { alternate, median, ms, type PartReport, perSecond, typical, type Verdict } from './figures';
import { bareStarts } from './graphile-starts';
import { TABLE } from './latency';
import type { Stack } from './stack';
import { FIBONACCI, STEP_RUNTIMES, type StepRuntime, startWarm, type WarmProcess } from './warm';

const LIGHT = { steps: 40, n: 10 };
const LONG = { steps: 10, n: 33 };
const ITERATIONS = 200;
const HOPS = 12;
/** A run's first moments (its claim, its sandbox) are not what a step costs. */
const ROUNDS = 6;

const idOf = (index: number): string => `s${index}`;

function stepModule(runtime: StepRuntime, index: number, n: number, tag?: string) {
  const input = { n: { type: 'static', value: n } };
  const own = tag === undefined ? {} : { tag };
  return {
    id: idOf(index),
    value: {
      type: 'rawscript',
      language: runtime,
      content: FIBONACCI[runtime],
      lock: '',
      input_transforms: input,
      ...own,
    },
  };
}

const sequence = (runtime: StepRuntime, steps: number, n: number, tagOf: (index: number) => string | undefined) =>
  Array.from({ length: steps }, (_, index) => stepModule(runtime, index, n, tagOf(index)));

async function deploy(stack: Stack, name: string, modules: readonly unknown[]): Promise<string> {
  const path = `u/bench/${name}`;
  await stack.post('/flows/create', {
    path,
    summary: '',
    description: '',
    value: { modules },
    schema: { type: 'object' },
  });
  return path;
}

/** Runs a flow; ms from its first step's start to its last step's end, by the database's clock. */
async function stepsMs(stack: Stack, path: string): Promise<number> {
  const id = (await stack.post(`/jobs/run/f/${path}`, {})).trim();
  await until(
    'the end of the flow',
    async () => (await rows('SELECT 1 FROM job WHERE id = $1 AND outcome IS NOT NULL', [id])).length > 0,
    120_000,
  );
  const [flow] = await rows<{ outcome: string; took_ms: number }>(
    `SELECT f.outcome, extract(epoch FROM max(s.ended_at) - min(s.started_at)) * 1000 AS took_ms
     FROM job f JOIN job s ON s.root_id = f.id AND s.id <> f.id WHERE f.id = $1 GROUP BY f.outcome`,
    [id],
  );
  if (flow?.outcome !== 'succeeded') throw new Error(`The flow ${path} ended as ${flow?.outcome}.`);
  return Number(flow.took_ms);
}

const UPDATE = {
  name: 'checkpoint',
  text: `UPDATE bare_job SET result = to_json($2::text), ended_at = clock_timestamp() WHERE id = $1`,
};

/** One durable UPDATE and one message to a warm process for each step, in ms a step. */
async function checkpointed(warm: WarmProcess, client: pg.Client, rowId: string): Promise<number> {
  const startedMs = performance.now();
  for (let n = 0; n < LIGHT.steps; n++) {
    await client.query({ ...UPDATE, values: [rowId, await warm.ask(LIGHT.n)] });
  }
  return (performance.now() - startedMs) / LIGHT.steps;
}

async function lightSteps(stack: Stack, client: pg.Client, runtime: StepRuntime): Promise<Verdict> {
  const path = await deploy(
    stack,
    `light_${runtime}`,
    sequence(runtime, LIGHT.steps, LIGHT.n, () => undefined),
  );
  const warm = await startWarm(runtime, runtime === 'python3');
  const { rows: made } = await client.query<{ id: string }>('INSERT INTO bare_job (runtime) VALUES ($1) RETURNING id', [
    runtime,
  ]);
  const rowId = made[0]?.id ?? '';
  await stepsMs(stack, path);
  const sides = await alternate(ROUNDS, {
    product: async () => [(await stepsMs(stack, path)) / LIGHT.steps],
    bare: async () => [await checkpointed(warm, client, rowId)],
  });
  warm.stop();
  const [ours, bare] = [typical(sides.product), typical(sides.bare)];
  const what =
    runtime === 'python3' ? 'a fork in a running sandbox plus an UPDATE' : 'an UPDATE plus a message to a warm process';
  return {
    name: `${runtime}: each of ${LIGHT.steps} light steps against ${what}`,
    ratio: ours / bare,
    bound: { atMost: runtime === 'python3' ? 2 : 3 },
    detail: `${ms(ours)} / ${ms(bare)}`,
  };
}

async function longSteps(stack: Stack, runtime: StepRuntime): Promise<Verdict> {
  const path = await deploy(
    stack,
    `long_${runtime}`,
    sequence(runtime, LONG.steps, LONG.n, () => undefined),
  );
  const warm = await startWarm(runtime, false);
  await stepsMs(stack, path);
  const sides = await alternate(ROUNDS, {
    product: async () => [await stepsMs(stack, path)],
    bare: async () => {
      const startedMs = performance.now();
      for (let n = 0; n < LONG.steps; n++) await warm.ask(LONG.n);
      return [performance.now() - startedMs];
    },
  });
  warm.stop();
  const [ours, bare] = [typical(sides.product), typical(sides.bare)];
  return {
    name: `${runtime}: ten long steps against the same calls in one warm process`,
    ratio: ours / bare,
    bound: { atMost: 1.03 },
    detail: `${ms(ours)} / ${ms(bare)}`,
  };
}

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
  for (const runtime of STEP_RUNTIMES) verdicts.push(await longSteps(stack, runtime));
  verdicts.push(await hops(stack));
  await heavy.stop();
  verdicts.push(await parallelLoop(stack));
  verdicts.push(await decisions(stack));
  await worker.stop();
  await client.end();
  return {
    title: 'Flows',
    verdicts,
    facts: [{ name: 'rounds', value: `${ROUNDS}, of ${LIGHT.steps} light and ${LONG.steps} long steps` }],
  };
}
