import type pg from 'pg';
import { alternate, type Fact, ms, typical, type Verdict } from './figures';
import { deploy, sequence, stepsMs } from './flow-runs';
import type { Stack } from './stack';
import { type StepRuntime, startWarm, type WarmProcess } from './warm';

/** What a step costs shows in many light ones, what the flow adds in long ones. */
export const LIGHT = { steps: 40, n: 10 };
export const LONG = { steps: 10, n: 33 };
export const ROUNDS = 6;

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

export async function lightSteps(stack: Stack, client: pg.Client, runtime: StepRuntime): Promise<Verdict> {
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

/** Ten long calls one after the other, in ms. */
async function calls(warm: WarmProcess): Promise<number> {
  const startedMs = performance.now();
  for (let n = 0; n < LONG.steps; n++) await warm.ask(LONG.n);
  return performance.now() - startedMs;
}

/** The same in a process that has run nothing before, as the sandbox of each run is one: no run can be faster. */
async function freshCalls(runtime: StepRuntime): Promise<number> {
  const fresh = await startWarm(runtime, false);
  try {
    return await calls(fresh);
  } finally {
    fresh.stop();
  }
}

export async function longSteps(stack: Stack, runtime: StepRuntime): Promise<{ verdict: Verdict; fact: Fact }> {
  const path = await deploy(
    stack,
    `long_${runtime}`,
    sequence(runtime, LONG.steps, LONG.n, () => undefined),
  );
  const warm = await startWarm(runtime, false);
  await stepsMs(stack, path);
  const sides = await alternate(ROUNDS, {
    product: async () => [await stepsMs(stack, path)],
    bare: async () => [await calls(warm)],
    fresh: async () => [await freshCalls(runtime)],
  });
  warm.stop();
  const [ours, bare, fresh] = [typical(sides.product), typical(sides.bare), typical(sides.fresh)];
  const verdict = {
    name: `${runtime}: ten long steps against the same calls in one warm process`,
    ratio: ours / bare,
    bound: { atMost: 1.03 },
    detail: `${ms(ours)} / ${ms(bare)}`,
  };
  // How well a just-in-time compiler does differs from process to process, by more than the bound allows.
  const all = sides.fresh.flat();
  const floor = `${ms(fresh)} (${ms(Math.min(...all))} to ${ms(Math.max(...all))}), ${(fresh / bare).toFixed(2)} of the warm one`;
  return {
    verdict,
    fact: { name: `${runtime}: ten long calls in a process that has run nothing before`, value: floor },
  };
}
