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

test('the same judge sees the fault when nobody sweeps', { timeout: 60_000 }, async () => {
  const report = await run(flowsWithoutSweeper(seed));
  expect(report.violations.map(({ kind }) => kind)).toContain('never ended');
});

test('the same judge sees the fault when late results are taken', { timeout: 90_000 }, async () => {
  const report = await run(flowsWithoutFence(seed));
  expect(report.violations.map(({ kind }) => kind)).toContain('settled by one who did not hold the lease');
});
