import { expect, test } from 'vitest';
import { ACTIONS } from '@/core/access/model';
import fc from '@/test/property';
import { coversAction, isScopeWithin, matchesGlob, parseScope, type Scope } from './rules';

const parsed = (text: string): Scope => {
  const scope = parseScope(text);
  if (scope === null) throw new Error(`${text} is no scope`);
  return scope;
};

test.each([
  'script',
  'script:',
  ':read',
  'script:fly',
  'nothing:read',
  'script:read:',
  'script:read:a b',
  'script:read:a%',
])('"%s" is no scope', (text) => {
  expect(parseScope(text)).toBeNull();
});

test.each([
  ['script:run:f/a/b', 'script:run:f/a/*', true],
  ['script:run:f/a/*', 'script:run:f/a/b', false],
  ['script:run:f/a/x*', 'script:run:f/a/*', true],
  ['script:read', 'script:write', true],
  ['script:write', 'script:read', false],
  ['script:*', 'script:write', false],
  ['*:*', '*:*', true],
  ['script:run', 'script:run:f/a/*', false],
  ['script:run:*/b', 'script:run:f/*', false],
])('%s lies within %s: %s', (inner, outer, expected) => {
  expect(isScopeWithin(parsed(inner), [parsed(outer)])).toBe(expected);
});

const anyGlob = fc.stringMatching(/^[ab/*]{1,5}$/);
const anyScope = fc
  .tuple(
    fc.constantFrom('script:run', 'script:read', 'script:write', 'script:*', '*:*', 'job:read'),
    fc.option(anyGlob),
  )
  .map(([words, glob]) => parsed(glob === null ? words : `${words}:${glob}`));

test('SCOPE: a scope within others never allows what they do not', () => {
  fc.assert(
    fc.property(
      anyScope,
      fc.array(anyScope, { maxLength: 3 }),
      fc.stringMatching(/^[ab/]{0,6}$/),
      (inner, outer, path) => {
        fc.pre(isScopeWithin(inner, outer));
        const allows = (scope: Scope, action: (typeof ACTIONS)[number]) =>
          coversAction(scope, action) && (scope.glob === null || matchesGlob(scope.glob, path));
        for (const action of ACTIONS) {
          if (allows(inner, action)) expect(outer.some((scope) => allows(scope, action))).toBe(true);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
