import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { ledgerFeed } from '@/core/ledger/live';
import { prisma, relaxedPool, rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess, until } from '@/test/process';
import { ensureAppRole } from '../../launcher/app-role.mjs';
import { printTable } from './table';

printTable();

let database: TestDatabase;
let api: TestApi;
let worker: TestProcess;
let ann: TestPerson;
let role = '';

/** With the rights of the owner, as migrations have them. */
async function asOwner<Row extends pg.QueryResultRow>(text: string, url = database.url): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  database = await testDatabase();
  const made = await ensureAppRole(database.url);
  expect(made).toEqual({ role: expect.stringMatching(/_app$/), why: null });
  role = made.role ?? '';
  process.env.DATABASE_ROLE = role;
  api = await startApi();
  process.env.BASE_URL = api.base;
  void ledgerFeed().open();
  ann = await makePerson('ann', { isInstanceAdmin: true });
  await makeWorkspace('demo', ann);
  worker = await startWorker(database.url, { BASE_URL: api.base, DATABASE_ROLE: role });
});

afterAll(async () => {
  expect(api.errors).toEqual([]);
  await worker.stop();
  await api.close();
  await ledgerFeed().close();
  await flushAudit();
  await database.drop();
  await asOwner(`DROP ROLE ${pg.escapeIdentifier(role)}`, inject('databaseServerUrl'));
});

test('every connection of the running processes has the role’s rights', async () => {
  const who = 'SELECT current_user AS who';
  const [pooled] = await rows<{ who: string }>(who);
  const [relaxed] = await rows<{ who: string; commit: string }>(
    `${who}, current_setting('synchronous_commit') AS commit`,
    [],
    relaxedPool(),
  );
  const [byPrisma] = await prisma().$queryRawUnsafe<{ who: string }[]>(who);
  expect([pooled?.who, byPrisma?.who]).toEqual([role, role]);
  expect(relaxed).toEqual({ who: role, commit: 'off' });
});

test('AUDIT: what was written stays: no change, no deletion, no way around the trigger', async () => {
  await api.as(ann)('POST', '/w/demo/variables/create', { path: 'u/ann/x', value: 'x' });
  await flushAudit();
  const before = await rows('SELECT * FROM audit ORDER BY id');
  expect(before.length).toBeGreaterThan(0);
  for (const statement of [
    "UPDATE audit SET actor = 'nobody'",
    'UPDATE audit SET detail = NULL WHERE false',
    'DELETE FROM audit',
    'TRUNCATE audit',
    'ALTER TABLE audit DISABLE TRIGGER ALL',
    'DROP TRIGGER audit_append_only ON audit',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    'DROP TABLE audit',
    'ALTER TABLE audit ADD COLUMN x int',
    'CREATE RULE quiet AS ON INSERT TO audit DO INSTEAD NOTHING',
    'INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES (1, 1, 1)',
  ]) {
    await expect(rows(statement), statement).rejects.toThrow(/permission denied|must be owner/);
  }
  expect(await rows('SELECT * FROM audit ORDER BY id')).toEqual(before);
  // And the owner meets the trigger.
  await expect(asOwner("UPDATE audit SET actor = 'nobody'")).rejects.toThrow(/append only/);
  await expect(asOwner('TRUNCATE audit')).rejects.toThrow(/append only/);
});

test('with these rights everything works: deploy, run, log, cancel, delete', async () => {
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await api.as(ann)(method, `/w/demo/${path}`, body);
    const text = await answer.text();
    expect([answer.status < 300, `${method} ${path} ${text}`]).toEqual([true, expect.anything()]);
    return text;
  };
  await ask('POST', 'scripts/create', {
    path: 'u/ann/hello',
    language: 'bash',
    content: 'echo hello; echo "$1"',
    lock: '',
  });
  expect(await ask('POST', 'jobs/run_wait_result/p/u/ann/hello', { x: 1 })).toContain('hello');
  const queued = await ask('POST', 'jobs/run/p/u/ann/hello?tag=nowhere', {});
  await ask('POST', `jobs_u/queue/cancel/${queued}`, { reason: 'test' });
  await ask('POST', 'resources/create', { path: 'u/ann/r', resource_type: 'any', value: {} });
  await ask('DELETE', 'resources/delete/u/ann/r');
  await ask('POST', 'folders/create', { name: 'team' });
  await ask('DELETE', 'folders/delete/team');
  expect(worker.output()).not.toMatch(/permission denied/);
});

test('bells are taken with these rights', async () => {
  const bells = 'graphile_worker._private_jobs';
  await asOwner(`CREATE TABLE taker (name text); GRANT INSERT ON taker TO ${pg.escapeIdentifier(role)}`);
  await asOwner(`CREATE FUNCTION note_taker() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO public.taker VALUES (current_user); RETURN coalesce(NEW, OLD); END $$`);
  await asOwner(`CREATE TRIGGER taker BEFORE UPDATE OR DELETE ON ${bells} FOR EACH ROW EXECUTE FUNCTION note_taker()`);
  const [bell] = await asOwner<{ id: string }>("SELECT id FROM graphile_worker.add_job('job:default')");
  await until(
    'the bell to be taken',
    async () => (await asOwner(`SELECT 1 FROM ${bells} WHERE id = ${bell?.id}`)).length === 0,
  );
  expect(await asOwner('SELECT DISTINCT name FROM taker')).toEqual([{ name: role }]);
  await asOwner(`DROP TRIGGER taker ON ${bells}; DROP FUNCTION note_taker; DROP TABLE taker`);
  expect(worker.output()).not.toMatch(/permission denied|cannot hear/);
});

test('what a later migration brings is granted at the next start; asking twice changes nothing', async () => {
  await asOwner('CREATE TABLE later (id serial PRIMARY KEY, x int)');
  await expect(rows('SELECT * FROM later')).rejects.toThrow(/permission denied/);
  expect(await Promise.all([1, 2, 3].map(() => ensureAppRole(database.url)))).toEqual(
    [1, 2, 3].map(() => ({ role, why: null })),
  );
  expect(await rows('INSERT INTO later (x) VALUES (1) RETURNING x')).toEqual([{ x: 1 }]);
});

test('an owner that may not create roles keeps his own rights, and is told why', async () => {
  const server = inject('databaseServerUrl');
  await asOwner("CREATE ROLE plain_owner LOGIN PASSWORD 'plain'", server);
  await asOwner('GRANT plain_owner TO CURRENT_USER', server);
  await asOwner('CREATE DATABASE plain_database OWNER plain_owner', server);
  try {
    const url = new URL(server);
    Object.assign(url, { username: 'plain_owner', password: 'plain', pathname: '/plain_database' });
    expect(await ensureAppRole(url.toString())).toEqual({
      role: null,
      why: 'the role plain_owner may not create roles (CREATEROLE)',
    });
  } finally {
    await asOwner('DROP DATABASE plain_database', server);
    await asOwner('DROP ROLE plain_owner', server);
  }
});
