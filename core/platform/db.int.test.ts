import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '@/test/database';
import { hotPool, pool, prisma, relaxedPool, rows, transaction } from './db';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test('a thrown error rolls the whole transaction back', async () => {
  await expect(
    transaction(async (client) => {
      await client.query("INSERT INTO worker_group (name) VALUES ('gone')");
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await rows("SELECT name FROM worker_group WHERE name = 'gone'")).toEqual([]);
});

test('json is answered verbatim, so that a NUL and a lone surrogate survive', async () => {
  const text = '{"a":"\\u0000 \\ud800"}';
  const [row] = await rows<{ value: string }>('SELECT $1::json AS value', [text]);
  expect(row?.value).toBe(text);
});

test('Prisma reads what the migrations made', async () => {
  const groups = await prisma().workerGroup.findMany();
  expect(groups.map((group) => group.name)).toEqual(['default']);
});

test('no statement of ours is compiled: older servers would do it for seconds, at each submit', async () => {
  const settings = await Promise.all([pool(), hotPool(), relaxedPool()].map((one) => one.query('SHOW jit')));
  expect(settings.map(({ rows: [row] }) => row)).toEqual([{ jit: 'off' }, { jit: 'off' }, { jit: 'off' }]);
});
