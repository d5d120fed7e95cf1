import { describe, expect, test } from 'vitest';
import { baseOf, type Head, stableJson } from './rules';

const head = (changes: Partial<Head> = {}): Head => ({
  path: 'f/a/x',
  hash: 'h1',
  isTrashed: false,
  createdBy: 'bob',
  createdAt: '2026-11-22T10:20:30.000Z',
  ...changes,
});
const wanted = (parentHash: string | null, isParentAutomatic = false) => ({ parentHash, isParentAutomatic });
const onTop = (parentHash: string | null, movedFrom: string | null = null) => ({
  kind: 'on top',
  parentHash,
  movedFrom,
});

describe('on top of what a deploy goes', () => {
  test('nothing there: a new script', () => expect(baseOf('f/a/x', wanted(null), null, null)).toEqual(onTop(null)));
  test('the live version that was named', () =>
    expect(baseOf('f/a/x', wanted('h1'), head(), head())).toEqual(onTop('h1')));
  test('whatever is live, when the client leaves it to us', () =>
    expect(baseOf('f/a/x', wanted('h0', true), head(), null)).toEqual(onTop('h1')));
  test('another version is live: who deployed it and when', () => {
    const base = baseOf('f/a/x', wanted('h0'), head(), null);
    expect(base).toMatchObject({ kind: 'conflict' });
    expect(base).toHaveProperty('sentence', expect.stringMatching(/h1, deployed by bob on 2026-11-22 10:20 UTC/));
  });
  test('something is live and nobody was named', () =>
    expect(baseOf('f/a/x', wanted(null), head(), null)).toMatchObject({ kind: 'conflict' }));
  test('the live version of another path: a move', () =>
    expect(baseOf('f/a/y', wanted('h1'), null, head())).toEqual(onTop('h1', 'f/a/x')));
  test('a move onto something', () => {
    expect(baseOf('f/a/y', wanted('h1'), head({ path: 'f/a/y', hash: 'h9' }), head())).toMatchObject({
      kind: 'conflict',
    });
    const trashed = head({ path: 'f/a/y', hash: 'h9', isTrashed: true });
    expect(baseOf('f/a/y', wanted('h1'), trashed, head())).toMatchObject({ kind: 'conflict' });
  });
  test('from the trash it comes back with its history', () =>
    expect(baseOf('f/a/x', wanted(null), head({ isTrashed: true }), null)).toEqual(onTop('h1')));
});

test('the order of keys makes no other version', () => {
  expect(stableJson({ b: [1, { d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[1,{"d":1}]}');
});
