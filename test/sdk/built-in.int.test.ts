import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsIn, EXPECTED, type SdkWorld, sdkWorld } from './world';

/** Nobody listens there: what needs a package index fails at once. */
const NO_INDEX = 'http://127.0.0.1:9/';

let world: SdkWorld;

beforeAll(async () => {
  world = await sdkWorld({ PIP_INDEX_URL: NO_INDEX, UV_DEFAULT_INDEX: NO_INDEX, npm_config_registry: NO_INDEX });
});

afterAll(() => world.close());

const run = async (name: string, language: string, content: string): Promise<unknown> =>
  (await world.run(name, language, content)).result;

/** The official library has a class for each part of the API; ours asks for what it is about. */
const HASH_OF_ADD =
  "const script = JSON.parse(await wmill.request('GET', '/w/' + wmill.getWorkspace() + '/scripts/get/p/' + own('add')));";

/** The same calls as those of the official libraries' test, without their versions. */
function callsOf(file: 'calls.ts.txt' | 'calls.py.txt'): string {
  return callsIn(file)
    .replace('# requirements:\n# wmill==1.850.0\n', '')
    .replace('windmill-client@1.818.0', 'windmill-client')
    .replace(/const script = await wmill\.ScriptService[^;]*;/, HASH_OF_ADD);
}

test.each([
  ['bun', 'bun', 'calls.ts.txt', {}],
  ['deno', 'deno', 'calls.ts.txt', {}],
  ['python3', 'python3', 'calls.py.txt', { whoami: 'ann@example.com', version: expect.anything(), workspace: 'lab' }],
] as const)('%s: the calls that scripts make work without a package index', async (name, language, file, more) => {
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
  const made = await world.asAnn('POST', '/scripts/create', { path, language, content });
  expect(made.status).toBe(400);
  expect(await made.text()).toMatch(/wmill|windmill-client/);
});
