import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { VERSION } from '@/core/version';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess } from '@/test/process';
import { type RecordedServer, startRecordedServer } from './server';

// The command as jobs find it: nothing is set up, no profile, only what the worker puts into their environment.

let database: TestDatabase;
let server: RecordedServer;
let workers: readonly TestProcess[] = [];
let ann: TestPerson;
let kim: TestPerson;

const as = (person: TestPerson, where: string, body: unknown) =>
  fetch(`${server.base}/api/w/lab${where}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function made(where: string, body: unknown): Promise<void> {
  const answer = await as(ann, where, body);
  expect([answer.status, await answer.text()]).toEqual([201, expect.anything()]);
}

/** The result of a preview in the group `tag`; what it failed with, if it failed. */
async function run(person: TestPerson, language: string, content: string, tag = 'default'): Promise<unknown> {
  const answer = await as(person, '/jobs/run_wait_result/preview', { language, content, args: {}, tag });
  return answer.json();
}

const bash = (content: string, tag?: string) => run(ann, 'bash', content, tag);

beforeAll(async () => {
  database = await testDatabase();
  server = await startRecordedServer();
  process.env.BASE_URL = server.base;
  ann = await makePerson('ann');
  kim = await makePerson('kim');
  await makeWorkspace('lab', ann, [[kim, 'developer']]);
  workers = await Promise.all([
    startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '3' }),
    startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '1', WORKER_GROUP: 'open', SANDBOX: 'off' }),
  ]);
  await made('/variables/create', { path: 'u/ann/word', value: 'open sesame', is_secret: false });
  await made('/resources/create', {
    path: 'u/ann/lamp',
    resource_type: 'any',
    value: { host: 'localhost', port: 5432, ticket: 12345678901234 },
  });
  await made('/scripts/create', {
    path: 'u/ann/double',
    language: 'bash',
    content: 'n="$1"\necho "{\\"twice\\": $((n * 2))}" | tee result.json',
  });
  const module = { id: 'a', value: { type: 'script', path: 'u/ann/double' } };
  await made('/flows/create', { path: 'u/ann/doubled', summary: '', value: { modules: [module] } });
});

afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await server.close();
  await flushAudit();
  await database.drop();
});

describe('in bash', () => {
  test('a resource and a variable, as JSON for jq and as they are', async () => {
    const folder = 'export WMILL_CONFIG_DIR=$(mktemp -d)\n';
    expect(await bash(`${folder}result=$(wmill resource get u/ann/lamp --json | jq -c .value)\necho "$result"`)).toBe(
      '{"host":"localhost","port":5432,"ticket":12345678901234}',
    );
    expect(await bash('wmill variable get u/ann/word --json | jq -c [.value,.is_secret] | tee result.json')).toEqual([
      'open sesame',
      false,
    ]);
    expect(await bash('fantail variable get u/ann/word')).toBe('open sesame');
    expect(await bash('fantail variable list | tail -1')).toBe('u/ann/word  no      open sesame');
    expect(await bash('fantail resource list --json | jq -c "map(.path)"')).toBe('["u/ann/lamp"]');
  });

  test('other jobs, of scripts and of flows', async () => {
    expect(await bash(`wmill script run u/ann/double -s -d '{"n": 21}' | jq -c .`)).toBe('{"twice":42}');
    expect(await bash(`wmill flow run u/ann/doubled --silent --data '{"n": 4}' | jq -c .`)).toBe('{"twice":8}');
  });

  test('it says what it is, under the name that was typed', async () => {
    expect(await bash('wmill --version')).toBe(`fantail ${VERSION}`);
    expect(await bash('wmill resource get --help | head -1')).toMatch(/^wmill resource get PATH:/);
    expect(await bash('fantail resource get --help | head -1')).toMatch(/^fantail resource get PATH:/);
  });

  test('what is not there fails the job that says `set -e`', async () => {
    const failed = await bash('set -e\nfantail resource get u/ann/nothing\necho not here');
    expect(JSON.stringify(failed)).toContain('exit code 1');
  });

  test('a job has the rights of whom it runs as, no more', async () => {
    const answer = await run(kim, 'bash', 'fantail resource get u/ann/lamp 2>&1 || true');
    expect(String(answer)).toMatch(/u\/ann\/lamp/);
    expect(String(answer)).not.toContain('localhost');
    expect(await run(kim, 'bash', 'fantail user whoami --json | jq -r .username')).toBe('kim');
  });
});

test('from Python and TypeScript, as a process of theirs', async () => {
  const python = `import json, subprocess
def main():
    return json.loads(subprocess.check_output(["wmill", "resource", "get", "u/ann/lamp", "--json"]))["value"]["port"]
`;
  expect(await run(ann, 'python3', python)).toBe(5432);
  const typescript = `import { execFileSync } from 'node:child_process';
export function main() {
  return execFileSync('fantail', ['variable', 'get', 'u/ann/word'], { encoding: 'utf8' }).trim();
}
`;
  expect(await run(ann, 'bun', typescript)).toBe('open sesame');
});

test('nobody can change it for the next job', async () => {
  const script =
    'for file in $(command -v wmill) /runtime/cli/fantail.mjs; do echo x >> "$file" || true; done 2>&1\nid -u';
  expect(await bash(script)).toBe('65534');
  expect(await bash('wmill variable get u/ann/word')).toBe('open sesame');
});

test('without a sandbox, too', async () => {
  expect(await bash('wmill variable get u/ann/word', 'open')).toBe('open sesame');
});
