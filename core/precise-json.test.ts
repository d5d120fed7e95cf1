import { expect, test } from 'vitest';
import { isRawNumber, parsePrecise } from './precise-json';

test('whole numbers keep their digits, wherever they stand', () => {
  const text = '{"max":9223372036854775807,"list":[-9223372036854775808,{"deep":12345678901234567890}]}';
  expect(JSON.stringify(parsePrecise(text))).toBe(text);
});

test('everything else is what JSON.parse makes of it', () => {
  const text = '{"a":1,"b":1.5,"c":"9223372036854775807","d":[true,null],"e":1e300,"f":9007199254740991}';
  expect(parsePrecise(text)).toEqual(JSON.parse(text));
  expect(() => parsePrecise('{"a":')).toThrow(SyntaxError);
});

test('a number that was kept is known as one', () => {
  expect(isRawNumber(parsePrecise('9223372036854775807'))).toBe(true);
  expect([1, null, 'x', {}, { rawJSON: '1' }].some(isRawNumber)).toBe(false);
});
