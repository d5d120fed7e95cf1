import { expect, it } from 'vitest';
import { parseRecent, recentLimit, remember } from './recent';

it('puts the newest first, once, and stays short', () => {
  let list = parseRecent(null);
  for (const id of ['a', 'b', 'a', 'c', 'd', 'e', 'f', 'g']) list = remember(list, { id, label: id });
  expect(list.map((entry) => entry.id)).toEqual(['g', 'f', 'e', 'd', 'c', 'a']);
  expect(list).toHaveLength(recentLimit);
});

it('drops what it does not understand, and addresses that lead away', () => {
  expect(parseRecent('not json')).toEqual([]);
  expect(parseRecent('{"id":"a"}')).toEqual([]);
  expect(parseRecent('[{"id":"a","label":"A","href":"https://evil.example"},{"id":1,"label":"B"},null]')).toEqual([
    { id: 'a', label: 'A', href: undefined },
  ]);
  expect(parseRecent('[{"id":"a","label":"A","href":"javascript:alert(1)"}]')[0]?.href).toBeUndefined();
});
