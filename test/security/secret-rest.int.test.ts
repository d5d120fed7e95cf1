import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureClaim } from '@/core/access/claim/commands';
import { invitationLink } from '@/core/access/invitation/queries';
import { jobToken } from '@/core/access/queries';
import { openSession } from '@/core/access/session/commands';
import { flushAudit } from '@/core/audit/commands';
import { ledgerFeed } from '@/core/ledger/live';
import { rows } from '@/core/platform/db';
import { keyFromText, splitWrappedKeys, unwrapDataKey } from '@/core/platform/secrets';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess } from '@/test/process';
import { everyRow, findPgDump, pgDump } from './dump';
import { printTable } from './table';

printTable();

/** Long enough that no other text has it by chance. */
const canary = (name: string) => `Canary${name}X7f3aQ9`;
/** What must be nowhere: its name, and the text itself. */
const secrets = new Map<string, string>();

let database: TestDatabase;
let api: TestApi;
let worker: TestProcess;
let ann: TestPerson;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-rest-'));
/** Of this file alone: the server's log is also that of other tests, which hand the common keys to hostile jobs. */
const serverKeys = {
  ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  NEXTAUTH_SECRET: randomBytes(32).toString('base64'),
};

const planted = (name: string): string => {
  secrets.set(name, canary(name.replaceAll(/[^A-Za-z]/g, '')));
  return secrets.get(name) ?? '';
};

const ask = async (method: string, address: string, body?: unknown) => {
  const answer = await api.as(ann)(method, `/w/demo/${address}`, body);
  const text = await answer.text();
  expect([answer.status < 300, `${method} ${address} ${answer.status} ${text}`]).toEqual([true, expect.anything()]);
  return { text, jobId: answer.headers.get('x-job-id') ?? '' };
};

/** Every place that takes a secret gets one of its own; then jobs use them in all the ways jobs can. */
beforeAll(async () => {
  database = await testDatabase();
  Object.assign(process.env, serverKeys);
  const claim = await ensureClaim();
  secrets.set('the claim link', claim.kind === 'claim link' ? (claim.url.split('/').at(-1) ?? '') : '');
  api = await startApi();
  process.env.BASE_URL = api.base;
  void ledgerFeed().open();
  ann = await makePerson('ann', { password: planted('a password') });
  secrets.set('a token', ann.token.replace(/^ftl_[^_]+_/, ''));
  secrets.set('a session', await openSession(ann.id, 'a browser'));
  secrets.set('an invitation', ((await invitationLink(ann.id, Date.now())) ?? '').split('.').at(-1) ?? '');
  await makeWorkspace('demo', ann);
  secrets.set('the encryption key', serverKeys.ENCRYPTION_KEY);
  secrets.set('the session secret', serverKeys.NEXTAUTH_SECRET);
  const [row] = await rows<{ wrapped_key: string }>("SELECT wrapped_key FROM workspace WHERE id = 'demo'");
  const dataKey = unwrapDataKey(
    [keyFromText(serverKeys.ENCRYPTION_KEY)],
    'demo',
    splitWrappedKeys(row?.wrapped_key ?? '')[0] ?? '',
  );
  secrets.set('a data key', dataKey?.toString('base64') ?? '');
  worker = await startWorker(database.url, { ...serverKeys, BASE_URL: api.base, DATA_FOLDER: folder });

  await ask('POST', 'variables/create', { path: 'u/ann/old', value: planted('an old value'), is_secret: true });
  await ask('POST', 'variables/update/u/ann/old', { value: planted('a variable') });
  await ask('POST', 'variables/create', { path: 'u/ann/gone', value: planted('a deleted variable'), is_secret: true });
  await ask('DELETE', 'variables/delete/u/ann/gone');
  const value = { host: 'db', user: 'u', dbname: 'd', password: planted('a password of a resource') };
  await ask('POST', 'resources/create', { path: 'u/ann/db', resource_type: 'postgresql', value });
  const nested = { list: [{ api: { token: planted('a nested token') } }], url: `https://u:${planted('a url')}@h/` };
  await ask('POST', 'resources/create', { path: 'u/ann/deep', resource_type: 'any', value: nested });
  await ask('POST', 'resources/update/u/ann/deep', { path: 'u/ann/moved' });

  const args = { one: '$var:u/ann/old', two: '$res:u/ann/db', three: '$res:u/ann/moved' };
  const content = 'echo "$1 $2 $3"; echo "$WM_TOKEN"; echo "$1 $2 $3"';
  const { jobId } = await ask('POST', 'jobs/run_wait_result/preview', { language: 'bash', content, args });
  secrets.set('a job token', jobToken(jobId).split('_').slice(2).join('_'));
  const failing = 'def main(one, three):\n    raise Exception(f"{one} {three}")\n';
  await api.as(ann)('POST', '/w/demo/jobs/run_wait_result/preview', { language: 'python3', content: failing, args });
  await api.as(ann)('POST', '/w/demo/resources/test/u/ann/db');
  await runFlow();
  await flushAudit();
}, 120_000);

