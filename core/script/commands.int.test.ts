import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkspaceActor } from '@/core/access/model';
import { saveDraft } from '@/core/draft/commands';
import { listDrafts } from '@/core/draft/queries';
import { runResolver } from '@/core/job/commands';
import { lastInputs } from '@/core/job/inputs/queries';
import { getJob } from '@/core/job/queries';
import { rerunJob } from '@/core/job/rerun/commands';
import { rows } from '@/core/platform/db';
import { deleteForEver, emptyOldTrash, restoreFromTrash } from '@/core/versioned/trash/commands';
import { type TestDatabase, testDatabase } from '@/test/database';
import { makeWorkspace } from '@/test/jobs';
import { deployScript, moveScript, restoreVersion, trashScript } from './commands';
import { getScript, getVersion, scriptHistory } from './history/queries';
import { deployInputOf, scriptBody } from './input/model';
import { listScripts } from './listing/queries';
import { liveVersion, loadVersion } from './queries';
import { runStatistics } from './statistics/queries';

let database: TestDatabase;

const actorNamed = (username: string, changes: Partial<WorkspaceActor> = {}): WorkspaceActor => ({
  userId: '01890000-0000-7000-8000-000000000001',
  email: `${username}@example.com`,
  username,
  isInstanceAdmin: false,
  workspaceId: 'lab',
  role: 'developer',
  groups: ['all'],
  managedGroups: [],
  folders: { data: 'writer' },
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'test',
  ...changes,
});
const ada = actorNamed('ada');
const bob = actorNamed('bob');
const root = actorNamed('root', { role: 'admin' });

const CODE = 'def main(name: str, times: int = 2):\n    return name * times\n';
const deploy = (body: object, actor = ada, isNoopSkipped = false) =>
  deployScript(actor, deployInputOf(scriptBody.parse({ content: CODE, language: 'python3', ...body })), {
    isNoopSkipped,
  });

beforeAll(async () => {
  database = await testDatabase();
  await makeWorkspace();
});
afterAll(() => database.drop());

