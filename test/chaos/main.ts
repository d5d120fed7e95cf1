import { closeDatabase } from '@/core/platform/db';
import { chaos } from './chaos';
import { longRun, runWithoutFence, runWithoutSweeper } from './plans';
import { tableOf, violationsOf } from './report';
import { crashableServer } from './server';

/** `node launcher/bench.mjs chaos [times] [seed]`: a run `times` as large as the one of `npm test`, then both controls. */
async function main(): Promise<void> {
  const [times = '3', seedText = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  const seed = Number(seedText);
  const server = await crashableServer();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Workers end with their standard streams and the database; what must not stay is the server.
    process.once(signal, () => void server.remove().finally(() => process.exit(1)));
  }
  try {
    const reports = [];
    for (const options of [longRun(seed, Number(times)), runWithoutSweeper(seed), runWithoutFence(seed)]) {
      console.log(`seed ${seed}, worker ${options.variant}: at least ${options.jobs} jobs`);
      reports.push(await chaos(server, options));
    }
    console.log(tableOf(reports));
    const [real, ...controls] = reports;
    if (real !== undefined && real.violations.length > 0) console.error(violationsOf(real));
    const isRight = real?.violations.length === 0 && controls.every(({ violations }) => violations.length > 0);
    console.log(isRight ? 'The product kept its promise, and both controls broke it.' : 'NOT as promised.');
    process.exitCode = isRight ? 0 : 1;
  } finally {
    await closeDatabase();
    await server.remove();
  }
}

await main();
