import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkspaceActor } from '@/core/access/model';
import { asMember, findActor } from '@/core/access/queries';
import { createResource, updateResource } from '@/core/resource/commands';
import { valueDiff } from '@/core/resource/history/queries';
import { getResource } from '@/core/resource/queries';
import { createVariable, updateVariable } from '@/core/variable/commands';
import { getVariable } from '@/core/variable/queries';
import { makePerson, makeWorkspace } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { testEnvironment } from '@/test/environment';
import { rows } from './db';
import { forgetOld, SEALED_TABLES, withDatabase, wrapWithCurrent } from './key-rotation';
import { keyFromText, splitWrappedKeys, unwrapDataKey } from './secrets';

const ROOT = path.resolve(import.meta.dirname, '../..');
const COUNT = 400;
const KEY = testEnvironment('').ENCRYPTION_KEY ?? '';
const NEXT_KEY = Buffer.alloc(32, 9).toString('base64');

let database: TestDatabase;
let ann: WorkspaceActor;
const names = Array.from({ length: COUNT }, (_, index) => `u/ann/v${index}`);

const plainOf = async (path: string) => (await getVariable(ann, path, { secret: 'plain' })).value;

beforeAll(async () => {
  database = await testDatabase();
  const person = await makePerson('ann');
  await makeWorkspace('demo', person);
  await makeWorkspace('empty', person);
  ann = asMember(await findActor({ kind: 'token', text: person.token }, 'demo'), 'demo');
  for (const name of names) await createVariable(ann, { path: name, value: name, isSecret: true, description: '' });
  await createResource(ann, { path: 'u/ann/db', resourceType: 'any', description: '', value: { password: 'one' } });
  await updateResource(ann, 'u/ann/db', { value: { password: 'two' } });
});

afterAll(() => database.drop());

async function wrappings(workspaceId = 'demo'): Promise<string[]> {
  const [row] = await rows<{ wrapped_key: string }>('SELECT wrapped_key FROM workspace WHERE id = $1', [workspaceId]);
  return splitWrappedKeys(row?.wrapped_key ?? '');
}

const dataKeysOf = async (key: string, workspaceId = 'demo') =>
  (await wrappings(workspaceId)).map(
    (one) => unwrapDataKey([keyFromText(key)], workspaceId, one)?.toString('hex') ?? null,
  );

/** Opens every value there is, also those of the history. */
async function expectAllReadable(): Promise<void> {
  for (const name of names) expect(await plainOf(name)).toMatch(new RegExp(`^${name}`));
  expect((await getResource(ann, 'u/ann/db')).value).toEqual({ password: 'two' });
  expect((await valueDiff(ann, 'resource', 'u/ann/db', 2)).before?.number).toBe(1);
}

