import { expect, test } from 'vitest';
import { readAuditFilter } from './filter-text';

const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const read = (...words: [string, string][]) =>
  readAuditFilter(
    words.map(([field, value]) => ({ field, value })),
    NOW_MS,
  );

test.each([
  [['who', 'ann'], { username: 'ann' }],
  [['action', 'script:'], { operation: 'script:' }],
  [['outcome', 'Refused'], { outcome: 'refused' }],
  [['kind', 'delete'], { action_kind: 'delete' }],
  [['object', 'f/ops'], { resource: 'f/ops' }],
  [['', 'f/ops'], { resource: 'f/ops' }],
  [['last', '24h'], { after: '2026-11-21T12:00:00.000Z' }],
  [['from', '2026-11-22T10:00:00Z'], { after: '2026-11-22T09:59:59.999Z' }],
  [['to', '2026-11-22T10:00:00Z'], { before: '2026-11-22T10:00:00.000Z' }],
] as const)('%j narrows the list', ([field, value], query) => {
  expect(read([field, value])).toEqual({ query, problems: [] });
});

test('a day reaches from its first to its last moment', () => {
  const { query } = read(['from', '2026-11-22'], ['to', '2026-11-22']);
  const lengthMs = Date.parse(query.before ?? '') - Date.parse(query.after ?? '');
  expect(lengthMs).toBe(24 * 3_600_000 + 1);
});

test.each([
  ['outcome', 'maybe', 'done or refused'],
  ['kind', 'fly', 'create or update or delete or execute'],
  ['last', 'long', '30m'],
  ['from', 'yesterday', '2026-11-22'],
])('%s:%s narrows nothing and says what it can be', (field, value, says) => {
  const { query, problems } = read([field, value], ['who', 'ann']);
  expect(query).toEqual({ username: 'ann' });
  expect(problems).toEqual([expect.stringContaining(says)]);
});

test('of two words for the same thing the later one counts', () => {
  expect(read(['who', 'ann'], ['who', 'bob']).query).toEqual({ username: 'bob' });
});
