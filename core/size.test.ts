import { expect, test } from 'vitest';
import { sizeWords } from './size';

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [1_204, '1.2 kB'],
  [12_040, '12 kB'],
  [999_499, '999 kB'],
  [999_600, '1 MB'],
  [6_000_011, '6 MB'],
  [9_960_000, '10 MB'],
  [2_500_000_000, '2.5 GB'],
  [4_000_000_000_000_000, '4000 TB'],
])('%i bytes are %s', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});