/** Steps whose arguments are made of secrets, and steps that hand secrets on: sealed, beside what shows a mask. */
async function runFlow(): Promise<void> {
  const made = secrets.get('a variable') ?? '';
  secrets.set('a variable backwards', [...made].reverse().join(''));
  const step = (id: string, exprs: Record<string, string>, content: string) => {
    const given = Object.entries(exprs).map(([name, expr]) => [name, { type: 'javascript', expr }]);
    const input_transforms = Object.fromEntries(given);
    return { id, value: { type: 'rawscript', language: 'python3', lock: '', content, input_transforms } };
  };
  const back = 'variable("u/ann/old").split("").reverse().join("")';
  const modules = [
    step(
      'made',
      { head: '"Bearer " + variable("u/ann/old")', word: 'resource("u/ann/db").password + "@h"', back },
      'def main(head, word, back):\n    print(head, word, back)\n    return {"head": head, "back": back}',
    ),
    step('read', {}, 'import wmill\ndef main():\n    return [wmill.get_variable("u/ann/old")]'),
    {
      id: 'each',
      value: {
        type: 'forloopflow',
        iterator: { type: 'javascript', expr: '[...results.read, ...results.made.back.split(","), "plain"]' },
        parallel: true,
        skip_failures: false,
        modules: [step('one', { item: '"<" + flow_input.iter.value + ">"' }, 'def main(item):\n    return len(item)')],
      },
    },
    step('fails', { all: 'results.read[0]' }, 'def main(all):\n    raise ValueError(all)'),
  ];
  const answer = await api.as(ann)('POST', '/w/demo/jobs/run_wait_result/preview_flow', {
    value: { modules },
    args: {},
  });
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('ValueError')]);
  const sizes = await rows<{ result: string }>(
    "SELECT result::text AS result FROM job WHERE step_key LIKE 'each/%' ORDER BY step_key",
  );
  // The real values went in: all have their length.
  expect(sizes.map(({ result }) => Number(result))).toEqual([made.length + 2, made.length + 2, 'plain'.length + 2]);
}

afterAll(async () => {
  await worker.stop();
  await api.close();
  await ledgerFeed().close();
  await database.drop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The ways in which a text may lie somewhere: as it is, in bytes, in base64 at each offset, in an address. */
function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // Only whole groups: the first and the last mix with what stands beside them.
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  return [text, bytes.toString('hex'), encodeURIComponent(text), ...inBase64];
}

function found(where: string): string[] {
  return [...secrets].flatMap(([name, text]) => (spellings(text).some((one) => where.includes(one)) ? [name] : []));
}

test('the search finds what is there', async () => {
  expect([...secrets].filter(([, text]) => text.length < 8)).toEqual([]);
  expect(secrets.size).toBe(16);
  for (const spelling of spellings(canary('avariable'))) expect(found(`x${spelling}x`)).toContain('a variable');
  const contents = await everyRow(database.url);
  for (const table of ['value_version', 'variable', 'resource', 'job', 'job_log', 'audit', 'sealed_value']) {
    expect([table, (contents.get(`public.${table}`) ?? '').length > 0]).toEqual([table, true]);
  }
  expect([...contents.keys()].filter((name) => name.startsWith('graphile_worker.')).length).toBeGreaterThan(3);
  // The jobs did use them: their masks are there.
  expect(contents.get('public.job_log')).toMatch(/\*{3,}/);
});

test('SECRET-REST 10: no table of any schema has a secret in it, and no dump', async () => {
  for (const [table, text] of await everyRow(database.url)) expect([table, found(text)]).toEqual([table, []]);
  // The embedded server comes without pg_dump and refuses an older one. Then the rows above are what it would write.
  const program = await findPgDump();
  if (program === null) return;
  const text = pgDump(program, database.url);
  expect(text).toContain('PostgreSQL database dump complete');
  expect(text).toContain('COPY public.value_version');
  expect(found(text)).toEqual([]);
});

function filesBelow(start: string): string[] {
  if (start === '' || !fs.existsSync(start)) return [];
  const entries = fs.readdirSync(start, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

test('SECRET-REST 10: neither do the files of the server: pages, write-ahead log, its own log', async () => {
  const [row] = await rows<{ oid: number }>(
    'SELECT oid::int AS oid FROM pg_database WHERE datname = current_database()',
  );
  const server = inject('databaseServerFolder');
  // A server that the tests did not start keeps its files to itself; then the rows above are the dump.
  const [pages, log] =
    server === '' ? ['', ''] : [path.join(server, 'base', String(row?.oid)), path.join(server, 'pg_wal')];
  const files = [...filesBelow(pages), ...filesBelow(log), ...(server === '' ? [] : [`${server}.log`])];
  expect(files.length > 0).toBe(server !== '');
  for (const file of files) expect([file, found(fs.readFileSync(file, 'latin1'))]).toEqual([file, []]);
});

test('SECRET-REST 10: neither do the worker’s output and the folders that its jobs left', () => {
  expect(found(worker.output())).toEqual([]);
  for (const file of filesBelow(folder)) {
    // Interpreters and packages of the cache are not of our making.
    if (fs.statSync(file).size < 5_000_000) expect([file, found(fs.readFileSync(file, 'latin1'))]).toEqual([file, []]);
  }
  const said = execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null || true'], { encoding: 'latin1' });
  expect(found(said)).toEqual([]);
});
