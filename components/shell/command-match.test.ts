import { expect, it } from 'vitest';
import { matchCommands } from './command-match';

const commands = [
  { label: 'Workers' },
  { label: 'Theme: dark' },
  { label: 'New script', keywords: ['create', 'function'] },
  { label: 'Scripts' },
];

function labels(query: string): string[] {
  return matchCommands(commands, query).map((command) => command.label);
}

it('puts the label that begins with the query first', () => {
  expect(labels('scr')).toEqual(['Scripts', 'New script']);
});

it('wants every word, in any order, also in the keywords', () => {
  expect(labels('dark theme')).toEqual(['Theme: dark']);
  expect(labels('create')).toEqual(['New script']);
  expect(labels('dark workers')).toEqual([]);
});

it('shows everything as long as nothing is typed', () => {
  expect(labels(' ')).toHaveLength(commands.length);
});
