import { expect, test } from 'vitest';
import type { RunNode } from './model';
import { approval, branchone, flow, forloop, module, script } from './module-fixture';
import { play } from './run-fixture';
import { parseStoredNode, storedNode } from './stored';

const again = (node: RunNode, before?: RunNode): RunNode => {
  const { key, state, detailJson, dataJson } = storedNode(node, before);
  return parseStoredNode({ key, state, detail: detailJson, result: dataJson });
};

test('a run read back from its rows is the same run', () => {
  const executable = flow([
    script('a', { continueOnError: true }),
    forloop('loop', [script('b')], {}, true),
    branchone('choice', [[script('c')]]),
    module('sub', { kind: 'flow', path: 'f/x' }),
    script('m', { mock: { value: { big: '9007199254740993' } } }),
    approval('ask'),
  ]);
  const run = play(executable, {
    items: () => ['x', { y: 1 }],
    subflow: () => flow([script('d')]),
    job: (key) => (key === 'a' ? { error: 'no' } : { result: key }),
  }).finishAll();
  const keys = [
    '',
    'a',
    'loop',
    'loop/1',
    'loop/1/b',
    'choice',
    'choice/default',
    'sub',
    'sub/flow',
    'sub/flow/d',
    'm',
    'ask',
  ];
  for (const key of keys) {
    const node = run.node(key);
    expect(node, key).toBeDefined();
    if (node !== undefined) expect(again(node)).toEqual(node);
  }
});

test('what is large is written once', () => {
  const run = play(flow([forloop('loop', [script('b')])]), { items: () => [1, 2] });
  const before = run.node('loop');
  run.finish();
  const after = run.node('loop');
  if (after === undefined) throw new Error('no loop');
  expect(storedNode(after, before).dataJson).toBeNull();
  expect(storedNode(after, undefined).dataJson).toBe('{"items":[1,2]}');
});
