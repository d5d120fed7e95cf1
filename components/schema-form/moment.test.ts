import { expect, it } from 'vitest';
import { fromLocalInput, toLocalInput } from './moment';

it('comes back to the same moment, whatever the zone', () => {
  for (const iso of ['2026-11-22T16:49:25.000Z', '2026-07-01T00:00:00.000Z']) {
    expect(fromLocalInput(toLocalInput(iso))).toBe(iso);
  }
  expect(toLocalInput('2026-11-22T17:49:25+01:00')).toBe(toLocalInput('2026-11-22T16:49:25Z'));
});

it('shows nothing for what is not a moment', () => {
  expect(toLocalInput('')).toBe('');
  expect(toLocalInput('tomorrow')).toBe('');
  expect(fromLocalInput('')).toBeUndefined();
});
