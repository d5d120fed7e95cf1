import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { ask, newQuestion, parkRun } from '@/test/approvals';
import { type TestDatabase, testDatabase } from '@/test/database';
import { type CommandResult, runCommand } from './command';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-cli-approval-'));
let database: TestDatabase;
let api: TestApi;
let ada: TestPerson;
let mira: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  ada = await makePerson('ada');
  mira = await makePerson('mira');
  await makeWorkspace('lab', ada, [[mira, 'developer']]);
});
afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
  fs.rmSync(home, { recursive: true, force: true });
});

const fantail = (person: TestPerson, ...args: string[]): Promise<CommandResult> =>
  runCommand(
    process.execPath,
    ['dist/cli.mjs', ...args, '--url', api.base, '--workspace', 'lab', '--token', person.token],
    { cwd: process.cwd(), env: { HOME: home } },
  );
const question = async (changes = {}) => {
  const run = await parkRun('lab', { createdBy: 'ada' });
  return ask(run, newQuestion({ approvers: [{ kind: 'user', name: 'mira' }], ...changes }));
};
const stateOf = async (id: string) =>
  (await rows<{ state: string }>('SELECT state FROM approval WHERE id = $1', [id]))[0]?.state;

test('an approver lists what waits and decides; who asked may not', async () => {
  const [first, second] = [await question(), await question({ requiresReason: true })];
  const listed = await fantail(mira, 'approval', 'list');
  expect(listed.stdout).toContain(first);
  expect(listed.stdout).toContain('Deploy billing 2.4 to production?');
  expect((await fantail(ada, 'approval', 'list')).stdout).not.toContain(first);

  const own = await fantail(ada, 'approval', 'approve', first);
  expect([own.code, own.stderr, await stateOf(first)]).toEqual([
    expect.any(Number),
    expect.stringContaining('somebody else has to decide'),
    'open',
  ]);
  expect(own.code).not.toBe(0);
  expect((await fantail(mira, 'approval', 'approve', first)).stdout).toContain('mira approved this');
  expect(await stateOf(first)).toBe('approved');

  const silent = await fantail(mira, 'approval', 'reject', second);
  expect([silent.code === 0, await stateOf(second)]).toEqual([false, 'open']);
  expect((await fantail(mira, 'approval', 'reject', second, '--reason', 'not before the audit')).stdout).toContain(
    'not before the audit',
  );
  expect(await stateOf(second)).toBe('rejected');
});
