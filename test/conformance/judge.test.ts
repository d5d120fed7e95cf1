import { expect, test } from 'vitest';
import { parsePrecise } from './api';
import { isSame, judge, valueAt } from './judge';
import { parseCaseFile } from './model';

const ended = (result: unknown, isSuccess = true) => ({ id: '', isSuccess, result });

test('a result is judged by everything that its case says', () => {
  const one = {
    name: 'x',
    expected_result: { a: [1, { 'b c': 'text' }] },
    expected_match: [
      { path: "$.a[1]['b c']", op: 'contains', value: 'ex' },
      { path: '$.a[0]', op: 'is', value: 'integer' },
      { path: '$.z', op: 'ne', value: 1 },
    ],
  };
  expect(judge(one, ended({ a: [1, { 'b c': 'text' }] })).kind).toBe('passed');
  expect(judge(one, ended({ a: [2, { 'b c': 'text' }] })).kind).toBe('failed');
  expect(judge({ name: 'x', expected_match: one.expected_match }, ended({ a: [1.5] })).kind).toBe('failed');
  expect(judge(one, ended(one.expected_result, false)).kind).toBe('failed');
  expect(valueAt({ a: [null] }, '$.a[0].b')).toBeUndefined();
});

test.each<[object, unknown, boolean]>([
  [{ success: false }, { error: {} }, true],
  [{ message_contains: 'range' }, { error: { message: 'out of range' } }, true],
  [{ message_contains: 'range' }, { error: { message: 'x' } }, false],
  [{ error: { name: 'E' }, error_lacks: ['result'] }, { error: { name: 'E', message: 'x' } }, true],
  [{ error: { name: 'E' }, error_lacks: ['result'] }, { error: { name: 'E', result: 1 } }, false],
  [{ exact: { error: { name: 'E' } } }, { error: { name: 'E', message: '' } }, false],
])('a failure %j against %j', (expected, result, isRight) => {
  expect(judge({ name: 'x', expected_failure: expected }, ended(result, false)).kind === 'passed').toBe(isRight);
  expect(judge({ name: 'x', expected_failure: expected }, ended(result)).kind).toBe('failed');
});

test.each<[unknown, unknown, boolean]>([
  [0, -0, true],
  [parsePrecise('9223372036854775807'), parsePrecise('9223372036854775807'), true],
  [parsePrecise('9223372036854775807'), parsePrecise('9223372036854775806'), false],
  [parsePrecise('100000000000000000000'), 1e20, true],
  [{ a: [1], b: null }, { b: null, a: [1] }, true],
  [{ a: undefined }, {}, false],
  [[1], { 0: 1 }, false],
  ['1', 1, false],
])('%j and %j', (found, expected, isRight) => expect(isSame(found, expected)).toBe(isRight));

test.each<[string, unknown, unknown, boolean]>([
  ['is', [], 'array', true],
  ['is', null, 'null', true],
  ['is', [], 'object', false],
  ['gt', 2, 1, true],
  ['in', 'a', ['a', 'b'], true],
  ['length', [1, 2], 2, true],
  ['matches', 'SHIP-12', '^SHIP-\\d+$', true],
  ['exists', undefined, false, true],
  ['not_contains', 'abc', 'b', false],
])('%s: %j against %j', (op, found, value, isRight) => {
  const one = { name: 'x', expected_match: [{ path: '$.v', op, value }] };
  expect(judge(one, ended(found === undefined ? {} : { v: found })).kind === 'passed').toBe(isRight);
});

test('a case may only say that its run fails', () => {
  expect(judge({ name: 'x', expected_failure: true }, ended({}, false)).kind).toBe('passed');
  expect(
    judge({ name: 'x', expected_failure: 'range' }, ended({ error: { message: 'out of range' } }, false)).kind,
  ).toBe('passed');
  expect(judge({ name: 'x', expected_failure: true }, ended({})).kind).toBe('failed');
});

test('files are known by their keys', () => {
  expect(parseCaseFile([{ expr: '1' }]).kind).toBe('expressions');
  expect(parseCaseFile({ cases: [{ signature: {} }] }).kind).toBe('signatures');
  expect(parseCaseFile({ cases: [{ content: '' }], setup_sql: 'SELECT 1' })).toMatchObject({ kind: 'postgresql' });
  expect(parseCaseFile({ fields: {}, cases: [{ kind: 'flow' }] })).toMatchObject({
    kind: 'flows',
    cases: [{ name: 'case 0' }],
  });
  expect(() => parseCaseFile({})).toThrow('no list of cases');
});
