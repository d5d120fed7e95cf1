import { closeDatabase } from '@/core/platform/db';
import { violationsOf } from './report';
import { type CrashableServer, crashableServer } from './server';

interface Judged {
  readonly violations: readonly { readonly kind: string; readonly detail: string }[];
}

/** Runs the product and then its controls, which have to fail, prints what came of them, and sets the exit code. */
export async function verdict<Options extends { readonly variant: string }, Report extends Judged>(
  runs: readonly Options[],
  chaos: (server: CrashableServer, options: Options) => Promise<Report>,
  tableOf: (reports: readonly Report[]) => string,
): Promise<void> {
  const server = await crashableServer();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Workers end with their standard streams and the database; what must not stay is the server.
    process.once(signal, () => void server.remove().finally(() => process.exit(1)));
  }
  try {
    const reports: Report[] = [];
    for (const options of runs) {
      console.log(`worker ${options.variant}: ${JSON.stringify(options)}`);
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
