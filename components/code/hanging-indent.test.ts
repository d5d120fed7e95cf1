import { expect, test } from 'vitest';
import { hangColumns } from './hanging-indent';

test('what follows of a broken line stands further in than its beginning, and never too far', () => {
  expect(hangColumns('modules:', 4)).toBe(2);
  expect(hangColumns('    value: a long text', 4)).toBe(6);
  expect(hangColumns('\t  x', 4)).toBe(8);
  expect(hangColumns(' \tx', 4)).toBe(6);
  expect(hangColumns(`${' '.repeat(40)}x`, 4)).toBe(16);
});
