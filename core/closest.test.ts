import { expect, test } from 'vitest';
import { closest, didYouMean } from './closest';

test('the nearest name is near, or there is none', () => {
  expect(closest('heavvy', ['default', 'heavy'])).toBe('heavy');
  expect(closest('Heavy', ['heavy'])).toBe('heavy');
  expect(closest('gpu', ['default', 'heavy'])).toBe(null);
  expect(closest('lsit', ['list'])).toBe(null);
  expect(closest('lsit', ['list'], 3)).toBe('list');
});

test('a question stands behind the sentence, or nothing does', () => {
  expect(`Unknown.${didYouMean('heavvy', ['heavy'])}`).toBe('Unknown. Did you mean "heavy"?');
  expect(`Unknown.${didYouMean('gpu', ['heavy'])}`).toBe('Unknown.');
});
