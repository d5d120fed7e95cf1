import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess } from '@/test/process';
import { type Installed, npmPackages, pythonPackages } from './packages';
import { type RecordedServer, startRecordedServer } from './server';

// Asked while the file is collected: jobs bring the packages themselves, from the same registries.
const registries: Readonly<Record<string, Installed>> = {
  npm: await npmPackages('windmill-client@1.818.0'),
  PyPI: await pythonPackages('wmill==1.850.0'),
};
for (const [name, { folder, reason }] of Object.entries(registries)) {
  if (folder === null) console.warn(`The library of ${name} is not tested: ${reason}`);
  else fs.rmSync(folder, { recursive: true, force: true });
}

let database: TestDatabase;
let server: RecordedServer;
let worker: TestProcess;
let ann: TestPerson;

const asAnn = (method: string, where: string, body?: unknown) =>
  fetch(`${server.base}/api/w/lab${where}`, {
    method,
    headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Deploys a script that uses the library, and runs it; its result says for each call what came of it. */
async function report(name: string, language: string, file: string): Promise<Record<string, unknown>> {
  const content = fs.readFileSync(path.join(import.meta.dirname, 'sdk', file), 'utf8');
  const made = await asAnn('POST', '/scripts/create', { path: `u/ann/${name}`, language, content });
  expect([made.status, made.status === 201 ? '' : await made.text()]).toEqual([201, '']);
  server.takeExchanges();
  const answer = await asAnn('POST', `/jobs/run_wait_result/p/u/ann/${name}`, {});
  const result = await answer.json();
  expect(answer.status, JSON.stringify(result)).toBe(200);
  const exchanges = server.takeExchanges();
  expect(
    exchanges.filter(
      ({ isUnrouted, contentType, status }) => isUnrouted || contentType.includes('html') || status >= 500,
    ),
    JSON.stringify(server.errors),
  ).toEqual([]);
  const came = Object.entries(result).map(([call, value]) => `  ${call.padEnd(24)} ${JSON.stringify(value)}`);
  const log = await (await asAnn('GET', `/jobs_u/get_logs/${answer.headers.get('x-job-id')}`)).text();
  console.log([`${name} calls back:`, ...came, 'What it was told:', log].join('\n'));
  return result;
}

beforeAll(async () => {
  database = await testDatabase();
  server = await startRecordedServer();
  process.env.BASE_URL = server.base;
  ann = await makePerson('ann');
  await makeWorkspace('lab', ann);
  worker = await startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '3' });
  await asAnn('POST', '/variables/create', { path: 'u/ann/word', value: 'open sesame', is_secret: false });
  await asAnn('POST', '/resources/create', {
    path: 'u/ann/lamp',
    resource_type: 'any',
    value: { colour: 'green', word: '$var:u/ann/word' },
  });
  const add =
    'export async function main(a: number, b: number) {\n  if (a < 0) throw new Error("too small");\n  return a + b;\n}\n';
  await asAnn('POST', '/scripts/create', { path: 'u/ann/add', language: 'bun', content: add, lock: '' });
  await asAnn('POST', '/scripts/create', { path: 'u/ann/sleep', language: 'bash', content: 'sleep 300', lock: '' });
});

afterAll(async () => {
  await worker.stop();
  await server.close();
  await flushAudit();
  await database.drop();
});

const EXPECTED = {
  'variable read': 'open sesame',
  'variable missing': 'refused',
  'variable made': 'first',
  'variable changed': 'second',
  'resource read': { colour: 'green', word: 'open sesame' },
  'resource missing': 'refused',
  'resource made': { n: 1 },
  'resource changed': { n: 2 },
  'state at first': null,
  'state kept': { runs: 1 },
  'script by path': 42,
  'script by hash': 7,
  'script that fails': 'refused',
  'script without waiting': 5,
  'job cancelled': 'refused',
  'root job': true,
  progress: 40,
  'e-mail of a username': 'ann@example.com',
  'token made by a job': 'refused',
};

describe.skipIf(registries.npm?.folder === null)('windmill-client 1.818.0 in a job', () => {
  test('every call that scripts make works', async () => {
    expect(await report('typescript', 'bun', 'calls.ts.txt')).toEqual(EXPECTED);
  });
});

describe.skipIf(registries.PyPI?.folder === null)('wmill 1.850.0 in a job', () => {
  test('every call that scripts make works', async () => {
    expect(await report('python', 'python3', 'calls.py.txt')).toEqual({
      ...EXPECTED,
      whoami: 'ann@example.com',
      version: expect.stringMatching(/1\.819\.0/),
      workspace: 'lab',
    });
  });
});
