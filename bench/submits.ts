import { Logger, makeWorkerUtils, type WorkerUtils } from 'graphile-worker';
import { newId } from '@/core/ids';
import { submitJob } from '@/core/ledger/submit';
import { pool, rows } from '@/core/platform/db';
import { newJob } from '@/test/jobs';
import { Doorbell } from '@/worker/doorbell';
import { Leases } from '@/worker/leases';
import type { Machine } from '@/worker/run-job';
import { Slots } from '@/worker/slots';
import { taskListFor } from '@/worker/task-list';
import { alternate, ms, type PartReport, perSecond, typical, type Verdict } from './figures';
import { bareStarts, startsOf } from './graphile-starts';
import { type Stack, WORKSPACE } from './stack';

const CLIENTS = 64;
const quiet = new Logger(() => () => {});

const emptied = () =>
  rows('TRUNCATE job, job_queue, job_event, job_log CASCADE; TRUNCATE graphile_worker._private_jobs');

const job = (tag: string) =>
  newJob({ id: newId(), workspaceId: WORKSPACE, tag, code: 'echo 1', lock: '', argsJson: '{"n": 41}' });

/** `each` submits a client, all clients at once; answers submits per second. */
async function rate(each: number, submit: () => Promise<unknown>): Promise<number[]> {
  await emptied();
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let n = 0; n < each; n++) await submit();
    }),
  );
  return [(1_000 * CLIENTS * each) / (performance.now() - startedMs)];
}

async function durableSubmits(utils: WorkerUtils): Promise<Verdict> {
  const sides = await alternate(6, {
    product: () => rate(50, () => submitJob(job('nobody'))),
    graphile: () => rate(10, () => utils.addJob('job:nobody', { n: 41 }, { maxAttempts: 1 })),
  });
  const [product, graphile] = [typical(sides.product), typical(sides.graphile)];
  return {
    name: `durable submits of ${CLIENTS} clients against addJob one by one`,
    ratio: product / graphile,
    bound: { atLeast: 5 },
    detail: `${perSecond(product)} / ${perSecond(graphile)}`,
  };
}

/** A worker whose jobs end as soon as they start: all of the product's path but the sandbox. */
const idleMachine: Machine = {
  sandboxes: {
    mode: 'off',
    languages: ['bash'],
    run: async () => ({ kind: 'succeeded', resultJson: 'null', memPeakKb: null, runMs: 0 }),
    prewarm() {},
    endRun() {},
    killAll() {},
    stop: async () => {},
  },
  dependencies: {
    resolve: async () => ({ lock: '', isComplete: true }),
    install: async () => null,
    close() {},
  },
};

async function submitToStart(databaseUrl: string): Promise<Verdict> {
  let heard: (atMs: number) => void = () => {};
  const started = () => new Promise<number>((resolve) => (heard = resolve));
  const worker = {
    workerId: 'bench',
    machine: idleMachine,
    say: (sentence: string) => {
      if (sentence.startsWith('picked up')) heard(performance.now());
    },
  };
  const slots = new Slots({ ...worker, leases: new Leases(worker), group: 'bench', slots: 8, tags: () => ['bench'] });
  const doorbell = new Doorbell(() => taskListFor(['bench'], () => slots.serve()), 8, console.error);
  doorbell.start();
  const graphile = await bareStarts(databaseUrl);
  const startsFrom = async (submit: () => Promise<unknown>, hears: () => Promise<number>) => {
    await emptied();
    return startsOf(60, submit, hears);
  };
  const product = () => startsFrom(() => submitJob(job('bench')), started);
  await product();
  const sides = await alternate(8, { product, graphile: () => startsFrom(graphile.add, graphile.started) });
  await Promise.all([doorbell.stop(), graphile.stop()]);
  const [ours, own] = [typical(sides.product), typical(sides.graphile)];
  return {
    name: "submit → start against graphile-worker's own add → start, p50",
    ratio: ours / own,
    bound: { atMost: 1.5 },
    detail: `${ms(ours)} / ${ms(own)}`,
  };
}

/** The way of a job into the ledger and to a worker, without any sandbox. */
export async function submits(stack: Stack): Promise<PartReport> {
  const utils = await makeWorkerUtils({ pgPool: pool(), logger: quiet });
  const verdicts = [await durableSubmits(utils), await submitToStart(stack.databaseUrl)];
  await utils.release();
  await emptied();
  return { title: 'Submits', verdicts, facts: [] };
}
