import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { asMember, findActor } from '@/core/access/queries';
import { ledgerFeed } from '@/core/ledger/live';
import { rows } from '@/core/platform/db';
import { testConnection } from '@/core/resource/connection/commands';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { serverForJobs, type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess } from '@/test/process';

let database: TestDatabase;
let api: TestApi;
let worker: TestProcess;
let ann: TestPerson;
let olga: TestPerson;

const good = serverForJobs();

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  [ann, olga] = [await makePerson('ann'), await makePerson('olga')];
  await makeWorkspace('demo', await makePerson('root'), [
    [ann, 'developer'],
    [olga, 'operator'],
  ]);
  await ledgerFeed().open();
});

afterAll(async () => {
  await worker.stop();
  await api.close();
  await ledgerFeed().close();
  await database.drop();
});

async function store(path: string, value: object, type = 'postgresql'): Promise<void> {
  const body = { path, value, resource_type: type };
  expect((await api.as(ann)('POST', '/w/demo/resources/create', body)).status).toBe(201);
}

const answer = z.object({
  success: z.boolean(),
  message: z.string(),
  remedy: z.string().optional(),
  job_id: z.uuid(),
});

async function tested(path: string) {
  const response = await api.as(ann)('POST', `/w/demo/resources/test/${path}`);
  expect(response.status).toBe(200);
  return answer.parse(await response.json());
}

test('without a worker nothing is tested, and that is said', async () => {
  await store('u/ann/early', good);
  const actor = asMember(await findActor({ kind: 'token', text: ann.token }, 'demo'), 'demo');
  const { isConnected, message } = await testConnection(actor, 'u/ann/early', new AbortController().signal, 300);
  expect(isConnected).toBe(false);
  expect(message).toMatch(/was not tested\. Waiting: no worker has ever served/);
  worker = await startWorker(database.url);
});

test('a connection that works says what answered; the job carries no secret', async () => {
  await store('u/ann/good', good);
  const { success, message, job_id } = await tested('u/ann/good');
  expect([success, message]).toEqual([true, expect.stringContaining('PostgreSQL')]);
  const [job] = await rows<{ args: string; run_as: string; kind: string; language: string }>(
    'SELECT args::text AS args, run_as, kind, language FROM job WHERE id = $1',
    [job_id],
  );
  expect(job).toEqual({
    args: '{"database":"$res:u/ann/good"}',
    run_as: 'u/ann',
    kind: 'preview',
    language: 'postgresql',
  });
});

test.each([
  ['password', { password: 'wrong' }, /refused the password of the user/, /Password/],
  ['port', { port: 1 }, /Nothing answers at 127\.0\.0\.1:1\./, /Host and Port/],
  ['host', { host: 'no-such-host.invalid' }, /no-such-host\.invalid is not known/, /Host/],
  ['database', { dbname: 'no_such_database' }, /no database named no_such_database/, /Database/],
  ['secret', { password: '$var:u/bob/hidden' }, /refers to \$?\w*:?u\/bob\/hidden|u\/bob\/hidden, which/, /reference/],
] as const)('a wrong %s is said with its cause and its remedy', async (name, wrong, cause, remedy) => {
  await store(`u/ann/wrong_${name}`, { ...good, ...wrong });
  const result = await tested(`u/ann/wrong_${name}`);
  expect(result).toMatchObject({
    success: false,
    message: expect.stringMatching(cause),
    remedy: expect.stringMatching(remedy),
  });
  expect(result.message).not.toContain(good.password);
});

test('only who may read the value and try things out tests it, and only what can be tested', async () => {
  expect((await api.as(olga)('POST', '/w/demo/resources/test/u/ann/good')).status).toBe(403);
  await store('u/ann/mail', { host: 'x' }, 'smtp');
  const refused = await api.as(ann)('POST', '/w/demo/resources/test/u/ann/mail');
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('smtp cannot be tested')]);
});
