import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '@/test/database';
import { until } from '@/test/process';
import { hotPool, pool, prisma, relaxedPool, rows, transaction } from './db';
import { LiveFeed } from './live';

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

test('a feed that is closed while it connects leaves no connection behind', async () => {
  const feed = new LiveFeed('fantail_test', () => {});
  const opening = feed.open();
  await feed.close();
  await opening;
  expect(feed.isConnected).toBe(false);
  await until('the connection is gone', async () => {
    const [left] = await rows<{ count: number }>(
      "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fantail live'",
    );
    return left?.count === 0;
  });
});
