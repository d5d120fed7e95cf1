import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startProcess } from '@/test/process';
import { byHand, chosenRuntimes, type Runtime, TRIVIAL } from './by-hand';
import { alternate, ms, type PartReport, type Rounds, typical, type Verdict, worst } from './figures';
import { client, type Stack } from './stack';

const ROUNDS = 8;
const REQUESTS = 12;
/** Between two requests, so that every side has its next sandbox waiting: an idle worker is what is measured. */
const GAP_MS = 250;

async function timed(request: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let n = 0; n < REQUESTS; n++) {
    await delay(GAP_MS);
    const startedMs = performance.now();
    await request();
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}

export const TABLE = `
CREATE TABLE IF NOT EXISTS bare_job (id bigserial PRIMARY KEY, runtime text NOT NULL, created_at timestamptz DEFAULT now(),
  result json, ended_at timestamptz)`;

async function deployTrivial(stack: Stack, runtime: Runtime): Promise<string> {
  const path = `u/bench/${runtime}`;
  const { code } = TRIVIAL[runtime];
  await stack.post('/scripts/create', {
    path,
    content: code,
    language: runtime,
    summary: '',
    description: '',
    lock: '',
  });
  return path;
}

function verdictsOf(runtime: Runtime, sides: Record<'product' | 'bare' | 'cold', Rounds>): Verdict[] {
  const p50 = { product: typical(sides.product), bare: typical(sides.bare), cold: typical(sides.cold) };
  const p99 = { product: worst(sides.product), bare: worst(sides.bare) };
  return [
    {
      name: `${runtime}: submit → result against the bare chain, p50`,
      ratio: p50.product / p50.bare,
      bound: { atMost: 1.5 },
      detail: `${ms(p50.product)} / ${ms(p50.bare)}`,
    },
    {
      name: `${runtime}: the same, p99`,
      ratio: p99.product / p99.bare,
      bound: { atMost: 1.5 },
      detail: `${ms(p99.product)} / ${ms(p99.bare)}`,
    },
    {
      name: `${runtime}: against a cold start by hand with the same commits, p50`,
      ratio: p50.product / p50.cold,
      bound: { atMost: 0.5 },
      detail: `${ms(p50.product)} / ${ms(p50.cold)}`,
    },
  ];
}

/** One trivial job at a time over HTTP, on an idle worker. */
export async function latency(stack: Stack): Promise<PartReport> {
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 2 });
  await pool.query(TABLE);
  const worker = await stack.startWorker();
  const bareWeb = startProcess('dist/bench/bare.mjs', {}, ['web', stack.databaseUrl]);
  const bareWorker = startProcess('dist/bench/bare.mjs', {}, ['worker', stack.databaseUrl]);
  const port = /ready (\d+)/.exec(await bareWeb.said(/ready/))?.[1];
  await bareWorker.said(/ready/);
  const bare = client(`http://127.0.0.1:${port}`);
  const hand = await byHand();
  const verdicts: Verdict[] = [];
  for (const runtime of chosenRuntimes()) {
    const path = await deployTrivial(stack, runtime);
    const product = async () => {
      const result = await stack.post(`/jobs/run_wait_result/p/${path}`, { n: 41 });
      if (result !== TRIVIAL[runtime].resultJson) throw new Error(`${runtime} answered ${result}.`);
    };
    const cold = async () => {
      const { rows } = await pool.query('INSERT INTO bare_job (runtime) VALUES ($1) RETURNING id', [runtime]);
      const result = await hand.prewarm(runtime).run();
      await pool.query('UPDATE bare_job SET result = $2::json, ended_at = now() WHERE id = $1', [rows[0].id, result]);
    };
    await product();
    const sides = await alternate(ROUNDS, {
      product: () => timed(product),
      bare: () => timed(() => bare.post(`/${runtime}`, { n: 41 })),
      cold: () => timed(cold),
    });
    verdicts.push(...verdictsOf(runtime, sides));
  }
  bare.close();
  await Promise.all([worker.stop(), bareWeb.kill(), bareWorker.stop(), pool.end()]);
  const count = `${ROUNDS} rounds of ${REQUESTS} requests a side`;
  return {
    title: 'One trivial job, submit to result over HTTP, idle worker',
    verdicts,
    facts: [{ name: 'rounds', value: count }],
  };
}
