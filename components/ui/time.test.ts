import { describe, expect, it } from 'vitest';
import { formatDuration, formatMoment, formatRelative, inOwnTime } from './time';

describe('formatDuration', () => {
  it.each([
    [-5, '0 ms'],
    [84, '84 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [1_260, '1.2 s'],
    [9_999, '9.9 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [7_440_000, '2 h 4 min'],
    [266_400_000, '3 d 2 h'],
  ])('%i ms is %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});

describe('formatRelative', () => {
  const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  it.each([
    [0, 'just now'],
    [12_000, '12 s ago'],
    [-185_000, 'in 3 min'],
    [7_440_000, '2 h ago'],
    [5 * 86_400_000, '5 d ago'],
    [40 * 86_400_000, '2026-10-13'],
  ])('%i ms before now is %s', (agoMs, words) => {
    expect(formatRelative(nowMs - agoMs, nowMs, 'UTC')).toBe(words);
  });
});

it('writes a moment with the zone that it is shown in', () => {
  const atMs = Date.UTC(2026, 10, 22, 16, 49, 25);
  expect(formatMoment(atMs, 'UTC')).toBe('2026-11-22 16:49:25 UTC');
  expect(formatMoment(atMs, 'Asia/Tokyo')).toBe('2026-11-23 01:49:25 GMT+9');
});

it('says the moments of a sentence in the zone of its reader', () => {
  const sentence = 'mira approved this at 2026-11-22 16:49 UTC.';
  expect(inOwnTime(sentence, 'Asia/Tokyo')).toBe('mira approved this at 2026-11-23 01:49 GMT+9.');
  expect(inOwnTime(sentence, 'UTC')).toBe(sentence);
  expect(inOwnTime('Nobody decided in time.', 'Asia/Tokyo')).toBe('Nobody decided in time.');
});
