import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_OBJECT, type Role } from '@/core/access/model';
import { asMember, findActor } from '@/core/access/queries';
import { can } from '@/core/access/rules';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import type { Endpoint } from './endpoint';
import { endpoints } from './route-table';

let database: TestDatabase;
let api: TestApi;
let stranger: TestPerson;
const people = new Map<Role, TestPerson>();

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  const admin = await makePerson('admin-of-demo');
  people
    .set('admin', admin)
    .set('developer', await makePerson('developer-here'))
    .set('operator', await makePerson('operator-here'));
  stranger = await makePerson('stranger');
  const members = [...people].flatMap(([role, person]) => (role === 'admin' ? [] : [[person, role] as const]));
  await makeWorkspace('demo', admin, members);
});

afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

/** An address of the endpoint in the workspace `demo`; its other parameters name nothing that exists. */
const addressOf = (endpoint: Endpoint) =>
  endpoint.path
    .replace(':workspace', 'demo')
    .replace(/:[a-zA-Z_]+/g, '00000000-0000-4000-8000-000000000000')
    .replace(/\*[a-zA-Z_]+/g, 'u/nobody/nothing');

const auditRows = async () => {
  await flushAudit();
  const [row] = await rows<{ count: number }>('SELECT count(*) AS count FROM audit');
  return row?.count ?? 0;
};

describe('RBAC', () => {
  const guarded = endpoints.filter((endpoint) => endpoint.access !== 'public');

  test('who needs no sign-in is a list that changes on purpose', () => {
    const open = endpoints
      .filter((endpoint) => endpoint.access === 'public')
      .map(({ method, path }) => `${method} ${path}`);
    expect(open.toSorted()).toEqual([
      'GET /health',
      'GET /version',
      'GET /w/:workspace/approvals/view/:id',
      'GET /w/:workspace/jobs_u/cancel/:id/:resume_id/:secret',
      'GET /w/:workspace/jobs_u/flow/approval_info/:id',
      'GET /w/:workspace/jobs_u/get_flow/:id/:resume_id/:secret',
      'GET /w/:workspace/jobs_u/resume/:id/:resume_id/:secret',
      'POST /auth/claim',
      'POST /auth/join',
      'POST /auth/login',
      'POST /w/:workspace/approvals/decide/:id',
      'POST /w/:workspace/jobs_u/cancel/:id/:resume_id/:secret',
      'POST /w/:workspace/jobs_u/flow/resume_suspended/:id',
      'POST /w/:workspace/jobs_u/resume/:id/:resume_id/:secret',
    ]);
  });

  test('a token in the query is a credential where jobs are started or read, and nowhere else', () => {
    for (const endpoint of endpoints.filter((one) => one.allowsQueryToken)) {
      expect(endpoint.path).toMatch(/^\/w\/:workspace\/(jobs|jobs_u|runs)\//);
    }
  });

  test.each(guarded.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    '%s refuses whoever may not, and writes it down',
    async (_, endpoint) => {
      const address = addressOf(endpoint);
      const isInWorkspace = endpoint.path.startsWith('/w/:workspace/');
      const before = await auditRows();
      let refused = 1;
      expect((await api.as(null)(endpoint.method, address)).status).toBe(401);
      if (isInWorkspace) {
        refused += 1;
        expect((await api.as(stranger)(endpoint.method, address)).status).toBe(404);
      }
      for (const person of people.values()) {
        const actor = await findActor({ kind: 'token', text: person.token }, isInWorkspace ? 'demo' : null);
        if (isInWorkspace) asMember(actor, 'demo');
        if (endpoint.access === 'public' || can(actor, endpoint.access, NO_OBJECT).isAllowed) continue;
        refused += 1;
        expect((await api.as(person)(endpoint.method, address)).status).toBe(403);
      }
      expect((await auditRows()) - before).toBe(endpoint.audit === 'none' ? 0 : refused);
    },
  );
});
