import { expect, test } from 'vitest';
import { waitOfHold } from './rules';

const asked = (people: string[], count = 1) =>
  waitOfHold({ kind: 'approval', count, title: 'Deploy?', people, deadlineAt: null });

test('a wait for people says what is asked and whom', () => {
  expect(asked([])).toEqual({ cause: 'approval', sentence: 'Waiting for approval: “Deploy?”.' });
  expect(asked(['u/mira', 'g/devops'], 2).sentence).toBe(
    'Waiting for approval: “Deploy?” It asks mira or a member of devops. And 1 more.',
  );
  expect(asked(['u/a', 'u/b', 'u/c', 'u/d', 'g/e']).sentence).toContain('It asks a, b, c or 2 more.');
});

test('a wait for time or for a worker says which', () => {
  expect(waitOfHold({ kind: 'time', until: 0 })).toEqual({
    cause: 'time',
    sentence: 'Waiting: it goes on by itself at 1970-01-01 00:00:00 UTC.',
    until: 0,
  });
  expect(waitOfHold({ kind: 'worker', tag: 'heavy' }).sentence).toContain('“heavy”');
});
