import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import { type TestDatabase, testDatabase } from '@/test/database';
import { claimFirstAdmin, ensureClaim } from './commands';
import { isClaimOpen } from './queries';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.drop());

const person = (number: number) => ({
  email: `claimer-${number}@example.com`,
  username: `claimer-${number}`,
  name: 'Claimer',
  password: 'a long password',
});

async function newLink(): Promise<string> {
  const state = await ensureClaim();
  if (state.kind !== 'claim link') throw new Error(state.kind);
  return state.url.replace('http://localhost:8000/claim/', '');
}

test('fifty parallel claims make one administrator, who also gets the workspace that nobody has', async () => {
  await rows(`INSERT INTO workspace (id, name, created_by, wrapped_key) VALUES ('demo', 'Demo', 'system', 'x')`);
  const first = await newLink();
  const second = await newLink();
  expect([await isClaimOpen(first), await isClaimOpen(second)]).toEqual([false, true]);
  await expect(claimFirstAdmin(first, person(0), '')).rejects.toMatchObject({ code: 'not_found' });
  const claims = await Promise.allSettled(
    Array.from({ length: 50 }, (_, index) => claimFirstAdmin(second, person(index), '')),
  );
  const won = claims.filter((claim) => claim.status === 'fulfilled');
  expect(won).toHaveLength(1);
  for (const claim of claims) {
    if (claim.status === 'rejected') expect(claim.reason).toMatchObject({ code: 'not_found' });
  }
  const admins = await rows<{ id: string }>('SELECT id FROM user_account WHERE is_instance_admin');
  expect(admins).toHaveLength(1);
  expect(await rows('SELECT user_id, role FROM member')).toEqual([{ user_id: admins[0]?.id, role: 'admin' }]);
  expect(await isClaimOpen(second)).toBe(false);
  expect(await ensureClaim()).toEqual({ kind: 'has admin' });
});
