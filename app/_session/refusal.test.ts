import { expect, test } from 'vitest';
import { refusalAt } from './refusal';

test('an operator is told what an editor is, for whom, and where the same thing can be run', () => {
  expect(refusalAt('/w/demo/scripts/edit/f/examples/say%20hello', 'operator')).toEqual({
    sentences: [
      'Here the code of f/examples/say hello is changed.',
      'That is for those who build: developers and administrators.',
      'You are an operator here: you run what others have made, follow your runs and answer approvals.',
    ],
    ask: 'workspace',
    look: { href: '/w/demo/scripts/f/examples/say%20hello', label: 'Open its form instead' },
  });
});

test('who has the role but no part in the folder is told that', () => {
  const { sentences, ask } = refusalAt('/w/demo/flows/edit/f/x/y', 'developer');
  expect(sentences).toEqual([
    'Here the steps of f/x/y are changed.',
    expect.stringContaining('a writer of its folder'),
  ]);
  expect(ask).toBe('workspace');
});

test('pages of the server are for its administrators, whatever one is in a workspace', () => {
  expect(refusalAt('/people', 'admin')).toMatchObject({ ask: 'server', look: null });
  expect(refusalAt('/people', null).sentences).toHaveLength(2);
});

test('an address that nobody thought of still gets a sentence', () => {
  expect(refusalAt('/w/demo/somewhere', 'operator').sentences).toHaveLength(1);
});
