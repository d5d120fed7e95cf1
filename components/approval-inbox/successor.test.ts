import { expect, it } from 'vitest';
import { successor } from './successor';

it.each([
  ['b', ['a', 'b', 'c'], 'b'],
  ['b', ['a', 'c'], 'c'],
  ['c', ['a', 'b'], 'b'],
  ['a', ['b', 'c'], 'b'],
  // Others that came meanwhile change nothing.
  ['b', ['x', 'a', 'y', 'c'], 'c'],
  ['b', ['x'], null],
  ['b', [], null],
])('after %s, of %j it is %s', (id, now, next) => {
  expect(successor(['a', 'b', 'c'], id, now)).toBe(next);
});

it('knows nothing of a row that was not there', () => {
  expect(successor([], 'a', ['a'])).toBe('a');
  expect(successor([], 'a', ['b'])).toBeNull();
});
