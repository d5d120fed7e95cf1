import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import fc from '@/test/property';
import { ACTIONS, type Actor, ROLES } from './model';
import { can } from './rules';
import { sqlVisibleJobs, sqlVisiblePaths } from './visible/rules';

let database: TestDatabase;
const NAMES = ['a', 'ab', 'a_b', 'a%', 'ann', 'bob', 'ops', 'all', 'a-b'];
const PATHS = ['u', 'f', 'g', 'x'].flatMap((kind) =>
  NAMES.flatMap((owner) => ['n', 'n/m', 'n_m'].map((name) => `${kind}/${owner}/${name}`)),
);

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.drop());

const name = fc.constantFrom(...NAMES);
const scope = fc.constantFrom(
  'script:read',
  'script:run:f/a/*',
  'script:*:u/*',
  '*:*',
  'job:read',
  'job:*:f/a*',
  'nonsense',
  'script:write:*/n',
  'script:read:f/a_b/*',
);
const anyActor: fc.Arbitrary<Actor> = fc
  .record({
    role: fc.constantFrom(...ROLES, null),
    groups: fc.uniqueArray(name),
    managedGroups: fc.uniqueArray(name),
    folders: fc.dictionary(name, fc.constantFrom('viewer', 'writer', 'owner')),
    scopes: fc.option(fc.array(scope, { maxLength: 3 })),
    via: fc.constantFrom('session', 'token', 'job'),
  })
  .map((changes) => ({
    userId: '00000000-0000-0000-0000-000000000001',
    email: 'ann@example.com',
    username: 'ann',
    isInstanceAdmin: false,
    workspaceId: 'demo',
    onlyWorkspaceId: null,
    credential: 'test',
    ...changes,
    managedGroups: changes.managedGroups.filter((one) => changes.groups.includes(one)),
  }));

const pathActions = ACTIONS.filter((action) => /^(script|resource|variable):(?!preview)/.test(action));

test('SCOPE: what SQL selects is what can() allows, for paths', async () => {
  await fc.assert(
    fc.asyncProperty(anyActor, fc.constantFrom(...pathActions), async (actor, action) => {
      const condition = sqlVisiblePaths(actor, action, 'path', 2);
      const found = await rows<{ path: string }>(
        `SELECT path FROM unnest($1::text[]) WITH ORDINALITY AS item(path, place) WHERE ${condition.text} ORDER BY place`,
        [PATHS, ...condition.values],
      );
      const allowed = PATHS.filter((path) => can(actor, action, { kind: 'path', path }).isAllowed);
      expect(found.map((row) => row.path)).toEqual(allowed);
    }),
    { numRuns: 400 },
  );
});

test('SCOPE: what SQL selects is what can() allows, for jobs', async () => {
  const jobs = [null, ...PATHS].flatMap((path) => ['ann', 'bob'].map((createdBy) => ({ path, createdBy })));
  await fc.assert(
    fc.asyncProperty(anyActor, fc.constantFrom('job:read', 'job:cancel'), async (actor, action) => {
      const condition = sqlVisibleJobs(actor, action, { path: 'j.path', createdBy: 'j.by' }, 3);
      const found = await rows<{ path: string | null; by: string }>(
        `SELECT j.path, j.by FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS j(path, by, place)
         WHERE ${condition.text} ORDER BY j.place`,
        [jobs.map((job) => job.path), jobs.map((job) => job.createdBy), ...condition.values],
      );
      const allowed = jobs.filter((job) => can(actor, action, { kind: 'job', ...job }).isAllowed);
      expect(found.map((row) => ({ path: row.path, createdBy: row.by }))).toEqual(allowed);
    }),
    { numRuns: 400 },
  );
});
