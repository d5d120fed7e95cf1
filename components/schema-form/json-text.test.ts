import { expect, it } from 'vitest';
import { parseJsonText } from './json-text';

it('reads JSON, and nothing as nothing', () => {
  expect(parseJsonText('{"a": [1]}')).toEqual({ value: { a: [1] } });
  expect(parseJsonText(' null ')).toEqual({ value: null });
  expect(parseJsonText('  \n')).toEqual({ value: undefined });
});

it('says in which line reading stopped', () => {
  expect(parseJsonText('{\n  "a": 1,\n  b: 2\n}')).toEqual({ error: 'This is not JSON: see line 3.' });
  expect(parseJsonText('{')).toHaveProperty('error');
});
