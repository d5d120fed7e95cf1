import { setTimeout as delay } from 'node:timers/promises';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { pool } from '@/core/platform/db';
import { median } from './figures';

/** graphile-worker's own add → start, one after the other, in ms each. */
export async function bareStarts(databaseUrl: string): Promise<{ measure(): Promise<number>; stop(): Promise<void> }> {
  const quiet = new Logger(() => () => {});
  let heard: (atMs: number) => void = () => {};
  const graphilePool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const runner = await run({
    pgPool: graphilePool,
    concurrency: 8,
    noHandleSignals: true,
    parsedCronItems: [],
    logger: quiet,
    taskList: { own: async () => heard(performance.now()) },
  });
  const utils = await makeWorkerUtils({ pgPool: pool(), logger: quiet });
  return {
    async measure() {
      const tookMs: number[] = [];
      for (let n = 0; n < 30; n++) {
        await delay(15);
        const start = new Promise<number>((resolve) => (heard = resolve));
        const startedMs = performance.now();
        await utils.addJob('own', { n }, { maxAttempts: 1 });
        tookMs.push((await start) - startedMs);
      }
      return median(tookMs);
    },
    async stop() {
      await runner.stop();
      await utils.release();
      await graphilePool.end();
    },
  };
}
