import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerFeed } from '@/core/ledger/live';
import { closeDatabase, rows } from '@/core/platform/db';
import { updateResource } from '@/core/resource/commands';
import { getResource } from '@/core/resource/queries';
import { loadStarterWorkspace } from '@/core/workspace/starter/commands';
import { DEMO_RESOURCE, followDemoDatabase, loadDemoDatabase } from '@/core/workspace/starter/demo-database';
import { installation } from '@/core/workspace/starter/installation';
import { makePerson, startApi, type TestApi, type TestPerson } from '@/test/api';
import { testEnvironment } from '@/test/environment';
import { startWorker, type TestProcess } from '@/test/process';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';
import { migrate } from '../../launcher/migrate.mjs';
import { demoPortFor, type RunningPostgres, startPostgres } from '../../launcher/postgres.mjs';
import { printTable } from './table';

printTable();

/** The embedded database as `npm start` makes it, and the starter workspace in it. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-demo-'));
const dataFolder = path.join(folder, 'pg');
const ROOT = path.resolve(import.meta.dirname, '../..');
let server: RunningPostgres;
let bench: TestBench;
let api: TestApi;
let worker: TestProcess;
let ann: TestPerson;
let said = '';

interface DemoValue {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly dbname: string;
}

const demoValue = async (): Promise<DemoValue> =>
  JSON.parse(JSON.stringify((await getResource(installation, DEMO_RESOURCE)).value));

beforeAll(async () => {
  const demoPort = await demoPortFor(dataFolder);
  server = await startPostgres({ dataFolder, demoPort });
  await migrate(server.url);
  Object.assign(process.env, testEnvironment(server.url), { DEMO_DATABASE: `127.0.0.1:${demoPort}` });
  api = await startApi();
  process.env.BASE_URL = api.base;
  void ledgerFeed().open();
  expect(await loadStarterWorkspace(path.join(ROOT, 'examples/demo'))).not.toBeNull();
  said = await loadDemoDatabase(path.join(ROOT, 'examples/demo-database'));
  ann = await makePerson('ann', { isInstanceAdmin: true });
  worker = await startWorker(server.url, { BASE_URL: api.base });
  bench = await openBench();
});

afterAll(async () => {
  await worker?.stop();
  await bench?.close();
  await api?.close();
  await ledgerFeed().close();
  await closeDatabase();
  await server?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function runScript(script: string, args: object): Promise<{ status: number; result: unknown }> {
  const answer = await api.as(ann)('POST', `/w/demo/jobs/run_wait_result/p/${script}`, args);
  return { status: answer.status, result: await answer.json() };
}

test('the page says the truth: the database was made, and "get table sizes" works', async () => {
  expect(said).toBe(`made the demo database and the resource ${DEMO_RESOURCE}`);
  const { status, result } = await runScript('f/devops/table_sizes', { database: '$res:prod_database' });
  expect(status, JSON.stringify(result)).toBe(200);
  expect(result).toMatchObject([
    { schemaname: 'public', tablename: 'sensor_readings', row_estimate: 30_000, size: expect.stringMatching(/B$/) },
    { tablename: 'orders', row_estimate: 8_000 },
    { tablename: 'customers' },
    { tablename: 'products' },
  ]);
});

test('a report of it, and the script that lists workers', async () => {
  const report = await runScript('f/data-team/generate_report', { database: '$res:g/all/prod_database', days: 30 });
  expect(report.result).toHaveLength(5);
  const workers = await runScript('u/admin/worker_status_check', {});
  expect(workers.result).toMatchObject([{ worker_group: 'default', status: 'alive' }]);
});

test('its password rotates: the new one works, the old one does not, and it is in no run', async () => {
  const before = await demoValue();
  const rotated = await runScript('u/admin/rotate_db_password', {});
  expect(rotated, JSON.stringify(rotated)).toMatchObject({ status: 200, result: { status: 'rotated' } });
  const after = await demoValue();
  expect(after).toEqual({ ...before, password: expect.not.stringMatching(before.password) });
  expect((await runScript('f/devops/table_sizes', { database: '$res:prod_database' })).status).toBe(200);
  expect((await runScript('f/devops/table_sizes', { database: before })).status).toBe(422);
  const leaks = await rows('SELECT id FROM job WHERE args::text LIKE $1 OR result::text LIKE $1', [
    `%${after.password}%`,
  ]);
  expect(leaks).toEqual([]);
  const [log] = await rows<{ text: string }>("SELECT string_agg(text, '') AS text FROM job_log");
  expect(log?.text ?? '').not.toContain(after.password);
});

describe('T-DBROLE', () => {
  const platformPassword = () => new URL(server.url).password;

  test('no role reaches the platform’s database from inside a job, and the demo’s reaches nothing else', async () => {
    const { port, password: demoPassword } = await demoValue();
    const passwords: Record<string, string> = {
      fantail_admin: platformPassword(),
      fantail: platformPassword(),
      demo: demoPassword,
      postgres: platformPassword(),
    };
    const reached: string[] = [];
    const refusals = new Set<string>();
    for (const [user, password] of Object.entries(passwords)) {
      for (const dbname of ['fantail', 'postgres', 'template1', 'template0', 'demo', 'replication']) {
        for (const host of ['127.0.0.1', 'localhost', '::1']) {
          const database = { host, port, user, password, dbname, sslmode: 'disable' };
          const { outcome, failure } = await bench.run('postgresql', 'SELECT 1 AS one', { database });
          if (outcome.kind === 'succeeded') reached.push(`${user}@${host}/${dbname}`);
          else refusals.add(failure.replaceAll(/"[^"]*"|::1|127\.0\.0\.1|localhost|:\d+|database \w+/g, '…'));
        }
      }
    }
    expect(reached).toEqual(['demo@127.0.0.1/demo', 'demo@localhost/demo']);
    for (const refusal of refusals)
      expect(refusal).toMatch(/pg_hba|ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|Failed to connect|Connection refused/i);
  });

  test('the private socket cannot be seen from inside a job', async () => {
    const socket = path.dirname(fs.readFileSync(path.join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')[4] ?? '');
    const listing = `ls -la "${socket}" /tmp /run /var/run 2>&1; find / -name '.s.PGSQL*' 2>/dev/null; true`;
    const { outcome, log } = await bench.run('bash', listing);
    expect(outcome.kind).toBe('succeeded');
    expect(log).not.toMatch(/fantail-\d|PGSQL/);
  });

  test('its role is nobody: no files, no programs, no other role, no database, no secrets of others', async () => {
    const database = await demoValue();
    const attempts: Record<string, string> = {
      program: "COPY orders TO PROGRAM 'touch /tmp/owned'",
      'read a file': "SELECT pg_read_file('/etc/passwd')",
      'list a folder': "SELECT pg_ls_dir('/')",
      'write a file': "COPY orders TO '/tmp/owned'",
      'large object from a file': "SELECT lo_import('/etc/passwd')",
      superuser: 'ALTER ROLE demo SUPERUSER',
      'another role': 'SET ROLE fantail',
      'a new role': 'CREATE ROLE eve LOGIN',
      'a new database': 'CREATE DATABASE eve',
      'password hashes': 'SELECT rolpassword FROM pg_authid',
      extension: 'CREATE EXTENSION dblink',
      language: "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'system'",
      settings: "ALTER SYSTEM SET log_min_messages = 'debug5'",
    };
    const succeeded: string[] = [];
    for (const [name, statement] of Object.entries(attempts)) {
      const { outcome } = await bench.run('postgresql', statement, { database });
      if (outcome.kind === 'succeeded') succeeded.push(name);
    }
    expect(succeeded).toEqual([]);
  });

  test('the platform’s own role is no superuser, and runs no programs', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      const { rows: found } = await client.query(
        'SELECT rolsuper, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = current_user',
      );
      expect(found).toEqual([{ rolsuper: false, rolbypassrls: false, rolreplication: false }]);
      await expect(client.query("COPY (SELECT 1) TO PROGRAM 'true'")).rejects.toThrow(/permission|must be/);
      await expect(client.query('SET ROLE fantail_admin')).rejects.toThrow(/permission/);
      await expect(client.query('GRANT pg_execute_server_program TO fantail')).rejects.toThrow(/permission/);
    } finally {
      await client.end();
    }
  });
});

test('the resource follows a changed port, and nothing that people made of it', async () => {
  const made = await demoValue();
  await updateResource(installation, DEMO_RESOURCE, { value: { ...made, port: 1 } });
  await followDemoDatabase();
  expect(await demoValue()).toEqual(made);
  await updateResource(installation, DEMO_RESOURCE, { value: { ...made, user: 'somebody', port: 1 } });
  await followDemoDatabase();
  expect(await demoValue()).toMatchObject({ user: 'somebody', port: 1 });
  await updateResource(installation, DEMO_RESOURCE, { value: { ...made } });
});

test('the port is kept while it is ours or free, and another one is taken when somebody else has it', async () => {
  const port = await demoPortFor(dataFolder);
  expect(port).toBe((await demoValue()).port);
  const other = path.join(folder, 'other');
  const first = await demoPortFor(other);
  expect(await demoPortFor(other)).toBe(first);
  const squatter = net.createServer();
  await new Promise<void>((resolve) => squatter.listen(first, '127.0.0.1', resolve));
  expect(await demoPortFor(other)).not.toBe(first);
  squatter.close();
});
