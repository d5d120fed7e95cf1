import { describe, expect, test } from 'vitest';
import type { Executable } from '../../model';
import { advance } from '../advance';
import type { RunNode } from '../model';
import { branchone, flow, forloop, script } from '../module-fixture';
import { Play, play, type World } from '../run-fixture';
import { nodesBefore, type RestartPoint } from './take-over';

const point = (stepId: string, n: number | null = null): RestartPoint => ({ stepId, n });

/** Every node of a run that has been played. */
function nodesIn(run: Play): Map<string, RunNode> {
  const keys = new Set<string>(['']);
  for (const event of run.events) if (event.kind === 'step_ended') for (const key of prefixes(event.key)) keys.add(key);
  return new Map(
    [...keys].flatMap((key) => (run.node(key) === undefined ? [] : [[key, run.node(key)] as [string, RunNode]])),
  );
}

const prefixes = (key: string) => key.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));

/** The keys that a restarted run starts, all of them succeeding. */
function startedAgain(old: Play, executable: Executable, path: RestartPoint[], world: World = {}): string[] {
  const nodes = nodesBefore(nodesIn(old), { executable, preprocesses: false }, path);
  const run = new Play(executable, world).seed(nodes).take({ kind: 'resume' }).finishAll();
  expect(run.end?.outcome).toBe('succeeded');
  return [...run.started];
}

describe('a restart', () => {
  const sequence = flow([script('a'), script('b'), script('c')]);

  test('from a step runs it and what comes after', () => {
    expect(startedAgain(play(sequence).finishAll(), sequence, [point('b')])).toEqual(['b', 'c']);
  });

  test('from an iteration keeps those before it', () => {
    const loop = flow([script('a'), forloop('loop', [script('x')]), script('z')]);
    const world = { items: () => [1, 2, 3] };
    const old = play(loop, world).finishAll();
    expect(startedAgain(old, loop, [point('loop', 1)], world)).toEqual(['loop/1/x', 'loop/2/x', 'z']);
  });

  test('from a step inside an iteration of an iteration', () => {
    const nested = flow([forloop('outer', [forloop('inner', [script('first'), script('leaf')])])]);
    const world = { items: () => ['x', 'y'] };
    const old = play(nested, world).finishAll();
    const path = [point('outer', 1), point('inner', 1), point('leaf')];
    expect(startedAgain(old, nested, path, world)).toEqual(['outer/1/inner/1/leaf']);
  });

  test('from a step inside a branch', () => {
    const branched = flow([branchone('choice', [[script('x'), script('y')]])]);
    const world = { branch: () => 0 };
    const old = play(branched, world).finishAll();
    expect(startedAgain(old, branched, [point('choice', 0), point('y')], world)).toEqual(['choice/0/y']);
  });

  test('from a step inside a flow of its own goes on in it, with its input as it is now', () => {
    const inner = flow([script('x'), script('y')]);
    const outer = flow([script('a'), { ...script('sub'), body: { kind: 'flow', path: 'f/x/inner' } }, script('z')]);
    const framed = (inputJson: string): World => ({
      answer: ({ key, phase }) =>
        key === 'sub' && phase === 'preparing'
          ? { kind: 'frame', frame: { path: 'f/x/inner', versionId: null, hash: null, executable: inner, inputJson } }
          : undefined,
    });
    const old = play(outer, framed('{"w":1}')).finishAll();
    const nodes = nodesBefore(nodesIn(old), { executable: outer, preprocesses: false }, [point('sub'), point('y')]);
    const run = new Play(outer, framed('{"w":2}')).seed(nodes).take({ kind: 'resume' });
    expect(run.started).toEqual(['sub/flow/y']);
    expect(run.node('sub')).toMatchObject({ phase: 'active', frame: { inputJson: '{"w":2}' } });
    expect(run.finishAll().end?.outcome).toBe('succeeded');
    expect(run.started).toEqual(['sub/flow/y', 'z']);
    const cancelled = new Play(outer, framed('{}')).seed(nodes);
    cancelled.take({ kind: 'interrupted', interruption: { kind: 'cancelled', by: 'ann', because: '' } });
    expect(cancelled.end?.outcome).toBe('cancelled');
    expect(cancelled.openKeys).toEqual([]);
  });

  test('of a failed run takes over only what succeeded, also in a newer version', () => {
    const old = play(sequence, { job: (key) => (key === 'b' ? { error: 'no' } : { result: 1 }) }).finishAll();
    const newer = flow([script('a'), script('b'), script('added'), script('c')]);
    expect(startedAgain(old, newer, [point('b')])).toEqual(['b', 'added', 'c']);
  });

  test('from a step that does not exist is refused with a sentence', () => {
    const old = play(sequence).finishAll();
    expect(() => nodesBefore(nodesIn(old), { executable: sequence, preprocesses: false }, [point('x')])).toThrow(
      'no step “x”',
    );
  });

  test('is an ordinary run from there on', () => {
    const old = play(sequence).finishAll();
    const nodes = nodesBefore(nodesIn(old), { executable: sequence, preprocesses: false }, [point('c')]);
    const state = {
      executable: sequence,
      preprocesses: false,
      nodes: new Map(nodes.map((node) => [node.key, node])),
      open: new Set(['']),
      interruption: null,
    };
    expect(advance(state, [{ kind: 'resume' }], 1).wants).toEqual([{ key: 'c', phase: 'preparing', attempt: 1 }]);
  });
});
