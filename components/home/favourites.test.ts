import { expect, test } from 'vitest';
import { favouritesFirst, parseFavourites, toggled } from './favourites';

test('favourites come first, in their order', () => {
  const items = ['a', 'b', 'c', 'd'].map((path) => ({ path }));
  expect(favouritesFirst(items, ['d', 'b', 'gone']).map(({ path }) => path)).toEqual(['d', 'b', 'a', 'c']);
});

test('a mark is set and taken away', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
});

test('what is stored may be anything', () => {
  expect([parseFavourites(null), parseFavourites('{'), parseFavourites('{}'), parseFavourites('["a",1]')]).toEqual([
    [],
    [],
    [],
    ['a'],
  ]);
});
