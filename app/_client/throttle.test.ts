import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttle } from './throttle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first call comes at once, those within the pause come together, the last is never lost', async () => {
  const work = vi.fn();
  const throttled = throttle(work, 700);
  throttled.call();
  expect(work).toHaveBeenCalledTimes(1);
  throttled.call();
  throttled.call();
  await vi.advanceTimersByTimeAsync(699);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(work).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(work).toHaveBeenCalledTimes(2);
  throttled.call();
  expect(work).toHaveBeenCalledTimes(3);
});

test('slow work is not begun again before it has ended, also when it fails', async () => {
  const work = vi.fn(() => new Promise((_, reject) => setTimeout(() => reject(new Error('slow')), 3_000)));
  const throttled = throttle(work, 700);
  throttled.call();
  for (let at = 0; at < 3; at++) {
    throttled.call();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(700);
  expect(work).toHaveBeenCalledTimes(2);
});

test('after the end nothing comes', async () => {
  const work = vi.fn();
  const throttled = throttle(work, 700);
  throttled.call();
  throttled.call();
  throttled.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  throttled.call();
  expect(work).toHaveBeenCalledTimes(1);
});
