import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttle } from './throttle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first call comes at once, those within the pause come together, the last is never lost', () => {
  const work = vi.fn();
  const throttled = throttle(work, 700);
  throttled.call();
  expect(work).toHaveBeenCalledTimes(1);
  throttled.call();
  throttled.call();
  vi.advanceTimersByTime(699);
  expect(work).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(work).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5_000);
  expect(work).toHaveBeenCalledTimes(2);
  throttled.call();
  expect(work).toHaveBeenCalledTimes(3);
});

test('after the end nothing comes', () => {
  const work = vi.fn();
  const throttled = throttle(work, 700);
  throttled.call();
  throttled.call();
  throttled.stop();
  vi.advanceTimersByTime(5_000);
  expect(work).toHaveBeenCalledTimes(1);
});
