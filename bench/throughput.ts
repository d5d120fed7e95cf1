import { type ChildProcess, fork } from 'node:child_process';
import { newId } from '@/core/ids';
import { submitJobs } from '@/core/ledger/submit';
import { rows } from '@/core/platform/db';
import { newJob } from '@/test/jobs';
import { until } from '@/test/process';
import { chosenRuntimes, type Runtime, TRIVIAL } from './by-hand';
import { alternate, type Fact, type PartReport, perSecond, typical, type Verdict } from './figures';
import { type Stack, WORKSPACE } from './stack';

const ROUNDS = 4;
/** Four rounds of these are the 2,000 jobs. */
const JOBS = 500;
const COLD_STARTS = 120;

/** The bare loop, in a process as small as it can be. */
function startLoop(databaseUrl: string): { rate(runtime: Runtime): Promise<number>; stop(): void } {
  const child: ChildProcess = fork('dist/bench/bare.mjs', ['loop', databaseUrl], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    rate: (runtime) =>
      new Promise((resolve) => {
        child.once('message', (message) => {
          const { tookMs } = message as { tookMs: number };
          resolve((1_000 * COLD_STARTS) / tookMs);
        });
        child.send({ runtime, count: COLD_STARTS });
      }),
    stop: () => void child.kill(),
  };
}

/** Jobs per second from the moment they are all there until the last one has ended, by the database's clock. */
async function productRate(runtime: Runtime, isDedicated: boolean): Promise<number> {
  const { code } = TRIVIAL[runtime];
  const jobs = Array.from({ length: JOBS }, () =>
    newJob({
      id: newId(),
      workspaceId: WORKSPACE,
      language: runtime,
      code,
      lock: '',
      argsJson: '{"n": 41}',
      isDedicated,
      path: `u/bench/${runtime}`,
      createdBy: 'bench',
      runAs: 'u/bench',
    }),
  );
  const startedMs = performance.now();
  await submitJobs(jobs);
  await until('the end of all jobs', async () => (await rows('SELECT 1 FROM job_queue LIMIT 1')).length === 0, 180_000);
  const tookMs = performance.now() - startedMs;
  const [wrong] = await rows<{ count: number }>(
    'SELECT count(*) FROM job WHERE id = ANY ($1) AND (outcome, result::text) IS DISTINCT FROM ($2, $3)',
    [jobs.map(({ id }) => id), 'succeeded', TRIVIAL[runtime].resultJson],
  );
  if (wrong?.count !== 0) throw new Error(`${wrong?.count} of ${JOBS} jobs have a wrong result.`);
  return (1_000 * JOBS) / tookMs;
}

/** Many trivial jobs on one worker process, against a bare loop of cold sandbox starts on all cores. */
export async function throughput(stack: Stack): Promise<PartReport> {
  const worker = await stack.startWorker();
  const loop = startLoop(stack.databaseUrl);
  const verdicts: Verdict[] = [];
  const facts: Fact[] = [{ name: 'rounds', value: `at most ${ROUNDS} of ${JOBS} jobs` }];
  for (const runtime of chosenRuntimes()) {
    await productRate(runtime, true);
    const sides = await alternate(ROUNDS, {
      product: async () => [await productRate(runtime, false)],
      loop: async () => [await loop.rate(runtime)],
      dedicated: async () => [await productRate(runtime, true)],
    });
    const [product, bare, dedicated] = [typical(sides.product), typical(sides.loop), typical(sides.dedicated)];
    verdicts.push({
      name: `${runtime}: ${sides.product.length * JOBS} jobs on one worker against cold starts by hand on all cores`,
      ratio: product / bare,
      bound: { atLeast: 0.7 },
      detail: `${perSecond(product)} / ${perSecond(bare)}`,
    });
    const warm = {
      name: `${runtime}: with dedicated_worker against the same cold starts`,
      ratio: dedicated / bare,
      detail: `${perSecond(dedicated)} / ${perSecond(bare)}`,
    };
    // A bash job is a process of its own even in a kept sandbox: there is no interpreter that could stay.
    if (runtime === 'bash') facts.push({ name: warm.name, value: `${warm.ratio.toFixed(1)} (${warm.detail})` });
    else verdicts.push({ ...warm, bound: { atLeast: 10 } });
  }
  loop.stop();
  await worker.stop();
  return { title: 'Trivial jobs on one worker process', verdicts, facts };
}
