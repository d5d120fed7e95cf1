import { expect, test } from 'vitest';
import { outOfSight } from './out-of-sight';
import type { NodeState, RunNode, TreeRow } from './run-nodes';

const none = { begun: null, queued: null, taken: null, asked: null, answered: null, ended: null };

function row(state: NodeState, kind: RunNode['kind'] = 'step'): TreeRow {
  const names = { key: 'a', title: 'a', summary: '', type: 'rawscript', word: 'Python', language: null, path: null };
  const rest = { parent: null, index: null, label: null, reason: null, jobId: null, question: null, lists: null };
  const node = { ...names, ...rest, kind, state, attempt: 1, times: none, isTakenOver: false };
  return { kind: 'node', node, depth: 0, isOpen: null };
}

test('how many there are, and how they stand when that is one word', () => {
  expect(outOfSight([], 'above')).toBe('');
  expect(outOfSight([row('succeeded')], 'above')).toBe('1 step above, succeeded');
  expect(outOfSight([row('succeeded'), row('succeeded')], 'above')).toBe('2 steps above, all succeeded');
  expect(outOfSight([row('pending'), row('pending')], 'below')).toBe('2 steps below, all not begun');
});

test('what went wrong is told of many', () => {
  const mixed = [row('succeeded'), row('failed'), row('rejected', 'iteration')];
  expect(outOfSight(mixed, 'above')).toBe('3 more above, 2 of them did not succeed');
  expect(outOfSight([row('succeeded'), row('skipped')], 'above')).toBe('2 steps above');
});