function rotate(
  args: readonly string[],
  more: Record<string, string> = {},
  environment = testEnvironment(database.url),
) {
  const child: ChildProcess = spawn(process.execPath, ['launcher/rotate-key.mjs', ...args], {
    cwd: ROOT,
    env: { NODE_ENV: 'test', PATH: process.env.PATH ?? '', ...environment, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const lines = () => output.split('\n').length - 1;
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()));
  const killAtLine = (line: number) => {
    child.stdout?.on('data', () => {
      if (lines() >= line) child.kill('SIGKILL');
    });
    return ended;
  };
  return { ended, killAtLine, said: () => output };
}

test('every table with ciphertext is known to the rotation', async () => {
  const found = await rows<{ table_name: string }>(
    `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'ciphertext'`,
  );
  expect(found.map(({ table_name }) => table_name).toSorted()).toEqual(
    SEALED_TABLES.map(({ table }) => table).toSorted(),
  );
});

test('new data keys: killed again and again, everything stays readable and it comes to an end', async () => {
  const [first] = await dataKeysOf(KEY);
  let kills = 0;
  // A run that was over before it could be killed is none; a busy machine has some.
  for (let turn = 0; turn < 6 || (kills < 3 && turn < 30); turn++) {
    const line = 1 + 2 * (turn % 6);
    const run = rotate(['--data-keys']);
    if ((await run.killAtLine(line)) === null) kills += 1;
    await expectAllReadable();
    // People go on working in between.
    await updateVariable(ann, names[line] ?? '', { value: `${names[line]} after ${turn}` });
  }
  expect(kills).toBeGreaterThanOrEqual(3);
  const run = rotate(['--data-keys']);
  expect([await run.ended, run.said()]).toEqual([0, expect.stringMatching(/2 workspaces have a new data key/)]);
  await expectAllReadable();
  const keys = await dataKeysOf(KEY);
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toBe(first);
}, 180_000);

test('writes that happen while it runs are readable afterwards', async () => {
  const run = rotate(['--data-keys']);
  let isOver = false;
  const ended = run.ended.finally(() => (isOver = true));
  let writes = 0;
  while (!isOver) {
    const name = names[writes % COUNT] ?? '';
    await updateVariable(ann, name, { value: `${name} write ${writes}` });
    expect(await plainOf(name)).toBe(`${name} write ${writes}`);
    writes += 1;
  }
  expect(await ended).toBe(0);
  expect(writes).toBeGreaterThan(5);
  await expectAllReadable();
  expect(await dataKeysOf(KEY)).toHaveLength(1);
});

test('a new encryption key: both open everything until the old one is forgotten', async () => {
  const start = rotate([], { NEW_ENCRYPTION_KEY: NEXT_KEY });
  expect([await start.ended, start.said()]).toEqual([0, expect.stringContaining('2 data keys are wrapped')]);
  const again = rotate([], { NEW_ENCRYPTION_KEY: NEXT_KEY });
  expect([await again.ended, again.said()]).toEqual([0, expect.stringContaining('0 data keys are wrapped')]);
  await expectAllReadable();
  const [mine, theirs] = [await dataKeysOf(KEY), await dataKeysOf(NEXT_KEY)];
  expect(mine.filter((key) => key !== null)).toEqual(theirs.filter((key) => key !== null));
  const early = rotate(['--data-keys']);
  expect([await early.ended, early.said()]).toEqual([1, expect.stringContaining('not finished')]);

  // A process that has the old key only goes on making things; finishing takes them along.
  await makeWorkspace('late', await makePerson('late'));
  const finish = rotate(['--finish'], { ENCRYPTION_KEY: NEXT_KEY, ENCRYPTION_KEY_OLD: KEY });
  expect([await finish.ended, finish.said()]).toEqual([0, expect.stringContaining('3 wrappings of the old key')]);
  for (const id of ['demo', 'empty', 'late']) {
    expect(await dataKeysOf(KEY, id)).toEqual([null]);
    expect(await dataKeysOf(NEXT_KEY, id)).not.toContain(null);
  }
  await expect(plainOf('u/ann/v0')).rejects.toThrow(/does not open with this process's ENCRYPTION_KEY/);

  await withDatabase(database.url, async (client) => {
    await wrapWithCurrent(client, { current: KEY, old: NEXT_KEY });
    await forgetOld(client, { current: KEY, old: NEXT_KEY });
  });
  await expectAllReadable();
});

describe('where `npm start` made the key', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-keys-'));
  const file = path.join(folder, 'secrets.json');
  const kept = (): Record<string, string> => JSON.parse(fs.readFileSync(file, 'utf8'));
  const run = async (...args: string[]) => {
    const started = rotate(args, { DATABASE_URL: database.url, DATA_FOLDER: folder }, {});
    return [await started.ended, started.said()];
  };

  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  test('a stopped Fantail gets its next key in one step', async () => {
    fs.writeFileSync(file, JSON.stringify({ ENCRYPTION_KEY: KEY, NEXTAUTH_SECRET: 'stays' }), { mode: 0o600 });
    expect(await run()).toEqual([0, expect.stringContaining('The old key is gone')]);
    const { ENCRYPTION_KEY = '', ...rest } = kept();
    expect(rest).toEqual({ NEXTAUTH_SECRET: 'stays' });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect([await dataKeysOf(KEY), (await dataKeysOf(ENCRYPTION_KEY)).includes(null)]).toEqual([[null], false]);
  });

  test('a running one keeps its key until it was started again; an interrupted change goes on with the same next key', async () => {
    const before = kept();
    // As an interrupted run leaves it.
    fs.writeFileSync(file, JSON.stringify({ ...before, ENCRYPTION_KEY_NEXT: KEY }));
    fs.writeFileSync(path.join(folder, 'start.pid'), String(process.pid));
    expect(await run()).toEqual([0, expect.stringContaining('Restart Fantail')]);
    expect(kept()).toEqual({ ...before, ENCRYPTION_KEY: KEY, ENCRYPTION_KEY_OLD: before.ENCRYPTION_KEY });
    await expectAllReadable();
    expect(await run()).toEqual([1, expect.stringContaining('is not finished yet')]);
    expect(await run('--finish')).toEqual([1, expect.stringContaining('still runs with the key before')]);
    fs.writeFileSync(path.join(folder, 'start.pid'), String(process.pid));
    expect(await run('--finish')).toEqual([0, expect.stringContaining('The old key is gone')]);
    expect(kept()).toEqual({ ...before, ENCRYPTION_KEY: KEY });
    await expectAllReadable();
  });
});

test('a key that opens nothing changes nothing', async () => {
  const before = await wrappings();
  const wrong = { current: Buffer.alloc(32, 1).toString('base64'), old: Buffer.alloc(32, 2).toString('base64') };
  await expect(withDatabase(database.url, (client) => wrapWithCurrent(client, wrong))).rejects.toThrow(
    /opens with neither key/,
  );
  expect(await wrappings()).toEqual(before);
});
