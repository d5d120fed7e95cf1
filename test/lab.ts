import { flushAudit } from '@/core/audit/commands';
import { ledgerFeed } from '@/core/ledger/live';
import { startApi, type TestApi, type TestPerson } from './api';
import { type TestDatabase, testDatabase } from './database';
import { startWorker, type TestProcess } from './process';

/** A whole installation in small: a database, the API in this process, and a real worker. */
export interface Lab {
  readonly database: TestDatabase;
  readonly api: TestApi;
  readonly worker: TestProcess;
  /** Asks as somebody, below `/w/lab`, and answers the text of the answer; whatever is refused throws. */
  ask(
    person: TestPerson,
  ): (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<string>;
  close(): Promise<void>;
}

/** Opens one for a file of tests, with nobody in it. `environment` is the worker's, on top of the usual one. */
export async function openLab(environment: Record<string, string> = {}): Promise<Lab> {
  const database = await testDatabase();
  const api = await startApi();
  process.env.BASE_URL = api.base;
  await ledgerFeed().open();
  const worker = await startWorker(database.url, { BASE_URL: api.base, ...environment });
  return {
    database,
    api,
    worker,
    ask: (person) => async (method, path, body, headers) => {
      const answer = await api.as(person)(method, `/w/lab${path}`, body, headers);
      const text = await answer.text();
      if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
      return text;
    },
    close: async () => {
      await worker.stop();
      await api.close();
      await ledgerFeed().close();
      await flushAudit();
      await database.drop();
    },
  };
}
