import { expect, test } from 'vitest';
import { breakSentence, moveSentence, type UsageLine, usageCount } from './usage-words';

const usage = (noun: UsageLine['noun'], path: string): UsageLine => ({ noun, path, places: [] });

test('counts are said in words', () => {
  expect(usageCount([])).toBe('');
  expect(usageCount([usage('script', 'a')])).toBe('1 script');
  const many = [usage('script', 'a'), usage('script', 'b'), usage('draft', 'a'), usage('resource', 'c')];
  expect(usageCount(many)).toBe('2 scripts, 1 draft and 1 resource');
});

test('before deleting, whoever would break is named', () => {
  expect(breakSentence({ usages: [], hidden: 0 })).toBe('');
  expect(breakSentence({ usages: [usage('script', 'f/x/a')], hidden: 0 })).toBe(
    '1 script refers to it and would fail: f/x/a.',
  );
  const usages = ['a', 'b', 'c', 'd', 'e'].map((path) => usage('script', path));
  expect(breakSentence({ usages, hidden: 2 })).toBe(
    '5 scripts and 2 more that you may not see refer to it and would fail: a, b, c and 2 more.',
  );
  expect(breakSentence({ usages: [], hidden: 1 })).toBe('1 more that you may not see refers to it and would fail.');
});

test('a move says what it changes', () => {
  const left = [{ ...usage('script', 'b'), why: 'no' }];
  expect(moveSentence({ changed: [], left: [], hidden: 0 })).toBe('Nothing refers to it.');
  expect(moveSentence({ changed: [], left, hidden: 0 })).toBe('Nothing will be rewritten.');
  expect(moveSentence({ changed: [usage('script', 'a')], left, hidden: 0 })).toBe('1 script will be changed.');
});
