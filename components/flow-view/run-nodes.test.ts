import { describe, expect, test } from 'vitest';
import { failingNode, firstNode, openAtFirst, phasesOf, type RunNode, rowsOf, sinceStart, totalsOf } from './run-nodes';

const none = { begun: null, queued: null, taken: null, asked: null, answered: null, ended: null };
const node = (key: string, more: Partial<RunNode> = {}): RunNode => ({
  key,
  parent: key.includes('/') ? key.slice(0, key.lastIndexOf('/')) : null,
  kind: 'step',
  title: key,
  summary: '',
  type: 'rawscript',
  word: 'Python',
  language: 'python3',
  path: null,
  index: null,
  label: null,
  state: 'succeeded',
  reason: null,
  jobId: null,
  attempt: 1,
  question: null,
  times: none,
  lists: null,
  isTakenOver: false,
  ...more,
});

const loop = (count: number, state: RunNode['state'] = 'succeeded') => [
  node('each', { lists: { count, begun: count, ended: count, failed: 0 }, state }),
  ...Array.from({ length: count }, (_, at) => node(`each/${at}`, { kind: 'iteration', state })),
];

describe('time of a step', () => {
  test('is spent in four phases, without gaps', () => {
    const step = node('a', {
      jobId: 'x',
      times: { begun: 0, queued: 5, taken: 20, asked: 50, answered: 90, ended: 95 },
    });
    expect(phasesOf(step, 200)).toEqual([
      { kind: 'queued', from: 0, to: 5 },
      { kind: 'worker', from: 5, to: 20 },
      { kind: 'running', from: 20, to: 50 },
      { kind: 'person', from: 50, to: 90 },
    ]);
  });

  test('goes on until now, and is nothing before it began', () => {
    expect(phasesOf(node('a', { jobId: 'x', times: { ...none, begun: 0, queued: 0 } }), 30)).toEqual([
      { kind: 'worker', from: 0, to: 30 },
    ]);
    expect(phasesOf(node('ask', { times: { ...none, begun: 0, asked: 1 } }), 9).at(-1)).toEqual({
      kind: 'person',
      from: 1,
      to: 9,
    });
    expect(phasesOf(node('a'), 30)).toEqual([]);
  });

  test('of what a replay took over is none of the replay', () => {
    const old = node('a', { times: { ...none, begun: 0, queued: 1, taken: 2, ended: 5 } });
    const loop = node('b', { times: { ...none, begun: 4, ended: 30 } });
    const [first, second] = sinceStart([old, loop], 10);
    expect(first).toMatchObject({ isTakenOver: true, times: none });
    expect(second).toMatchObject({ isTakenOver: false, times: { begun: 10, ended: 30 } });
  });

  test('is summed over steps, not over what holds them', () => {
    const times = { ...none, begun: 0, queued: 0, taken: 0, ended: 10 };
    const nodes = [
      node('l', { lists: { count: 1, begun: 1, ended: 1, failed: 0 }, times }),
      node('l/0/a', { jobId: 'x', times }),
    ];
    expect(totalsOf(nodes, 10).running).toBe(10);
  });
});

describe('lines of the tree', () => {
  test('are those of open parents; what is not read yet is one line', () => {
    const nodes = [
      node('each', { lists: { count: 900, begun: 900, ended: 900, failed: 0 } }),
      node('each/0', { kind: 'iteration' }),
    ];
    expect(rowsOf(nodes, new Set())).toHaveLength(1);
    const rows = rowsOf(nodes, new Set(['each']));
    expect(rows.map((row) => (row.kind === 'node' ? row.node.key : row.count))).toEqual(['each', 'each/0', 899]);
  });

  test('open by themselves where there are few, and where something failed', () => {
    expect(openAtFirst(loop(3)).has('each')).toBe(true);
    expect(openAtFirst(loop(500)).has('each')).toBe(false);
    const failed = [...loop(500, 'failed'), node('each/7/in', { parent: 'each/7', state: 'failed' })];
    expect(openAtFirst(failed).has('each')).toBe(true);
    expect(openAtFirst(failed).has('each/7')).toBe(true);
  });
});

describe('what is shown first', () => {
  test('is the innermost step that failed', () => {
    const nodes = [...loop(2, 'failed'), node('each/1/in', { parent: 'each/1', state: 'failed' }), node('z')];
    expect(failingNode(nodes)?.key).toBe('each/1/in');
    expect(firstNode(nodes)?.key).toBe('each/1/in');
  });

  test('else what goes on, else the last one', () => {
    expect(firstNode([node('a'), node('b', { state: 'waiting' }), node('c', { state: 'pending' })])?.key).toBe('b');
    expect(firstNode([node('a'), node('b'), node('c', { state: 'skipped' })])?.key).toBe('b');
    expect(firstNode([])).toBeNull();
  });
});
