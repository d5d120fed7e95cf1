import { expect, test } from 'vitest';
import { entered, inside, placeWords } from './rules';

const at = (step: string | null, ...keys: (string | number)[]) => ({ step, keys });

test.each([
  [at(null), 4, 'line 4'],
  [at(null, 'content'), 4, 'line 4 of the code'],
  [at(null, 'args', 0, 'db'), null, 'args[0].db'],
  [at(null, 'schema', 'properties', 'db', 'default'), null, 'the default of db'],
  [at('load', 'value', 'input_transforms', 'db', 'value'), null, 'step load: argument db'],
  [at('load', 'value', 'input_transforms', 'db', 'expr'), 2, 'step load: line 2 of argument db'],
  [at('load', 'value', 'content'), 9, 'step load: line 9 of its code'],
  [at('load', 'value', 'content'), null, 'step load: its code'],
  [at('loop', 'value', 'iterator', 'expr'), null, 'step loop: what it loops over'],
  [at('ask', 'value', 'message'), null, 'step ask: message'],
])('%j at line %j is said as %s', (place, line, words) => {
  expect(placeWords(place, line)).toBe(words);
});

test('a step begins where an object has an id and a value with a type; everything else is a key on the way', () => {
  expect(entered(at('loop', 'value', 'modules', 3), { id: 'load', value: { type: 'rawscript' } })).toEqual(at('load'));
  expect(entered(at(null, 'inner'), { id: 'x', value: 3 })).toEqual(at(null, 'inner'));
  expect(inside(inside(at('load'), 'value'), 0)).toEqual(at('load', 'value', 0));
});
