import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { flushAudit } from '@/core/audit/commands';
import { parseFlow } from '@/core/flow/definition/parse';
import { allModules } from '@/core/flow/definition/walk';
import { retryWaitS } from '@/core/flow/run/retry';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type RecordedServer, startRecordedServer } from '@/test/cli/server';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess, until } from '@/test/process';
import { type PackageIndex, servePackages } from '@/worker/runtimes/index-fixture';
import { startWorld, type World } from './world';

const HERE = import.meta.dirname;

let database: TestDatabase;
let api: RecordedServer;
let worker: TestProcess;
let index: PackageIndex;
let world: World;
let ann: TestPerson;
let carol: TestPerson;
let mallory: TestPerson;

/** A text of the guide; only the hosts are others. */
const text = (name: string) =>
  fs
    .readFileSync(path.join(HERE, name), 'utf8')
    .replaceAll('https://registry.yourdomain.com', world.base)
    .replaceAll('https://$SERVICE/health', `${world.base}/service/health`);

const as = (person: TestPerson) => (method: string, where: string, body?: unknown) =>
  fetch(`${api.base}/api/w/lab${where}`, {
    method,
    headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function deploy(flowPath: string, definition: string): Promise<void> {
  const answer = await as(ann)('POST', '/flows/create', { ...parse(definition), path: flowPath });
  expect([answer.status, await answer.text()]).toEqual([201, flowPath]);
}

const run = async (flowPath: string, args: object = {}): Promise<string> => {
  const answer = await as(ann)('POST', `/jobs/run/f/${flowPath}`, args);
  const id = await answer.text();
  expect([answer.status, id]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  return id;
};

interface Ended {
  outcome: string;
  result: string;
  reason: string;
}

const endOf = (id: string) =>
  until<Ended>(
    `the end of ${id}; the worker said:\n${worker.output()}`,
    async () =>
      (await rows<Ended>('SELECT outcome, result, reason FROM job WHERE id = $1 AND outcome IS NOT NULL', [id]))[0],
    60_000,
  );

beforeAll(async () => {
  world = await startWorld();
  const module = fs.readFileSync(path.join(HERE, 'requests.py.txt'), 'utf8');
  index = await servePackages([{ name: 'requests', version: '2.32.0', files: { 'requests/__init__.py': module } }], []);
  database = await testDatabase();
  api = await startRecordedServer();
  process.env.BASE_URL = api.base;
  const root = await makePerson('root', { isInstanceAdmin: true });
  ann = await makePerson('ann');
  carol = await makePerson('carol');
  mallory = await makePerson('mallory');
  await makeWorkspace('lab', root, [
    [ann, 'developer'],
    [carol, 'operator'],
    [mallory, 'operator'],
  ]);
  worker = await startWorker(database.url, { BASE_URL: api.base, PIP_INDEX_URL: index.pythonUrl });
  for (const name of ['devops', 'data-team']) {
    await as(root)('POST', '/folders/create', { name, owners: ['u/ann'], extra_perms: { 'g/all': false } });
  }
  await as(root)('POST', '/groups/create', { name: 'devops-team', summary: '' });
  await as(root)('POST', '/groups/adduser/devops-team', { username: 'carol' });
  const chat = { path: 'g/all/SLACK_WEBHOOK', value: `${world.base}/chat`, is_secret: false, description: '' };
  expect((await as(root)('POST', '/variables/create', chat)).status).toBe(201);
  const script = {
    path: 'f/devops/deploy_service',
    language: 'python3',
    lock: '',
    content:
      'def main(service: str, version: str, environment: str):\n    return f"{service} {version} on {environment}"\n',
  };
  expect((await as(ann)('POST', '/scripts/create', script)).status).toBe(201);
}, 120_000);

afterAll(async () => {
  await worker.stop();
  await api.close();
  await index.close();
  await world.close();
  await flushAudit();
  await database.drop();
});

describe('pattern 1: an approval gate', () => {
  const ARGS = { service: 'api', version: '1.2.3', environment: 'production' };

  const questionOf = (person: TestPerson) =>
    until(`a question for ${person.username}; the worker said:\n${worker.output()}`, async () => {
      const list = await (await as(person)('GET', '/approvals/list')).json();
      return Array.isArray(list) ? list[0] : undefined;
    });

  const decide = async (person: TestPerson, id: string, verdict: string) => {
    const shown = await (await as(carol)('GET', `/approvals/get/${id}`)).json();
    const body = { verdict, comment: 'as agreed', shownHash: shown.shownHash };
    return as(person)('POST', `/approvals/decide/${id}`, body);
  };

  test('it waits for a person of the group and goes on with the approval', async () => {
    await deploy('f/devops/deploy_with_approval', text('deploy_with_approval.yaml'));
    const id = await run('f/devops/deploy_with_approval', ARGS);
    const question = await questionOf(carol);
    const shown = await (await as(carol)('GET', `/approvals/get/${question.id}`)).text();
    expect(shown).toContain('Deploy request: api:1.2.3\\nEnvironment: production');
    expect(shown).toContain('Image verified: true');
    expect(world.chat).toEqual([]);
    for (const person of [ann, mallory]) {
      expect([403, 404]).toContain((await decide(person, question.id, 'approve')).status);
    }
    const answer = await decide(carol, question.id, 'approve');
    expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([answer.status, '']);
    expect(await endOf(id)).toMatchObject({ outcome: 'succeeded', result: '"healthy"' });
    expect(world.chat).toEqual(['✅ Deploy approved: api:1.2.3 → production']);
    const [deployed] = await rows<{ result: string }>(
      `SELECT result FROM job WHERE parent_id = $1 AND path = 'f/devops/deploy_service'`,
      [id],
    );
    expect(deployed?.result).toBe('"api 1.2.3 on production"');
  });

  test('a rejection ends it as rejected, and nothing after it runs', async () => {
    const before = world.chat.length;
    const id = await run('f/devops/deploy_with_approval', ARGS);
    expect((await decide(carol, (await questionOf(carol)).id, 'reject')).ok).toBe(true);
    expect(await endOf(id)).toMatchObject({ outcome: 'rejected' });
    expect(world.chat).toHaveLength(before);
    expect(await rows(`SELECT 1 FROM job WHERE parent_id = $1`, [id])).toHaveLength(1);
  });

  test('what is not there is said before anybody is asked', async () => {
    const ended = await endOf(await run('f/devops/deploy_with_approval', { ...ARGS, version: '9.9.9' }));
    expect(ended).toMatchObject({ outcome: 'failed' });
    expect(ended.reason).toContain('Image api:9.9.9 not found in registry');
  });
});

describe('pattern 2: retry with backoff, and a step for failures', () => {
  const args = () => ({ api_endpoint: `${world.base}/data`, api_key: 'key-1' });

  test('a fetch that fails is tried again half a minute later', async () => {
    await deploy('f/data-team/sync_external_api', text('sync_external_api.yaml'));
    world.answerWith(503);
    const seen = world.calls.length;
    const id = await run('f/data-team/sync_external_api', args());
    const waitS = await until(`the wait of ${id}; the worker said:\n${worker.output()}`, async () => {
      const [row] = await rows<{ wait: number }>(
        `SELECT extract(epoch FROM run_at - now())::float8 AS wait FROM job_queue WHERE job_id = $1 AND run_at > now()`,
        [id],
      );
      return row !== undefined && world.calls.length > seen ? row.wait : undefined;
    });
    expect(waitS).toBeGreaterThan(20);
    expect(waitS).toBeLessThanOrEqual(30);
    expect(world.calls.at(-1)).toEqual({ authorization: 'Bearer key-1' });
    await as(ann)('POST', `/jobs_u/queue/cancel/${id}`, { reason: 'seen' });
    expect(await endOf(id)).toMatchObject({ outcome: 'cancelled' });
  });

  test('without the waits: what comes back in time succeeds, what does not is told', async () => {
    // The waits are compared below and above; here they are none, so that nobody waits for minutes.
    await deploy('f/data-team/sync_at_once', text('sync_external_api.yaml').replace('seconds: 30', 'seconds: 0'));
    world.answerWith(500, 502, 200);
    const good = await endOf(await run('f/data-team/sync_at_once', args()));
    expect(good).toMatchObject({ outcome: 'succeeded', result: '{"processed":true,"count":3}' });
    const before = world.calls.length;
    world.answerWith(404);
    const bad = await endOf(await run('f/data-team/sync_at_once', args()));
    expect(bad).toMatchObject({ outcome: 'failed' });
    // One try and five retries.
    expect(world.calls.length - before).toBe(6);
    expect(world.chat.at(-1)).toMatch(/^❌ Sync failed at step 'fetch_data':\n.*404 Client Error/s);
  });

  test('the waits that the guide names', () => {
    const flow = (definition: string) => {
      const parsed = parseFlow(parse(definition));
      if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.problems));
      return [...allModules(parsed.executable)].find(({ id }) => id === 'fetch_data')?.retry ?? null;
    };
    const waits = (definition: string) => [1, 2, 3, 4, 5, 6].map((n) => retryWaitS(flow(definition), n, 'fetch_data'));
    const written = text('sync_external_api.yaml');
    expect(waits(written)).toEqual([30, 30, 30, 30, 30, null]);
    // The alternative that stands in the same text as a comment.
    const other = written
      .replace(/ {4}retry:\n {6}constant:\n.*\n.*\n/, '')
      .replace(/^ {4}# (retry:| {2}exponential:| {4}attempts:.*| {4}multiplier:.*| {4}seconds:.*)$/gm, '    $1');
    expect(waits(other)).toEqual([10, 20, 40, 80, 160, null]);
  });
});

describe('pattern 3: fan-out', () => {
  test('five regions, and the total that the text really gives', async () => {
    await deploy('f/data-team/process_all_regions', text('process_all_regions.yaml'));
    const ended = await endOf(await run('f/data-team/process_all_regions'));
    expect(ended.outcome).toBe('succeeded');
    expect(JSON.parse(ended.result)).toEqual({ regions_processed: 5, total_records: 0, status: 'complete' });
  });
});

describe('pattern 4: errors and branches', () => {
  test('a branch is chosen by what a step found, and a failing one is named', async () => {
    const definition = (isBroken: boolean) => `
modules:
  - id: check
    value:
      type: rawscript
      language: python3
      content: |
        def main(amount: int) -> dict:
            return {"amount": amount}
  - id: choose
    value:
      type: branchone
      branches:
        - summary: large
          expr: results.check.amount > 100
          modules:
            - id: large
              value:
                type: rawscript
                language: python3
                content: |
                  def main(amount: int) -> str:
                      ${isBroken ? 'raise Exception("too much")' : 'return f"{amount} by hand"'}
      default:
        - id: small
          value:
            type: rawscript
            language: bash
            content: |
              echo "$AMOUNT at once"
  - id: on_failure
    value:
      type: rawscript
      language: python3
      content: |
        def main(error: str, step: str) -> str:
            return f"{step}: {error}"
    type: failure
`;
    await deploy('f/devops/branches', definition(false));
    await deploy('f/devops/broken', definition(true));
    expect(await endOf(await run('f/devops/branches', { amount: 7 }))).toMatchObject({ result: '"7 at once"' });
    expect(await endOf(await run('f/devops/branches', { amount: 700 }))).toMatchObject({ result: '"700 by hand"' });
    const broken = await endOf(await run('f/devops/broken', { amount: 700 }));
    expect(broken.outcome).toBe('failed');
    expect(broken.result).toContain('large');
    expect(broken.result).toContain('too much');
    expect(await endOf(await run('f/devops/broken', { amount: 7 }))).toMatchObject({ outcome: 'succeeded' });
  });
});
