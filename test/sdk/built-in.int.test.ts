import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type RecordedServer, startRecordedServer } from '@/test/cli/server';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess } from '@/test/process';

let database: TestDatabase;
let server: RecordedServer;
let worker: TestProcess;
let ann: TestPerson;

/** Nobody listens there: what needs a package index fails at once. */
const NO_INDEX = 'http://127.0.0.1:9/';

const asAnn = (method: string, where: string, body?: unknown) =>
  fetch(`${server.base}/api/w/lab${where}`, {
    method,
    headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function deploy(name: string, language: string, content: string, more: object = {}): Promise<void> {
  const made = await asAnn('POST', '/scripts/create', { path: `u/ann/${name}`, language, content, ...more });
  expect([made.status, made.status === 201 ? '' : await made.text()]).toEqual([201, '']);
}

/** Deploys a script and answers its result. */
async function run(name: string, language: string, content: string): Promise<unknown> {
  await deploy(name, language, content);
  const answer = await asAnn('POST', `/jobs/run_wait_result/p/u/ann/${name}`, {});
  const result: unknown = await answer.json();
  expect(answer.status, JSON.stringify(result)).toBe(200);
  return result;
}

beforeAll(async () => {
  database = await testDatabase();
  server = await startRecordedServer();
  process.env.BASE_URL = server.base;
  ann = await makePerson('ann');
  await makeWorkspace('lab', ann);
  worker = await startWorker(database.url, {
    BASE_URL: server.base,
    NUM_WORKERS: '3',
    PIP_INDEX_URL: NO_INDEX,
    UV_DEFAULT_INDEX: NO_INDEX,
    npm_config_registry: NO_INDEX,
  });
  await asAnn('POST', '/variables/create', { path: 'u/ann/word', value: 'open sesame', is_secret: false });
  const lamp = { path: 'u/ann/lamp', resource_type: 'any', value: { colour: 'green', word: '$var:u/ann/word' } };
  await asAnn('POST', '/resources/create', lamp);
  const add =
    'export async function main(a: number, b: number) {\n  if (a < 0) throw new Error("too small");\n  return a + b;\n}\n';
  await deploy('add', 'bun', add);
  await deploy('sleep', 'bash', 'sleep 300');
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
  // Neither library has this call; the official ones are refused by the server.
  'token made by a job': 'refused',
};

/** The official library has a class for each part of the API; ours asks for what it is about. */
const HASH_OF_ADD =
  "const script = JSON.parse(await wmill.request('GET', '/w/' + wmill.getWorkspace() + '/scripts/get/p/' + own('add')));";

/** The same calls as those of the official libraries' test, without their versions. */
function callsOf(file: string): string {
  const text = fs.readFileSync(path.resolve(import.meta.dirname, '../cli/sdk', file), 'utf8');
  return text
    .replace('# requirements:\n# wmill==1.850.0\n', '')
    .replace('windmill-client@1.818.0', 'windmill-client')
    .replace(/const script = await wmill\.ScriptService[^;]*;/, HASH_OF_ADD);
}

test.each([
  ['bun', 'bun', 'calls.ts.txt', {}],
  ['deno', 'deno', 'calls.ts.txt', {}],
  ['python3', 'python3', 'calls.py.txt', { whoami: 'ann@example.com', version: expect.anything(), workspace: 'lab' }],
])('%s: the calls that scripts make work without a package index', async (name, language, file, more) => {
  const own = callsOf(file).replaceAll('made_', `made_${name}_`).replaceAll('thing_', `thing_${name}_`);
  expect(await run(`calls_${name}`, language, own)).toEqual({ ...EXPECTED, ...more });
});

test.each([
  [
    'python3',
    'from fantail import get_variable, get_job_status\nimport os\ndef main():\n    return [get_variable("u/ann/word"), get_job_status(os.environ["WM_JOB_ID"])]\n',
  ],
  [
    'bun',
    "import { getVariable, getJobStatus } from 'fantail';\nexport const main = async () => [await getVariable('u/ann/word'), await getJobStatus(process.env.WM_JOB_ID ?? '')];\n",
  ],
  [
    'deno',
    "import process from 'node:process';\nimport { getVariable, getJobStatus } from 'npm:fantail';\nexport const main = async () => [await getVariable('u/ann/word'), await getJobStatus(process.env.WM_JOB_ID ?? '')];\n",
  ],
])('%s: it is named fantail, too', async (language, content) => {
  expect(await run(`alias_${language}`, language, content)).toEqual(['open sesame', 'RUNNING']);
});

test.each([
  ['python3', '# requirements:\n# wmill==1.850.0\nimport wmill\ndef main():\n    return 1\n'],
  ['bun', "import * as wmill from 'windmill-client@1.818.0';\nexport const main = () => Object.keys(wmill).length;\n"],
])('%s: a version that the script names is asked of the index', async (language, content) => {
  const path = `u/ann/pinned_${language}`;
  const made = await asAnn('POST', '/scripts/create', { path, language, content });
  expect(made.status).toBe(400);
  expect(await made.text()).toMatch(/wmill|windmill-client/);
});
