import { closeDatabase } from '@/core/platform/db';
import { crashableServer } from '../server';
import { allFlows, flowChaos, flowsWithoutFence, flowsWithoutSweeper } from './chaos';
import { flowViolationsOf, tableOfFlows } from './report';

/** `npm run chaos [-- FLOWS SEED]`: the whole run, then both controls, which have to fail. */
async function main(): Promise<void> {
  const [flows = '300', seedText = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  const seed = Number(seedText);
  const server = await crashableServer();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void server.remove().finally(() => process.exit(1)));
  }
  try {
    const reports = [];
    for (const options of [
      { ...allFlows(seed), flows: Number(flows) },
      flowsWithoutSweeper(seed),
      flowsWithoutFence(seed),
    ]) {
      console.log(`seed ${seed}, worker ${options.variant}: ${options.flows} flows`);
      reports.push(await flowChaos(server, options));
    }
    console.log(tableOfFlows(reports));
    const [real, ...controls] = reports;
    if (real !== undefined && real.violations.length > 0) console.error(flowViolationsOf(real));
    const isRight = real?.violations.length === 0 && controls.every(({ violations }) => violations.length > 0);
    console.log(isRight ? 'The product kept its promise, and both controls broke it.' : 'NOT as promised.');
    process.exitCode = isRight ? 0 : 1;
  } finally {
    await closeDatabase();
    await server.remove();
  }
}

await main();
