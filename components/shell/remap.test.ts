import { describe, expect, it } from 'vitest';
import { parseChosenKeys } from './chosen-keys';
import { spokenKeys, whyNotKeys } from './remap';
import { type Shortcut, shortcuts, withChosenKeys } from './shortcuts';

const all: readonly Shortcut[] = shortcuts;
const runs: Shortcut = { id: 'go.runs', keys: 'g r', label: 'Runs', scope: 'Go to' };
const run: Shortcut = {
  id: 'editor.run',
  keys: 'mod+enter',
  label: 'Run',
  scope: 'Forms and editors',
  firesInText: true,
};

describe('whyNotKeys', () => {
  it.each(['g x', 'q', 'g r', 'mod+j', 'shift+r', '+'])('lets %s go to Runs', (keys) => {
    expect(whyNotKeys(all, runs, keys)).toBeNull();
  });

  it.each([
    ['g h', 'G, then H is “Home” already. Choose other keys, or change that one first.'],
    ['c', '“New script” begins with C (C, then S) and could never be reached. Choose other keys.'],
    ['s x', 'S is “Cancel the job” already and would come first. Choose other keys.'],
    ['tab', 'Tab moves from field to field, so it cannot be a shortcut.'],
    ['g arrowup', 'The arrow keys move, so it cannot be a shortcut.'],
    ['mod+w', 'The browser keeps Ctrl + W for itself, so the page never hears of it.'],
  ])('refuses %s for Runs in a sentence', (keys, sentence) => {
    expect(whyNotKeys(all, runs, keys)).toBe(sentence);
  });

  it('wants Ctrl or Cmd of what has to work while one types', () => {
    expect(whyNotKeys(all, run, 'q')).toMatch(/together with Ctrl or Cmd/);
    expect(whyNotKeys(all, run, 'mod+j q')).toMatch(/together with Ctrl or Cmd/);
    expect(whyNotKeys(all, run, 'mod+j')).toBeNull();
  });

  it('lets pages that are never open together share a key', () => {
    const again: Shortcut = { id: 'job.again', keys: 'r', label: 'Run again', scope: 'Job page' };
    expect(whyNotKeys(all, again, 'a')).toBeNull();
    expect(whyNotKeys(all, again, 'l')).toMatch(/“Log” already/);
  });

  it('looks at the keys as they are chosen now', () => {
    const chosen = withChosenKeys(all, { 'go.home': 'q' });
    expect(whyNotKeys(chosen, runs, 'g h')).toBeNull();
    expect(whyNotKeys(chosen, runs, 'q')).toMatch(/“Home” already/);
  });

  it('finds nothing wrong with the registry itself', () => {
    for (const shortcut of all)
      expect([shortcut.id, whyNotKeys(all, shortcut, shortcut.keys)]).toEqual([shortcut.id, null]);
  });
});

it('says keys in words', () => {
  expect(['mod+shift+enter', 'g r', '?', '+'].map(spokenKeys)).toEqual(['Ctrl + Shift + Enter', 'G, then R', '?', '+']);
});

it.each([null, '', '[]', '{', '{"go.runs": 3, "x": ""}'])('reads odd stored keys %j as none', (stored) => {
  expect(parseChosenKeys(stored)).toEqual({});
});
