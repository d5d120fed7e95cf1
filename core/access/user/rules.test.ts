import { expect, test } from 'vitest';
import { usernameSchema } from './model';
import { freeUsername, usernameFrom } from './rules';

test.each([
  ['Ann.Lee@example.com', 'ann-lee'],
  ['_x@example.com', 'user-x'],
  ['@example.com', 'user-new'],
  ['äö@example.com', 'user-new'],
  [`${'a'.repeat(64)}@example.com`, 'a'.repeat(40)],
])('%s becomes %s, which is a username', (email, username) => {
  expect(usernameFrom(email)).toBe(username);
  expect(usernameSchema.safeParse(username).success).toBe(true);
});

test.each(['all', 'A', 'a b', '-a', 'a/b', '', 'x'.repeat(51)])('%s is no username', (text) => {
  expect(usernameSchema.safeParse(text).success).toBe(false);
});

test('a name that is taken, or means something else, gets a number', () => {
  expect(freeUsername('ann', new Set())).toBe('ann');
  expect(freeUsername('ann', new Set(['ann', 'ann-2']))).toBe('ann-3');
  expect(['all', 'anonymous', 'fantail', 'system'].map((name) => freeUsername(name, new Set()))).toEqual([
    'all-2',
    'anonymous-2',
    'fantail-2',
    'system-2',
  ]);
});