describe('deploy', () => {
  test('a first version: schema inferred, live, found by path and hash', async () => {
    const { hash, isNew, warnings } = await deploy({ path: 'f/data/first', tag: 'heavy', timeout: 30 });
    expect({ isNew, warnings }).toEqual({ isNew: true, warnings: [] });
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    const live = await liveVersion('lab', 'f/data/first');
    expect(live).toMatchObject({
      hash,
      language: 'python3',
      tag: 'heavy',
      timeoutS: 30,
      schema: { required: ['name'] },
    });
    expect(await loadVersion('lab', hash)).toMatchObject({ content: CODE, lock: '', argNames: ['name', 'times'] });
  });

  test('on top of another version than the live one: a conflict that says whose', async () => {
    const first = await deploy({ path: 'f/data/shared' });
    const second = await deploy({ path: 'f/data/shared', content: `${CODE}# bob`, parent_hash: first.hash }, bob);
    const late = deploy({ path: 'f/data/shared', content: `${CODE}# ada`, parent_hash: first.hash });
    await expect(late).rejects.toThrow(`version ${second.hash}, deployed by bob`);
    await expect(deploy({ path: 'f/data/shared' })).rejects.toThrow('exists already');
    const third = await deploy({ path: 'f/data/shared', parent_hash: first.hash, auto_parent: true });
    expect((await getVersion(ada, third.hash)).parentHash).toBe(second.hash);
  });

  test('of many at once on one parent, one wins', async () => {
    const { hash } = await deploy({ path: 'f/data/race' });
    const tries = Array.from({ length: 8 }, (_, at) =>
      deploy({ path: 'f/data/race', content: `${CODE}# ${at}`, parent_hash: hash }),
    );
    const ended = await Promise.allSettled(tries);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const fresh = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) => deploy({ path: 'f/data/newborn', content: `${CODE}# ${at}` })),
    );
    expect(fresh.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('the same again is no new version when no-ops are skipped', async () => {
    const body = { path: 'f/data/same', summary: 'S', ws_error_handler_muted: true, envs: [] };
    const { hash } = await deploy(body);
    expect(await deploy(body, ada, true)).toMatchObject({ hash, isNew: false });
    await expect(deploy({ ...body, summary: 'T' }, ada, true)).rejects.toThrow('exists already');
    expect((await getVersion(ada, hash)).extra).toEqual({ ws_error_handler_muted: true });
  });

  test('a given lock is kept, an empty one too; the code of the version before keeps its lock', async () => {
    const first = await deploy({
      path: 'f/data/lock',
      content: 'import numpy\n\ndef main(): ...\n',
      lock: 'numpy==2.1.0',
    });
    const second = await deploy({
      path: 'f/data/lock',
      content: 'import numpy\n\ndef main(): ...\n',
      summary: 'only this changed',
      parent_hash: first.hash,
    });
    expect((await getVersion(ada, second.hash)).lock).toBe('numpy==2.1.0');
    const third = await deploy({ path: 'f/data/lock', content: 'import numpy', lock: '', parent_hash: second.hash });
    expect((await getVersion(ada, third.hash)).lock).toBe('');
  });

  test('what people refined in the schema survives a deploy without one', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string', description: 'Who' } }, required: ['name'] };
    const { hash } = await deploy({ path: 'f/data/refined', schema });
    const next = await deploy({
      path: 'f/data/refined',
      content: 'def main(name: str, age: int): ...',
      parent_hash: hash,
    });
    const { properties } = (await getVersion(ada, next.hash)).schema;
    expect(properties).toMatchObject({ name: { description: 'Who' }, age: { type: 'integer' } });
  });

  test.each([
    [{ path: 'data/x' }, 'A path is u/<owner>/<name>'],
    [{ path: 'f/data/../x' }, 'A path is u/<owner>/<name>'],
    [{ path: 'f/data/x', tag: 'no spaces' }, 'A group name has'],
    [{ path: 'f/data/x', timeout: 0 }, 'timeout'],
    [{ path: 'f/data/x', content: 'a\0b' }, 'NUL'],
  ])('refuses %o', (body, words) => {
    const parsed = scriptBody.safeParse({ content: CODE, language: 'python3', ...body });
    expect(JSON.stringify(parsed.error?.issues)).toContain(words);
  });

  test('code that its language would refuse is refused with its line; an unknown name is only said', async () => {
    await expect(deploy({ path: 'f/data/bad', content: 'def main():\n    return (1\n' })).rejects.toThrow(/^Line \d/);
    const { warnings } = await deploy({ path: 'f/data/odd', content: 'def main():\n    return nowhere\n' });
    expect(warnings).toEqual([expect.stringMatching(/^Line 2: .*nowhere/)]);
  });

  test('where one may not write, nothing is deployed', async () => {
    await expect(deploy({ path: 'f/other/x' })).rejects.toThrow('does not exist, or you may not see it');
    await expect(deploy({ path: 'f/data/x' }, actorNamed('eve', { role: 'operator' }))).rejects.toThrow('developer');
  });
});

describe('history', () => {
  test('is a chain, newest first; an old version comes back as a new one', async () => {
    const one = await deploy({ path: 'f/data/chain', deployment_message: 'one' });
    const two = await deploy({ path: 'f/data/chain', content: 'def main(): ...', parent_hash: one.hash });
    const back = await restoreVersion(ada, 'f/data/chain', one.hash);
    const history = await scriptHistory(ada, 'f/data/chain');
    expect(history.map(({ hash }) => hash)).toEqual([back.hash, two.hash, one.hash]);
    expect(history.map(({ isLive }) => isLive)).toEqual([true, false, false]);
    expect((await getScript(ada, 'f/data/chain')).content).toBe(CODE);
  });

  test('goes with a script that moves; the old path lies in the trash', async () => {
    const one = await deploy({ path: 'f/data/old-name' });
    const moved = await moveScript(ada, 'f/data/old-name', 'u/ada/new-name');
    expect((await scriptHistory(ada, 'u/ada/new-name')).map(({ hash }) => hash)).toEqual([moved.hash, one.hash]);
    expect(await liveVersion('lab', 'f/data/old-name')).toBeNull();
    await deploy({ path: 'f/data/taken' });
    await expect(moveScript(ada, 'u/ada/new-name', 'f/data/taken')).rejects.toThrow('f/data/taken is taken');
  });

  test('stays whole when the old path is deleted for ever', async () => {
    const one = await deploy({ path: 'f/data/first-name' });
    const two = await deploy({ path: 'f/data/first-name', content: 'def main(): ...', parent_hash: one.hash });
    const moved = await moveScript(ada, 'f/data/first-name', 'u/ada/second-name');
    await deleteForEver(root, 'script', 'f/data/first-name');
    const history = await scriptHistory(ada, 'u/ada/second-name');
    expect(history.map(({ hash }) => hash)).toEqual([moved.hash, two.hash, one.hash]);
  });
});

