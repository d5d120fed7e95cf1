import { expect, test } from 'vitest';
import { memberText } from './precise';

test('a member keeps the digits of its whole numbers', () => {
  const body =
    '{"other": 1, "args": {"big": 9223372036854775807, "small": 1.50, "deep": [-12345678901234567890, "x"]}}';
  expect(memberText(body, 'args')).toBe('{"big":9223372036854775807,"small":1.5,"deep":[-12345678901234567890,"x"]}');
  expect(memberText(body, 'nothing')).toBeNull();
  expect(memberText('[1]', 'args')).toBeNull();
});
