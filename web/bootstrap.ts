import path from 'node:path';
import type { Logger } from 'pino';
import { ensureClaim } from '@/core/access/claim/commands';
import { messageOf } from '@/core/errors';
import { isTransient } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { loadStarterWorkspace } from '@/core/workspace/starter/commands';
import { followDemoDatabase, loadDemoDatabase } from '@/core/workspace/starter/demo-database';

const RETRY_MS = 1_000;

/** Tries until the database answers: compose starts everything at once. */
async function whenDatabaseAnswers<Result>(log: Logger, work: () => Promise<Result>): Promise<Result> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (isFirst) log.warn(`waiting for the database: ${messageOf(error)}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** What a first start makes: the starter workspace and a way to become the first administrator. */
export async function bootstrap(log: Logger): Promise<void> {
  const loaded = await whenDatabaseAnswers(log, () => loadStarterWorkspace(path.resolve('examples/demo')));
  if (loaded === null) await whenDatabaseAnswers(log, followDemoDatabase);
  else {
    log.info(`loaded the starter workspace "demo" with ${loaded.count} scripts and flows`);
    log.info(await loadDemoDatabase(path.resolve('examples/demo-database')));
    // What needs packages waits for a worker, which the browser need not.
    void loaded.deployRest().then((failures) => failures.forEach((sentence) => void log.warn(sentence)));
  }
  const claim = await whenDatabaseAnswers(log, ensureClaim);
  if (claim.kind === 'made admin') log.info(`made the first administrator ${claim.email}`);
  // Not a log line: it must be found and clicked, and it is a secret that a log collector should not keep.
  const link = claim.kind === 'claim link' ? `\n  Become the first administrator:  ${claim.url}\n` : '';
  console.log(`\n  Fantail is ready:  ${env().BASE_URL}\n${link}`);
}
