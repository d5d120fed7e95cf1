import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import type { FlowValue } from '../version/model';
import { applyEdits, type FlowEdit, withIds } from './edits';
import { parseFlow } from './parse';
import { renameInExpression, renameInTemplate } from './rename';

const step = (id: string, more: object = {}) => ({ id, value: { type: 'identity' }, ...more });

const FLOW: FlowValue = {
  modules: [
    step('a'),
    {
      id: 'loop',
      value: {
        type: 'forloopflow',
        iterator: { type: 'javascript', expr: 'results.a.rows' },
        modules: [step('in'), step('last', { depends_on: ['in'] })],
      },
    },
    {
      id: 'pick',
      value: {
        type: 'branchone',
        branches: [{ expr: 'results["a"].ok', modules: [step('yes')] }],
        default: [step('no', { skip_if: { expr: 'results?.a' } })],
      },
    },
    {
      id: 'gate',
      value: { type: 'approval', timeout: 1, message: 'Is {{ results.a.x }} right? results.a' },
      depends_on: ['a'],
    },
    {
      id: 'end',
      value: {
        type: 'rawscript',
        language: 'bash',
        content: 'echo results.a',
        input_transforms: { x: { type: 'javascript', expr: 'results.a' }, y: { type: 'static', value: 'results.a' } },
      },
    },
  ],
  early_return: 'a',
};

function edited(edits: readonly FlowEdit[], flow = FLOW): { value: FlowValue; undo: readonly FlowEdit[] } {
  const done = applyEdits(flow, edits);
  if (done.kind === 'ok') return done;
  throw new Error(done.message);
}

const refused = (edit: FlowEdit) => {
  const done = applyEdits(FLOW, [edit]);
  return done.kind === 'refused' ? done.message : 'done';
};
const ids = (flow: FlowValue) =>
  JSON.stringify(flow)
    .match(/"id":"[^"]+"/g)
    ?.map((text) => text.slice(6, -1));

describe('edits', () => {
  test('insert and move between lists', () => {
    const { value } = edited([
      { kind: 'insert', into: { kind: 'branch', id: 'pick', branch: 0 }, index: 1, module: step('new') },
      { kind: 'move', id: 'a', into: { kind: 'loop', id: 'loop' }, index: 0 },
      { kind: 'move', id: 'no', into: { kind: 'flow' }, index: 4 },
    ]);
    expect(ids(value)).toEqual(['loop', 'a', 'in', 'last', 'pick', 'yes', 'new', 'gate', 'end', 'no']);
    // `gate` waited for `a`, which is no neighbour any more.
    expect(JSON.stringify(value)).not.toContain('"depends_on":["a"]');
  });

  test('a rename reaches everything that names the step, and nothing that only looks like it', () => {
    const { value } = edited([{ kind: 'rename', id: 'a', newId: 'first-step' }]);
    const text = JSON.stringify(value);
    expect(text).toContain('results[\\"first-step\\"].rows');
    expect(text).toContain('results[\\"first-step\\"].ok');
    expect(text).toContain('results?.[\\"first-step\\"]');
    expect(text).toContain('Is {{ results[\\"first-step\\"].x }} right? results.a');
    expect(text).toContain('"depends_on":["first-step"]');
    expect(text).toContain('"early_return":"first-step"');
    expect(text).toContain('echo results.a');
    expect(text).toContain('{"type":"static","value":"results.a"}');
    expect(parseFlow({ value }).kind).toBe('ok');
  });

  test('update sets and takes away', () => {
    const { value, undo } = edited([
      {
        kind: 'update',
        id: 'gate',
        set: { depends_on: null, summary: 'Ask', retry: { constant: { attempts: 1, seconds: 1 } } },
      },
    ]);
    expect(value.modules).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'gate', summary: 'Ask' })]));
    expect(JSON.stringify(value)).not.toContain('"depends_on":["a"]');
    expect(edited(undo, value).value).toEqual(FLOW);
  });

  test.each<[FlowEdit, RegExp]>([
    [{ kind: 'remove', id: 'nothing' }, /no step "nothing"/],
    [{ kind: 'rename', id: 'a', newId: 'loop' }, /called "loop" already/],
    [{ kind: 'rename', id: 'a', newId: 'a b' }, /cannot be an id/],
    [{ kind: 'insert', into: { kind: 'flow' }, index: 0, module: step('in') }, /called "in" already/],
    [{ kind: 'insert', into: { kind: 'flow' }, index: 9, module: step('x') }, /no place 9/],
    [{ kind: 'insert', into: { kind: 'loop', id: 'a' }, index: 0, module: step('x') }, /not there/],
    [{ kind: 'move', id: 'loop', into: { kind: 'loop', id: 'loop' }, index: 0 }, /into itself/],
    [{ kind: 'update', id: 'a', set: { id: 'b' } }, /renamed by itself/],
  ])('%j is refused', (edit, message) => {
    expect(refused(edit)).toMatch(message);
  });

  test('modules without ids get those that they have in a run', () => {
    const bare = {
      modules: [
        { value: { type: 'forloopflow', iterator: [1], modules: [{ value: { type: 'identity' } }] } },
        step('c'),
      ],
    };
    expect(ids(withIds(bare))).toEqual(['a', 'b', 'c']);
  });

  test('whatever was done is taken back by its undo', () => {
    const names = ['a', 'loop', 'in', 'last', 'pick', 'yes', 'no', 'gate', 'end'];
    const id = fc.constantFrom(...names);
    const place = fc.oneof(
      fc.constant({ kind: 'flow' } as const),
      fc.constant({ kind: 'loop', id: 'loop' } as const),
      fc.constant({ kind: 'branch', id: 'pick', branch: 0 } as const),
      fc.constant({ kind: 'default', id: 'pick' } as const),
    );
    const edit: fc.Arbitrary<FlowEdit> = fc.oneof(
      fc.record({ kind: fc.constant('remove' as const), id }),
      fc.record({ kind: fc.constant('move' as const), id, into: place, index: fc.nat(4) }),
      fc.record({ kind: fc.constant('rename' as const), id, newId: fc.constantFrom('x', 'y1', 'z') }),
      fc.record({
        kind: fc.constant('update' as const),
        id,
        set: fc.constantFrom<FlowValue>({ summary: 'x' }, { depends_on: ['a'] }, { value: { type: 'identity' } }),
      }),
      fc.record({
        kind: fc.constant('insert' as const),
        into: place,
        index: fc.nat(3),
        module: fc.constantFrom(step('n1'), step('n2', { depends_on: ['a'] })),
      }),
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const done = applyEdits(FLOW, edits);
        if (done.kind === 'refused') return;
        const back = applyEdits(done.value, done.undo);
        expect(back.kind === 'ok' && back.value).toEqual(FLOW);
      }),
      { numRuns: 500 },
    );
  });
});

test('renaming inside texts', () => {
  expect(renameInExpression("results.a + results['a'] + results.ab + x.a", 'a', 'b')).toBe(
    "results.b + results['b'] + results.ab + x.a",
  );
  expect(renameInTemplate('{{ results.a }} results.a {{ open', 'a', 'b')).toBe('{{ results.b }} results.a {{ open');
});