describe('trash', () => {
  test('hides a script and brings it back with everything', async () => {
    const { hash } = await deploy({ path: 'f/data/gone' });
    await trashScript(ada, 'f/data/gone');
    expect(await liveVersion('lab', 'f/data/gone')).toBeNull();
    const trashed = await listScripts(ada, { isTrash: true, path: 'f/data/gone', page: 1, perPage: 10 });
    expect(trashed).toMatchObject([{ path: 'f/data/gone', trashedBy: 'ada' }]);
    await restoreFromTrash(bob, 'script', 'f/data/gone');
    expect(await liveVersion('lab', 'f/data/gone')).toMatchObject({ hash });
  });

  test('a new deploy at the path brings the history back', async () => {
    const first = await deploy({ path: 'f/data/again' });
    await trashScript(ada, 'f/data/again');
    const second = await deploy({ path: 'f/data/again' });
    expect((await getVersion(ada, second.hash)).parentHash).toBe(first.hash);
  });

  test('for ever is for administrators, and what is old enough goes by itself', async () => {
    await deploy({ path: 'f/data/old' });
    await trashScript(ada, 'f/data/old');
    await expect(deleteForEver(ada, 'script', 'f/data/old')).rejects.toThrow('admin');
    expect(await emptyOldTrash('script')).toBe(0);
    await rows("UPDATE script SET trashed_at = now() - interval '31 days' WHERE path = 'f/data/old'");
    expect(await emptyOldTrash('script')).toBe(1);
    expect(await rows("SELECT 1 FROM script_version WHERE path = 'f/data/old'")).toEqual([]);
  });
});

test('dependencies are resolved again with the files that came with the script', async () => {
  const modules = { 'other.ts': 'export const one = 1;' };
  const source = { language: 'bun', content: 'import "./other";', path: 'f/data/with-files', modules } as const;
  const again = await rerunJob(ada, await runResolver(ada, source, { trigger: 'api' }), null, 'api');
  expect(JSON.parse((await getJob(ada, again)).argsJson)).toEqual({ modules });
});

test('a list shows what may be seen, drafts of one’s own, and the last run', async () => {
  await deploy({ path: 'f/data/listed', summary: 'Needle' });
  await deploy({ path: 'u/bob/private', summary: 'Needle' }, bob);
  await saveDraft(ada, 'script', 'f/data/listed', { content: 'a \0 \\u0000' });
  await rows(`INSERT INTO job (id, workspace_id, kind, path, tag, args, created_by, run_as, email, trigger, outcome, duration_ms)
    SELECT gen_random_uuid(), 'lab', 'script', 'f/data/listed', 'default', json_build_object('n', n), 'ada', 'u/ada', '', 'ui',
      'succeeded', n FROM generate_series(1, 100) n`);
  const found = await listScripts(ada, { search: 'needle', hasLastRun: true, page: 1, perPage: 10 });
  expect(found).toMatchObject([{ path: 'f/data/listed', hasDraft: true, lastRun: { outcome: 'succeeded' } }]);
  expect(await runStatistics(ada, 'f/data/listed')).toEqual({
    runs: 100,
    failures: 0,
    p50Ms: 50.5,
    p95Ms: 95.05,
    maxMs: 100,
  });
  expect(await lastInputs(ada, 'script', 'f/data/listed')).toMatch(/^\{"n" : \d+\}$/);
  expect(await lastInputs(bob, 'script', 'f/data/listed')).toBeNull();
  const { hash } = await getScript(ada, 'f/data/listed');
  await deploy({ path: 'f/data/listed', content: 'def main(): ...', parent_hash: hash });
  expect(await listDrafts(ada, 'script')).toEqual([]);
});
