import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase } from '@/core/platform/db';
import { type ChaosOptions, chaos } from './chaos';
import { runWithoutFence, runWithoutSweeper, smallRun } from './plans';
import { tableOf, violationsOf } from './report';
import { type CrashableServer, crashableServer } from './server';

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

async function run(options: ChaosOptions) {
  console.log(`chaos: seed ${options.seed}, worker ${options.variant}`);
  const report = await chaos(server, options);
  console.log(tableOf([report]));
  return report;
}

test('a hundred jobs end exactly once each, whatever is killed', { timeout: 150_000 }, async () => {
  const report = await run(smallRun(seed));
  expect(violationsOf(report)).toBe('');
  expect(report.accepted).toBeGreaterThanOrEqual(100);
  expect(report.faults).toMatchObject({ workerKills: 10, databaseCrashes: 2 });
  expect(report.badExits).toEqual([]);
});

test('the same judge sees the fault when nobody sweeps', { timeout: 180_000 }, async () => {
  const report = await run(runWithoutSweeper(seed));
  expect(report.violations.map(({ kind }) => kind)).toContain('never ended');
});

test('the same judge sees the fault when late results are taken', { timeout: 300_000 }, async () => {
  const fault = 'settled by one who did not hold the lease';
  const kinds = new Set<string>();
  // On a busy machine the heir may have ended before the late result comes: then there is no fault to see, and another try.
  for (let turn = 0; turn < 3 && !kinds.has(fault); turn++) {
    for (const { kind } of (await run(runWithoutFence(seed + turn))).violations) kinds.add(kind);
  }
  expect([...kinds]).toContain(fault);
});
