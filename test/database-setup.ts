import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../launcher/migrate.mjs';
import { startPostgres } from '../launcher/postgres.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** a server that the tests may crash and create databases on; database `template_fantail` is migrated */
    databaseServerUrl: string;
    databaseServerFolder: string;
  }
}

/** Name of the migrated database that each test file's own database is copied from. */
const TEMPLATE = 'template_fantail';

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** One real Postgres for the whole run: the embedded one, or TEST_DATABASE_URL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.TEST_DATABASE_URL;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-test-'));
  const server = external
    ? null
    : await startPostgres({
        dataFolder: path.join(folder, 'pg'),
        // Jobs in sandboxes reach it over TCP only: they are what tests SQL scripts.
        tcpPort: await freePort(),
        settings: { max_connections: '200' },
      });
  const url = external ?? server?.url ?? '';
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.toString());
  project.provide('databaseServerUrl', url);
  project.provide('databaseServerFolder', server ? path.join(folder, 'pg') : '');
  return async () => {
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
}
