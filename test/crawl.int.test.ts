import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpoints } from '@/api/route-table';
import { approvalMac, signatureOf } from '@/core/approval/link';
import { flushAudit } from '@/core/audit/commands';
import { submitJob } from '@/core/ledger/submit';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from './api';
import { ask, newQuestion, type ParkedRun, parkRun } from './approvals';
import { changedTables, checksums, type Query, WRITTEN_BY_READS } from './checksums';
import { type TestDatabase, testDatabase } from './database';
import { newJob } from './jobs';

let database: TestDatabase;
let api: TestApi;
let run: ParkedRun;
let approvalId: string;
let jobId: string;
const people: (TestPerson | null)[] = [null];

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  const root = await makePerson('root', { isInstanceAdmin: true });
  const [ada, dev, op, stranger] = [
    await makePerson('ada'),
    await makePerson('dev'),
    await makePerson('op'),
    await makePerson('stranger'),
  ];
  await makeWorkspace('lab', ada, [
    [dev, 'developer'],
    [op, 'operator'],
  ]);
  people.push(root, ada, dev, op, stranger);
  const as = api.as(ada);
  const script = { path: 'u/ada/thing', language: 'bash', content: 'echo 1', lock: '' };
  await as('POST', '/w/lab/scripts/create', script);
  await as('POST', '/w/lab/resources/create', { path: 'u/ada/thing', resource_type: 'any', value: { a: 1 } });
  await as('POST', '/w/lab/variables/create', { path: 'u/ada/thing', value: 'secret value', is_secret: true });
  run = await parkRun('lab', { createdBy: 'dev' });
  approvalId = await ask(run, newQuestion({ audience: 'anyone_with_link', allowsSelfApproval: true }));
  const job = newJob({ kind: 'script', path: 'u/ada/thing', createdBy: 'ada' });
  await submitJob(job);
  jobId = job.id;
});

afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

const query: Query = (text) => rows(text);
const sums = () => checksums(query, WRITTEN_BY_READS);

/** Addresses of one path that name things that exist, so that handlers go as far as they can. */
function addressesOf(path: string): string[] {
  const link = { workspaceId: 'lab', jobId: run.stepJobId, resumeId: 7, approver: null };
  const ids = path.includes('/approvals/')
    ? [approvalId]
    : path.includes(':secret')
      ? [run.stepJobId]
      : [jobId, run.runId];
  return ids.map((id) => {
    const filled = path
      .replace(':workspace', 'lab')
      .replace(':resume_id', '7')
      .replace(':secret', signatureOf(link))
      .replace(/:(id|job)\b/g, id)
      .replace(':kind', 'script')
      .replace(/:due/g, '1700000000000')
      .replace(/:[a-zA-Z_]+/g, 'ada')
      .replace(/\*[a-zA-Z_]+/g, 'u/ada/thing');
    return `${filled}?mac=${approvalMac(approvalId)}&token_is_none=1&payload=e30=&approver=`;
  });
}

const METHODS = ['GET', 'HEAD', 'OPTIONS'] as const;

/** Asks and reads no stream to its end: what a handler does, it does before its answer begins. */
async function visit(person: TestPerson | null, method: string, path: string): Promise<number> {
  const answer = await fetch(`${api.base}/api${path}`, {
    method,
    redirect: 'manual',
    headers: {
      'user-agent': 'Slackbot-LinkExpanding 1.0',
      ...(person === null ? {} : { authorization: `Bearer ${person.token}` }),
    },
  });
  await answer.body?.cancel();
  return answer.status;
}

test('no GET, HEAD or OPTIONS of anybody changes anything', { timeout: 240_000 }, async () => {
  const before = await sums();
  const paths = [...new Set(endpoints.map(({ path }) => path))];
  expect(paths.length).toBeGreaterThan(100);
  const broken: string[] = [];
  let visits = 0;
  for (const path of paths) {
    const readable = endpoints.some((endpoint) => endpoint.path === path && endpoint.method === 'GET');
    for (const address of addressesOf(path)) {
      for (const method of METHODS) {
        const statuses = await Promise.all(people.map((person) => visit(person, method, address)));
        visits += statuses.length;
        if (statuses.some((status) => status >= 500)) broken.push(`${method} ${address}: ${statuses}`);
        if (!readable && method !== 'OPTIONS' && statuses.some((status) => status < 400)) {
          broken.push(`${method} ${address} is answered without being declared: ${statuses}`);
        }
      }
    }
  }
  expect(broken).toEqual([]);
  expect(visits).toBeGreaterThan(2_000);
  await flushAudit();
  const after = await sums();
  expect(changedTables(before, after)).toEqual([]);
  expect(after).toEqual(before);
  // The control: one POST of the same links is seen.
  const link = { workspaceId: 'lab', jobId: run.stepJobId, resumeId: 7, approver: null };
  const address = `/w/lab/jobs_u/resume/${run.stepJobId}/7/${signatureOf(link)}`;
  expect((await api.as(null)('POST', address, {})).status).toBe(201);
  const changed = await sums();
  expect(changedTables(after, changed)).toEqual(
    expect.arrayContaining(['public.approval', 'public.approval_decision', 'public.approval_link', 'public.job_queue']),
  );
});
