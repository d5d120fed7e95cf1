import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLES, type Role, type WorkspaceActor } from '@/core/access/model';
import { newId } from '@/core/ids';
import { countJobs, listJobs } from '@/core/job/list/queries';
import { getJob } from '@/core/job/queries';
import { submitJob } from '@/core/ledger/submit';
import { createResource } from '@/core/resource/commands';
import { valueHistory } from '@/core/resource/history/queries';
import { getResource, getResourceSummary, listResources, searchableResources } from '@/core/resource/queries';
import { deployScript } from '@/core/script/commands';
import { getScript, scriptHistory } from '@/core/script/history/queries';
import { deployInputOf } from '@/core/script/input/model';
import { listScripts } from '@/core/script/listing/queries';
import { createVariable } from '@/core/variable/commands';
import { getVariable, listVariables, variableExists, variablePaths } from '@/core/variable/queries';
import { livePaths, liveTexts } from '@/core/versioned/listing/queries';
import { type TestDatabase, testDatabase } from '@/test/database';
import { makeWorkspace, newJob } from '@/test/jobs';
import fc from '@/test/property';
import { printTable } from './table';

printTable();

let database: TestDatabase;

const OWNERS = ['a', 'ab', 'a_b', 'ann', 'ops', 'all'];
const PATHS = ['u', 'f', 'g'].flatMap((kind) => OWNERS.map((owner) => `${kind}/${owner}/n`));
const jobs: string[] = [];

const admin: WorkspaceActor = {
  userId: '00000000-0000-0000-0000-000000000001',
  email: 'ann@example.com',
  username: 'ann',
  isInstanceAdmin: false,
  workspaceId: 'lab',
  role: 'admin',
  groups: ['all'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'test',
};

beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace();
  for (const path of PATHS) {
    await createResource(admin, { path, resourceType: 'any', description: '', value: {} });
    await createVariable(admin, { path, value: 'x', isSecret: false, description: '' });
    await deployScript(admin, deployInputOf({ path, content: 'echo 1', language: 'bash', lock: '' }));
  }
  for (const path of [null, ...PATHS]) {
    for (const createdBy of ['ann', 'bob']) {
      const id = newId();
      jobs.push(id);
      await submitJob(newJob({ id, path, createdBy, kind: path === null ? 'preview' : 'script', tag: 'nowhere' }));
    }
  }
});

afterAll(() => database.drop());

const name = fc.constantFrom(...OWNERS);
const glob = fc.oneof(
  fc.tuple(fc.constantFrom('u', 'f', 'g', '*'), name).map(([kind, owner]) => `${kind}/${owner}/*`),
  fc.tuple(fc.constantFrom('u', 'f', 'g'), name).map(([kind, owner]) => `${kind}/${owner}/n`),
  fc.constantFrom('*', 'f/a*', '*/n', 'nothing', 'f/a_b/*'),
);
const scope = fc
  .tuple(
    fc.constantFrom('script', 'resource', 'variable', 'job', '*', 'scripts', 'nonsense'),
    fc.constantFrom('read', 'list', 'write', 'run', '*'),
    fc.option(glob),
  )
  .map(([domain, verb, path]) => `${domain}:${verb}${path === null ? '' : `:${path}`}`);

const anyActor: fc.Arbitrary<WorkspaceActor> = fc
  .record({
    role: fc.constantFrom<Role>(...ROLES),
    groups: fc.uniqueArray(name),
    managedGroups: fc.uniqueArray(name),
    folders: fc.dictionary(name, fc.constantFrom('viewer', 'writer', 'owner')),
    scopes: fc.option(fc.array(scope, { minLength: 1, maxLength: 4 })),
    via: fc.constantFrom('session', 'token', 'job'),
  })
  .map((changes) => ({ ...admin, ...changes }));

/** Those of the objects that a single read answers. */
async function gettable(all: readonly string[], read: (one: string) => Promise<unknown>): Promise<string[]> {
  const answers = await Promise.all(
    all.map((one) =>
      read(one).then(
        () => [one],
        () => [],
      ),
    ),
  );
  return answers.flat().toSorted();
}

const pathsOf = (found: readonly { readonly path: string }[]) => found.map(({ path }) => path).toSorted();
const all = { page: 1, perPage: 1000 };
const check = (property: (actor: WorkspaceActor) => Promise<void>) =>
  fc.assert(fc.asyncProperty(anyActor, property), { numRuns: 150 });

test('SCOPE 19: scripts: lists, pickers and histories show what single reads answer', () =>
  check(async (actor) => {
    const readable = await gettable(PATHS, (path) => getScript(actor, path));
    expect(pathsOf(await listScripts(actor, all))).toEqual(readable);
    expect(pathsOf(await listScripts(actor, { ...all, search: 'n' }))).toEqual(readable);
    expect((await livePaths(actor, 'script')).toSorted()).toEqual(readable);
    expect(pathsOf(await liveTexts(actor, 'script', all))).toEqual(readable);
    expect(await gettable(PATHS, (path) => scriptHistory(actor, path))).toEqual(readable);
  }));

test('SCOPE 19: resources: the list shows what single reads answer', () =>
  check(async (actor) => {
    const known = await gettable(PATHS, (path) => getResourceSummary(actor, path));
    expect(pathsOf(await listResources(actor, all))).toEqual(known);
    expect(pathsOf(await listResources(actor, { ...all, search: 'n' }))).toEqual(known);
    const readable = await gettable(PATHS, (path) => getResource(actor, path));
    expect(pathsOf(await searchableResources(actor, all))).toEqual(readable);
    const histories = await gettable(PATHS, (path) => valueHistory(actor, 'resource', path));
    expect(known).toEqual(expect.arrayContaining(histories));
  }));

test('SCOPE 19: variables: the list shows names, and values to those who may read them', () =>
  check(async (actor) => {
    const known = await gettable(PATHS, (path) => variableExists(actor, path));
    const listed = await listVariables(actor, all);
    expect(pathsOf(listed)).toEqual(known);
    expect((await variablePaths(actor)).toSorted()).toEqual(known);
    const withValue = pathsOf(listed.filter(({ value }) => value !== undefined));
    expect(withValue).toEqual(await gettable(PATHS, (path) => getVariable(actor, path, { secret: 'absent' })));
  }));

test('SCOPE 19: jobs: the list and its count are of what single reads answer', () =>
  check(async (actor) => {
    const readable = await gettable(jobs, (id) => getJob(actor, id));
    const request = { filter: {}, perPage: 1000, after: null, offset: 0, isOldestFirst: false };
    expect((await listJobs(actor, request)).map(({ id }) => id).toSorted()).toEqual(readable);
    expect(await countJobs(actor, {}, 1000)).toBe(readable.length);
  }));
