import { expect, test } from 'vitest';
import type { JsonValue } from '@/core/schema/model';
import fc from '@/test/property';
import { BUILT_IN_TYPES } from '../type/model';
import { CHANGED_MASK, MASK, maskedResource, maskedVariable } from './rules';

const schema = BUILT_IN_TYPES.find(({ name }) => name === 'postgresql')?.schema;
const pair = (before: JsonValue, after: JsonValue) => [
  maskedResource({ value: before, schema }, { value: after, schema }),
  maskedResource({ value: after, schema }, { value: before, schema }),
];

test('plain fields are shown, secrets are masked, changed ones say so', () => {
  expect(
    pair(
      { host: 'a', port: 1, password: 'one', sslmode: 'require', more: 'x' },
      { host: 'b', port: 1, password: 'two', sslmode: 'require', more: 'x' },
    ),
  ).toEqual([
    { host: 'a', port: 1, password: CHANGED_MASK, sslmode: 'require', more: MASK },
    { host: 'b', port: 1, password: CHANGED_MASK, sslmode: 'require', more: MASK },
  ]);
});

test('references and what is new are told apart from what changed', () => {
  expect(pair({ password: '$var:f/x/old' }, { password: 'typed', user: 'u' })).toEqual([
    { password: '$var:f/x/old' },
    { password: CHANGED_MASK, user: 'u' },
  ]);
  expect(maskedResource({ value: { password: 'p' }, schema }, { value: undefined, schema: undefined })).toEqual({
    password: MASK,
  });
});

test('the password inside an address is masked wherever it stands', () => {
  const [before, after] = pair({ host: 'postgres://ann:one@db/x' }, { host: 'postgres://ann:two@db/x' });
  expect(before).toEqual({ host: `postgres://ann:${CHANGED_MASK}@db/x` });
  expect(after).toEqual(before);
});

test('a variable shows its value unless it is secret', () => {
  expect(maskedVariable({ value: 'a', isSecret: false }, { value: 'b' })).toBe('a');
  expect(maskedVariable({ value: 'a', isSecret: true }, { value: 'b' })).toBe(CHANGED_MASK);
  expect(maskedVariable({ value: 'a', isSecret: true }, { value: 'a' })).toBe(MASK);
  expect(maskedVariable({ value: 'a', isSecret: true }, null)).toBe(MASK);
});

const CANARY = 'canary-7f3a';
const secretField = fc.constantFrom('password', 'api_key', 'token', 'undeclared', 'client_secret');
const withCanary: fc.Arbitrary<JsonValue> = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.dictionary(secretField, fc.constant(`${CANARY}-x`), { minKeys: 1, maxKeys: 3 }),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(fc.constantFrom('inner', 'host', 'options'), tie('tree'), { minKeys: 1, maxKeys: 2 }),
  ),
})).tree;

test('SECRET: no side of a comparison shows a secret, however deep it is', () => {
  fc.assert(
    fc.property(withCanary, withCanary, (before, after) => {
      expect(JSON.stringify(pair(before, after))).not.toContain(CANARY);
    }),
    { numRuns: 1000 },
  );
});
