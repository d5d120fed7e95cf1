import { setTimeout as delay } from 'node:timers/promises';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { pool } from '@/core/platform/db';
import { median } from './figures';

/** How long each of `count` jobs took from its submit to its start, one after the other, in ms. */
export async function startsOf(
  count: number,
  submit: () => Promise<unknown>,
  started: () => Promise<number>,
): Promise<number[]> {
  const tookMs: number[] = [];
  for (let n = 0; n < count; n++) {
    await delay(15);
    const start = started();
    const startedMs = performance.now();
    await submit();
    tookMs.push((await start) - startedMs);
  }
  return tookMs;
}

/** graphile-worker by itself: a job whose start is all that it does. */
export interface BareWorker {
  add(): Promise<unknown>;
  /** when the next job starts, on the clock of `performance.now()` */
  started(): Promise<number>;
  /** the median of thirty starts, in ms */
  measure(): Promise<number>;
  stop(): Promise<void>;
}

export async function bareStarts(databaseUrl: string): Promise<BareWorker> {
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
  const add = () => utils.addJob('own', { n: 41 }, { maxAttempts: 1 });
  const started = () => new Promise<number>((resolve) => (heard = resolve));
  return {
    add,
    started,
    measure: async () => median(await startsOf(30, add, started)),
    async stop() {
      await runner.stop();
      await utils.release();
      await graphilePool.end();
    },
  };
}
