import { expect, it } from 'vitest';
import { typeahead } from './typeahead';

it('joins letters until there is a pause', () => {
  const start = { text: '', atMs: 0 };
  const first = typeahead(start, 'H', 10_000);
  expect(first.text).toBe('h');
  expect(typeahead(first, 'e', 10_300).text).toBe('he');
  expect(typeahead(first, 'e', 11_000).text).toBe('e');
  expect(typeahead(first, 'h', 10_300).text).toBe('h');
});
