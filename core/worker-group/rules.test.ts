import { expect, test } from 'vitest';
import { isGroupName, presenceOf, startCommand } from './rules';

const limits = { lateMs: 15_000, goneMs: 30_000 };

test('a worker is live, then late, then gone', () => {
  expect([0, 14_999, 15_000, 29_999, 30_000].map((silentMs) => presenceOf(silentMs, limits))).toEqual([
    'live',
    'live',
    'late',
    'late',
    'gone',
  ]);
});

test('the command names the group, and a group name needs no quotes in a shell', () => {
  expect(startCommand('heavy-2')).toBe('MODE=worker WORKER_GROUP=heavy-2 npm start');
  expect(['heavy', 'a_b-3', 'a b', 'a;b', '$a', ''].filter(isGroupName)).toEqual(['heavy', 'a_b-3']);
});
