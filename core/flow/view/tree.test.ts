import { describe, expect, test } from 'vitest';
import { parseFlow } from '../definition/parse';
import type { Executable } from '../model';
import type { ListNode, RunNode, StepNode } from '../run/model';
import { parseStoredNode } from '../run/stored';
import { nodesForPage, type RunFacts } from './tree';

const script = (id: string) => ({ id, value: { type: 'rawscript', language: 'bash', content: 'echo 1' } });

function executable(modules: unknown[]): Executable {
  const parsed = parseFlow({ modules });
  if (parsed.kind !== 'ok') throw new Error(parsed.problems.map(({ message }) => message).join(' '));
  return parsed.executable;
}

const row = (key: string, state: string, detail: Record<string, unknown>) =>
  parseStoredNode({ key, state, detail: JSON.stringify({ startedMs: 1, ...detail }), result: null });
const step = (key: string, more: Partial<StepNode> = {}) =>
  row(key, more.phase ?? 'ended', {
    type: 'step',
    list: key.includes('/') ? key.slice(0, key.lastIndexOf('/')) : '',
    moduleId: key.slice(key.lastIndexOf('/') + 1),
    end: more.phase === undefined || more.phase === 'ended' ? { kind: 'succeeded' } : null,
    ...more,
  });
const list = (owner: string, index: number, more: Partial<ListNode> = {}) =>
  row(`${owner}/${index === -1 ? 'default' : index}`, more.phase ?? 'ended', {
    type: 'list',
    owner,
    index,
    end: { kind: 'succeeded' },
    ...more,
  });

const facts = (flow: Executable, nodes: RunNode[]): RunFacts => ({
  executable: flow,
  nodes: new Map(nodes.map((node) => [node.key, node])),
  jobs: new Map([['j', { createdMs: 2, startedMs: null, outcome: null, reason: null }]]),
  questions: new Map([['q', { approvers: ['g/devops'], deadlineMs: 99 }]]),
});
const whole = { under: null, from: 0, count: 3 };
const told = (found: ReturnType<typeof nodesForPage>) => found.map(({ key, state }) => `${key} ${state}`);

describe('the steps of a run for its page', () => {
  test('are all there from the beginning, those that have not begun too', () => {
    const flow = executable([script('a'), { id: 'ask', value: { type: 'approval', timeout: 9 } }, script('b')]);
    const nodes = [step('a'), step('ask', { phase: 'asking', approvalId: 'q', askedMs: 5 })];
    const found = nodesForPage(facts(flow, nodes), whole);
    expect(told(found)).toEqual(['a succeeded', 'ask waiting', 'b pending']);
    expect(found[1]).toMatchObject({ approval: { id: 'q', approvers: ['g/devops'], deadline: 99 }, asked_at: 5 });
  });

  test('say what they wait for, and why they failed', () => {
    const flow = executable([script('a'), script('b')]);
    const failed = { kind: 'failed', error: { name: 'Error', message: 'No such table.' }, isFinal: false } as const;
    const nodes = [step('a', { end: failed }), step('b', { phase: 'active', jobId: 'j' })];
    expect(nodesForPage(facts(flow, nodes), whole)).toMatchObject([
      { state: 'failed', reason: 'No such table.' },
      { state: 'queued', reason: 'Waiting for a worker.', job: 'j', queued_at: 2 },
    ]);
  });

  test('that were done when another had failed say so, and not that they succeeded', () => {
    const flow = executable([script('a')]);
    const one = facts(flow, [step('a', { end: { kind: 'cancelled' }, jobId: 'j' })]);
    const job = { createdMs: 2, startedMs: 3, outcome: 'succeeded', reason: 'Succeeded.' };
    expect(nodesForPage({ ...one, jobs: new Map([['j', job]]) }, whole)).toMatchObject([
      { state: 'cancelled', reason: expect.stringContaining('nothing went on with its result') },
    ]);
  });

  test('of a long loop are the first ones and what needs a look; the others come page by page', () => {
    const flow = executable([
      { id: 'each', value: { type: 'forloopflow', iterator: { type: 'static', value: [1] }, modules: [script('in')] } },
    ]);
    const failed = { kind: 'failed', error: { name: 'Error', message: 'Item 7.' }, isFinal: false } as const;
    const lists = Array.from({ length: 20 }, (_, at) => list('each', at, at === 7 ? { end: failed } : {}));
    const nodes = [step('each'), ...lists, step('each/15/in')];
    const first = nodesForPage(facts(flow, nodes), whole);
    expect(told(first).filter((line) => !line.includes('/in'))).toEqual([
      'each succeeded',
      'each/0 succeeded',
      'each/1 succeeded',
      'each/2 succeeded',
      'each/7 failed',
    ]);
    expect(first[0]?.lists).toEqual({ begun: 20, ended: 20, failed: 1 });
    const page = nodesForPage(facts(flow, nodes), { under: 'each', from: 14, count: 2 });
    expect(told(page)).toEqual([
      'each/14 succeeded',
      'each/14/in pending',
      'each/15 succeeded',
      'each/15/in succeeded',
    ]);
  });

  test('of branches have their names, and the default one comes last', () => {
    const branch = { summary: 'Big', expr: 'true', modules: [script('x')] };
    const flow = executable([{ id: 'pick', value: { type: 'branchone', branches: [branch], default: [script('y')] } }]);
    const found = nodesForPage(facts(flow, [step('pick'), list('pick', 0), step('pick/0/x')]), whole);
    expect(found.map(({ key, label, kind }) => [key, label, kind])).toEqual([
      ['pick', undefined, 'step'],
      ['pick/0', 'Big', 'branch'],
      ['pick/0/x', undefined, 'step'],
    ]);
  });
});
