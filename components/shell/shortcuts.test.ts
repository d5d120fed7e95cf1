import { describe, expect, it } from 'vitest';
import { candidatesFor, canMeet, matchStroke, type Shortcut, type Stroke, shortcuts, strokeOf } from './shortcuts';

const all: readonly Shortcut[] = shortcuts;

function press(key: string, held: Partial<Stroke> = {}): Stroke {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

describe('the registry', () => {
  it('gives a key once to all that can be within reach together', () => {
    const pairs = all.flatMap((one, at) => all.slice(at + 1).map((other) => [one, other] as const));
    const same = pairs.filter(([one, other]) => one.keys === other.keys);
    expect(same.filter(([one, other]) => canMeet(one, other))).toEqual([]);
    expect(same.map(([one, other]) => `${one.id} ${other.id}`)).toContain('approval.reject job.again');
    expect(new Set(all.map((shortcut) => shortcut.id)).size).toBe(all.length);
  });

  it('has no shortcut that begins another one, which could then never be reached', () => {
    for (const one of all) {
      for (const other of all) expect(other.keys.startsWith(`${one.keys} `)).toBe(false);
    }
  });

  it('lets only strokes with mod fire in a text field', () => {
    for (const shortcut of all.filter((candidate) => candidate.firesInText)) expect(shortcut.keys).toMatch(/^mod\+/);
  });

  it('never takes Tab', () => {
    expect(all.filter((shortcut) => shortcut.keys.includes('tab'))).toEqual([]);
  });
});

describe('strokeOf', () => {
  it.each([
    [press('k', { ctrlKey: true }), 'mod+k'],
    [press('K', { metaKey: true }), 'mod+k'],
    [press('?', { shiftKey: true }), '?'],
    [press('R', { shiftKey: true }), 'shift+r'],
    [press('Enter', { ctrlKey: true }), 'mod+enter'],
    [press('Shift', { shiftKey: true }), null],
    [press('@', { altKey: true, ctrlKey: true }), null],
    [press('Dead'), null],
  ])('%j is %s', (event, stroke) => {
    expect(strokeOf(event)).toBe(stroke);
  });
});

describe('matchStroke', () => {
  it('follows a sequence', () => {
    const first = matchStroke(all, [], 'g');
    expect(first).toEqual({ id: null, pending: ['g'] });
    expect(matchStroke(all, first.pending, 'r')).toEqual({ id: 'go.runs', pending: [] });
  });

  it('knows r alone from r after g, and on each page as what it is there', () => {
    const onPage = (scope: string) => all.filter((shortcut) => shortcut.scope === scope);
    expect(matchStroke(onPage('Job page'), [], 'r').id).toBe('job.again');
    expect(matchStroke(onPage('Approvals'), [], 'r').id).toBe('approval.reject');
  });

  it('starts anew when a stroke does not continue', () => {
    expect(matchStroke(all, ['g'], '?').id).toBe('shortcuts.show');
    expect(matchStroke(all, ['g'], 'q')).toEqual({ id: null, pending: [] });
    expect(matchStroke(all, ['g'], 'c')).toEqual({ id: null, pending: ['c'] });
  });
});

describe('candidatesFor', () => {
  it('leaves only mod strokes in a text field', () => {
    const inText = candidatesFor(all, { isInText: true, isOn: true });
    expect(inText.map((shortcut) => shortcut.id)).toContain('palette.open');
    expect(inText.every((shortcut) => shortcut.keys.startsWith('mod+'))).toBe(true);
    expect(matchStroke(inText, [], 'r').id).toBeNull();
  });

  it('leaves only mod strokes when switched off', () => {
    const off = candidatesFor(all, { isInText: false, isOn: false });
    expect(off.every((shortcut) => shortcut.keys.startsWith('mod+'))).toBe(true);
  });
});
