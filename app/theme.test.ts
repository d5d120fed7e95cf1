import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

type Theme = 'light' | 'dark';

const css = readFileSync(path.join(import.meta.dirname, 'theme.css'), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(([, name, light, dark]) => [
    name ?? '',
    { light: light ?? '', dark: dark ?? '' },
  ]),
);

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function colour(name: string, theme: Theme): string {
  const token = tokens.get(name);
  if (!token) throw new Error(`theme.css has no colour --${name}`);
  return token[theme];
}

const planes = ['sunken', 'surface', 'raised', 'hover'];
const states = [
  'scheduled',
  'queued',
  'waiting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'timed-out',
  'rejected',
];
const tones = ['accent', 'danger', 'warning', 'success', 'info'];
const onPage = ['sunken', 'surface'];
const codeTokens = [...tokens.keys()].filter((name) => name.startsWith('code-') || name.startsWith('ansi-'));

/** Words need 4.5 : 1 (WCAG 1.4.3), edges of controls and focus rings 3 : 1 (1.4.11). */
const wordPairs: [string, string][] = [
  ...planes.flatMap((plane): [string, string][] => [
    ['text', plane],
    ['muted', plane],
    ['faint', plane],
  ]),
  ...planes.flatMap((plane) => tones.map((tone): [string, string] => [tone, plane])),
  ...tones.map((tone): [string, string] => [tone, `${tone}-soft`]),
  ...tones.map((tone): [string, string] => ['text', `${tone}-soft`]),
  ['text', 'selected'],
  ['muted', 'selected'],
  ['faint', 'selected'],
  ['accent', 'selected'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-danger', 'danger-solid'],
  ['on-danger', 'danger-solid-hover'],
  ['text', 'mark'],
  ['text', 'mark-current'],
  ...['added-soft', 'added-mark', 'removed-soft', 'removed-mark'].flatMap((plane) =>
    ['text', ...codeTokens.filter((name) => name.startsWith('code-'))].map((name): [string, string] => [name, plane]),
  ),
  ...states.map((state): [string, string] => [`state-${state}`, `state-${state}-soft`]),
  ...states.flatMap((state) => planes.map((plane): [string, string] => [`state-${state}`, plane])),
  ...codeTokens.flatMap((token) => onPage.map((plane): [string, string] => [token, plane])),
];
const edgePairs: [string, string][] = ['sunken', 'surface', 'raised'].flatMap((plane): [string, string][] => [
  ['line-control', plane],
  ['focus', plane],
]);

describe.each<Theme>(['light', 'dark'])('%s theme', (theme) => {
  it.each(wordPairs)('%s on %s can be read', (front, back) => {
    expect(contrast(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(edgePairs)('%s on %s can be seen', (front, back) => {
    expect(contrast(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(3);
  });
});

it('measures contrast as WCAG defines it', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
