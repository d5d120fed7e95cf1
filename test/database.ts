import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { closeDatabase } from '@/core/platform/db';
import { testEnvironment } from './environment';

/** A database of its own for one test file, copied from the migrated template. */
export interface TestDatabase {
  readonly url: string;
  /** Ends this process's connections and drops the database. */
  drop(): Promise<void>;
}

/** The server of the tests as a resource of type `postgresql`, under the name that a sandbox reaches it by. */
export function serverForJobs() {
  const server = new URL(inject('databaseServerUrl'));
  return {
    // The embedded server's URL names its socket, which no sandbox sees; it answers on the loopback as well.
    host: server.searchParams.has('host') ? '127.0.0.1' : server.hostname,
    port: Number(server.port || 5432),
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
    dbname: server.pathname.slice(1) || 'postgres',
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseServerUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Makes the database and points this process's environment at it. Call it in `beforeAll`, before anything reads
 * `env()`; a file of tests is a process of its own, so that nothing leaks to the next.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE template_fantail`);
  const url = new URL(inject('databaseServerUrl'));
  url.pathname = `/${name}`;
  Object.assign(process.env, testEnvironment(url.toString()));
  return {
    url: url.toString(),
    drop: async () => {
      await closeDatabase();
      await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
