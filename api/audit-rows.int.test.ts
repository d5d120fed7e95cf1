import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLoginToken } from '@/core/access/token/commands';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import type { Endpoint } from './endpoint';
import { endpoints } from './route-table';

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  root = await makePerson('root', { isInstanceAdmin: true, password: 'correct horse' });
  await makeWorkspace('demo', root);
});

afterAll(async () => {
  expect(api.errors).toEqual([]);
  await api.close();
  await flushAudit();
  await database.drop();
});

interface Line {
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly outcome: string;
  readonly workspace_id: string | null;
}

/** What one request leaves in the audit, and how it was answered. */
async function linesOf(method: string, path: string, body?: unknown): Promise<{ status: number; lines: Line[] }> {
  await flushAudit();
  const [last] = await rows<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM audit');
  // Each asks with a token of its own: some of them end tokens.
  const token = await createLoginToken(root.id, Date.now());
  const answer = await api.as({ ...root, token })(method, path, body);
  await answer.text();
  await flushAudit();
  const lines = await rows<Line>(
    'SELECT actor, action, object, outcome, workspace_id FROM audit WHERE id > $1 ORDER BY id',
    [last?.id ?? 0],
  );
  return { status: answer.status, lines };
}

const resource = { path: 'u/root/db', resource_type: 'any', value: {} };
const variable = { path: 'u/root/key', value: 'x' };
const script = { path: 'u/root/job', language: 'bash', content: 'echo 1', lock: '' };
const W = '/w/demo';

/** Requests that are answered with yes, in an order in which each finds what it is about. */
const ALLOWED: readonly (readonly [method: string, path: string, body: unknown, object: string])[] = [
  ['POST', '/users/tokens/create', { label: 'ci' }, ''],
  ['POST', '/users/profile', { name: 'Root' }, '/users/profile'],
  ['POST', '/people', { email: 'new@example.com' }, 'new@example.com'],
  ['POST', '/users/update/new@example.com', { name: 'New' }, 'new@example.com'],
  ['POST', '/users/password_link/new@example.com', undefined, 'new@example.com'],
  ['POST', '/workspaces/create', { id: 'second', name: 'Second' }, 'second'],
  ['POST', '/workers/groups/heavy/create', undefined, 'heavy'],
  ['POST', '/workers/groups/heavy/pause', undefined, 'heavy'],
  ['DELETE', '/workers/groups/heavy', undefined, 'heavy'],
  ['POST', `${W}/workspaces/change_workspace_name`, { new_name: 'Demo' }, ''],
  ['POST', `${W}/members`, { email: 'ann@example.com', role: 'developer' }, 'ann@example.com'],
  ['PATCH', `${W}/members/ann`, { role: 'operator' }, 'ann'],
  ['POST', `${W}/members/ann/invite_link`, undefined, 'ann'],
  ['POST', `${W}/users/update/ann`, { operator: false }, 'ann'],
  ['POST', `${W}/groups/create`, { name: 'ops' }, 'g/ops'],
  ['POST', `${W}/groups/update/ops`, { summary: 'x' }, 'g/ops'],
  ['POST', `${W}/groups/adduser/ops`, { username: 'ann' }, 'g/ops'],
  ['POST', `${W}/groups/removeuser/ops`, { username: 'ann' }, 'g/ops'],
  ['POST', `${W}/folders/create`, { name: 'team' }, 'f/team'],
  ['POST', `${W}/folders/update/team`, { viewers: ['g/ops'] }, 'f/team'],
  ['POST', `${W}/acls/add/folder/team`, { owner: 'u/ann', write: true }, 'f/team'],
  ['POST', `${W}/acls/remove/folder/team`, { owner: 'u/ann' }, 'f/team'],
  ['DELETE', `${W}/folders/delete/team`, undefined, 'f/team'],
  ['DELETE', `${W}/groups/delete/ops`, undefined, 'g/ops'],
  ['DELETE', `${W}/members/ann`, undefined, 'ann'],
  ['POST', `${W}/resources/type/create`, { name: 'crm', schema: {} }, 'crm'],
  ['POST', `${W}/resources/type/update/crm`, { description: 'x' }, 'crm'],
  ['DELETE', `${W}/resources/type/delete/crm`, undefined, 'crm'],
  ['POST', `${W}/resources/create`, resource, 'u/root/db'],
  ['POST', `${W}/resources/update/u/root/db`, { path: 'u/root/db2' }, 'u/root/db'],
  ['POST', `${W}/resources/update_value/u/root/db2`, { value: 1 }, 'u/root/db2'],
  ['POST', `${W}/resources/restore_version/u/root/db2`, { number: 1 }, 'u/root/db2'],
  ['GET', `${W}/resources/get_value/u/root/db2`, undefined, 'u/root/db2'],
  ['DELETE', `${W}/resources/delete/u/root/db2`, undefined, 'u/root/db2'],
  ['POST', `${W}/variables/create`, variable, 'u/root/key'],
  ['POST', `${W}/variables/update/u/root/key`, { value: 'y' }, 'u/root/key'],
  ['POST', `${W}/variables/restore_version/u/root/key`, { number: 1 }, 'u/root/key'],
  ['GET', `${W}/variables/get/u/root/key`, undefined, 'u/root/key'],
  ['DELETE', `${W}/variables/delete/u/root/key`, undefined, 'u/root/key'],
  ['POST', `${W}/scripts/create`, script, 'u/root/job'],
  ['POST', `${W}/jobs/run/p/u/root/job?tag=nowhere`, {}, 'u/root/job'],
  ['POST', `${W}/jobs/run/preview`, { language: 'bash', content: 'echo 1', tag: 'nowhere' }, ''],
  ['POST', `${W}/scripts/move/p/u/root/job`, { new_path: 'u/root/job2' }, 'u/root/job'],
  ['POST', `${W}/scripts/archive/p/u/root/job2`, undefined, 'u/root/job2'],
  ['POST', `${W}/scripts/trash/restore/u/root/job2`, undefined, 'u/root/job2'],
  ['POST', `${W}/scripts/delete/p/u/root/job2`, undefined, 'u/root/job2'],
  ['DELETE', `${W}/scripts/trash/u/root/job2`, undefined, 'u/root/job2'],
];

