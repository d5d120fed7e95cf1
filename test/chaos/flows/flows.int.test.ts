import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase } from '@/core/platform/db';
import { violationsOf } from '../report';
import { type CrashableServer, crashableServer } from '../server';
import { type FlowChaosOptions, flowChaos, flowsWithoutFence, flowsWithoutSweeper, smallFlows } from './chaos';
import { tableOfFlows } from './report';

/** Set CHAOS_SEED to have a run again. */
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

let server: CrashableServer;
beforeAll(async () => {
  server = await crashableServer();
});
afterAll(async () => {
  await closeDatabase();
  await server.remove();
});

async function run(options: FlowChaosOptions) {
  console.log(`flow chaos: seed ${options.seed}, worker ${options.variant}`);
  const report = await flowChaos(server, options);
  console.log(tableOfFlows([report]));
  return report;
}

test('thirty flows end once each with the right result, whatever is killed', { timeout: 180_000 }, async () => {
  const report = await run(smallFlows(seed));
  expect(violationsOf(report)).toBe('');
  expect(report.ended).toBe(30);
  expect(report.decided).toBeGreaterThan(0);
  expect(report.badExits).toEqual([]);
});

test('the same judge sees the fault when nobody sweeps', { timeout: 180_000 }, async () => {
  const report = await run(flowsWithoutSweeper(seed));
  expect(report.violations.map(({ kind }) => kind)).toContain('never ended');
});

test('the same judge sees the fault when late results are taken', { timeout: 300_000 }, async () => {
  const fault = 'settled by one who did not hold the lease';
  const kinds = new Set<string>();
  // On a busy machine the heir may have ended before the late result comes: then there is no fault to see, and another try.
  for (let turn = 0; turn < 3 && !kinds.has(fault); turn++) {
    for (const { kind } of (await run(flowsWithoutFence(seed + turn))).violations) kinds.add(kind);
  }
  expect([...kinds]).toContain(fault);
});