describe('AUDIT: what was allowed leaves exactly one line', () => {
  test.each(ALLOWED)('%s %s', async (method, path, body, object) => {
    const { status, lines } = await linesOf(method, path, body);
    expect([status < 300, status]).toEqual([true, status]);
    expect(lines).toEqual([
      {
        actor: 'root',
        action: expect.stringMatching(/^[a-z]+:[a-z]+$/),
        object: object === '' ? expect.stringMatching(/./) : object,
        outcome: 'done',
        workspace_id: path.startsWith(W) ? 'demo' : null,
      },
    ]);
  });
});

/** An address of the endpoint in the workspace `demo`; its other parameters name nothing that exists. */
const addressOf = (endpoint: Endpoint) =>
  endpoint.path
    .replace(':workspace', 'demo')
    .replace(/:[a-zA-Z_]+/g, '00000000-0000-4000-8000-000000000000')
    .replace(/\*[a-zA-Z_]+/g, 'u/nobody/nothing');

const changing = endpoints.filter((endpoint) => endpoint.isMutation && endpoint.audit !== 'none');

describe('AUDIT: whatever an administrator asks for leaves exactly one line, which says how it was answered', () => {
  test.each(changing.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    '%s',
    async (_, endpoint) => {
      const { status, lines } = await linesOf(
        endpoint.method,
        addressOf(endpoint),
        endpoint.readsBody ? {} : undefined,
      );
      expect(status).toBeLessThan(500);
      expect(lines.map(({ actor, outcome }) => [actor, outcome])).toEqual([
        [endpoint.access === 'public' ? 'anonymous' : 'root', status < 300 ? 'done' : 'refused'],
      ]);
    },
  );

  test('what writes no line here writes its own, or is a list that changes on purpose', () => {
    const silent = endpoints.filter((endpoint) => endpoint.isMutation && endpoint.audit === 'none');
    const own = silent.filter(({ path }) => !/\/(approvals|jobs_u|jobs\/flow)\//.test(path));
    expect(own.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      // A pause in somebody's typing, and a number that a job reports about itself.
      'DELETE /w/:workspace/drafts/:kind/*path',
      'POST /auth/login',
      'POST /w/:workspace/job_metrics/set_progress/:id',
      'PUT /w/:workspace/drafts/:kind/*path',
    ]);
  });
});

describe('AUDIT: strangers', () => {
  test.each([
    ['login', { email: 'root@example.com', password: 'wrong' }],
    ['join', { token: 'forged', name: 'Eve', password: 'a long password' }],
    ['claim', { token: 'forged', email: 'eve@example.com', username: 'eve', name: 'Eve', password: 'a long password' }],
  ])('a refused %s leaves one line', async (what, body) => {
    await flushAudit();
    const count = async () => (await rows<{ n: number }>('SELECT count(*)::int AS n FROM audit'))[0]?.n ?? 0;
    const before = await count();
    expect((await api.as(null)('POST', `/auth/${what}`, body)).status).toBeGreaterThanOrEqual(400);
    await flushAudit();
    expect((await count()) - before).toBe(1);
  });
});
