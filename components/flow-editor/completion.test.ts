import { describe, expect, test } from 'vitest';
import { completeFlow, type FlowKnowledge } from './completion';

const known: FlowKnowledge = {
  moduleIds: ['fetch', 'load'],
  inputNames: ['service'],
  scripts: [{ path: 'f/ops/clean', summary: 'Clean' }],
  flows: [{ path: 'f/ops/nightly', summary: '' }],
  groups: ['devops'],
  users: ['ada'],
  workerGroups: ['default', 'heavy'],
  variables: ['u/ada/key'],
  resources: ['f/db'],
  languages: [{ id: 'python3', label: 'Python' }],
};

/** What is offered where `|` stands. */
function offered(marked: string): string[] {
  const offset = marked.indexOf('§');
  const found = completeFlow(marked.replace('§', ''), offset, known);
  return (found?.options ?? []).map(({ label }) => label);
}

const step = (rest: string) =>
  `summary: x\nmodules:\n  - id: fetch\n    value:\n      type: rawscript\n      content: |\n        def main():\n          return 1\n${rest}`;

describe('keys', () => {
  test('of the flow, without those that are there', () => {
    expect(offered('summary: x\n§')).toContain('modules');
    expect(offered('summary: x\n§')).not.toContain('summary');
  });

  test('of a module, also in the line of its dash and between two others', () => {
    expect(offered(step('    §'))).toEqual(expect.arrayContaining(['retry', 'skip_if']));
    expect(offered(step('    §'))).not.toContain('id');
    expect(offered(step('  - §\n    value:\n      type: identity\n'))).toEqual(expect.arrayContaining(['id', 'retry']));
    expect(offered('modules:\n- id: a\n  §\n- id: b\n  retry:\n')).toEqual(expect.arrayContaining(['value', 'retry']));
  });

  test('of a value by its type, wherever the type stands', () => {
    expect(offered('modules:\n  - id: a\n    value:\n      type: approval\n      §')).toContain('approvers');
    expect(offered('modules:\n  - id: a\n    value:\n      §\n      type: approval\n')).toContain('on_timeout');
    expect(offered('modules:\n  - id: a\n    value:\n      type: script\n      §')).not.toContain('content');
    expect(offered('modules:\n  - id: a\n    value:\n      ty§')).toContain('type');
  });

  test('of what stands deeper', () => {
    expect(offered(step('    retry:\n      §'))).toEqual(['constant', 'exponential', 'retry_if']);
    expect(offered(step('    retry:\n      constant:\n        attempts: 3\n        §'))).toEqual(['seconds']);
    expect(
      offered(
        'modules:\n  - id: l\n    value:\n      type: forloopflow\n      modules:\n        - id: in\n          §',
      ),
    ).toContain('value');
    expect(offered('value:\n  modules:\n    - id: a\n      §')).toContain('value');
  });
});

describe('values', () => {
  test('of type, language, path, approvers and groups', () => {
    const value = (line: string) => `modules:\n  - id: a\n    value:\n      ${line}`;
    expect(offered(value('type: §'))).toContain('forloopflow');
    expect(offered(value('type: rawscript\n      language: §'))).toEqual(['python3']);
    expect(offered(value('type: script\n      path: f/§'))).toEqual(['f/ops/clean']);
    expect(offered(value('type: flow\n      path: §'))).toEqual(['f/ops/nightly']);
    expect(offered(value('type: approval\n      approvers:\n        - type: group\n          name: §'))).toEqual([
      'devops',
    ]);
    expect(offered(value('type: approval\n      approvers:\n        - type: user\n          name: §'))).toEqual([
      'ada',
    ]);
    expect(offered(value('type: approval\n      approvers:\n        - type: §'))).toEqual(['group', 'user']);
    expect(offered('modules:\n  - id: a\n    worker_group:\n      value: §')).toEqual(['default', 'heavy']);
    expect(offered('modules:\n  - id: a\n    depends_on: [§')).toEqual(['fetch', 'load']);
    expect(offered('modules:\n  - id: a\n    depends_on:\n      - §')).toEqual(
      expect.arrayContaining(['fetch', 'load']),
    );
  });
});

describe('expressions', () => {
  test('know the steps and the inputs', () => {
    expect(offered(step('    skip_if:\n      expr: results.§'))).toEqual(['fetch', 'load']);
    expect(offered(step('    skip_if:\n      expr: flow_input.s§'))).toEqual(['service']);
    expect(offered(step('    skip_if:\n      expr: §'))).toContain('previous_result');
    expect(
      offered('modules:\n  - id: a\n    value:\n      type: approval\n      message: |\n        Deploy {{ results.§'),
    ).toEqual(['fetch', 'load']);
    expect(offered(`modules:\n  - id: a\n    skip_if:\n      expr: variable("u/§`)).toEqual(['u/ada/key']);
  });

  test('are not looked for in code, remarks and prose', () => {
    expect(offered('modules:\n  - id: a\n    value:\n      content: |\n        results.§')).toEqual([]);
    expect(offered('summary: a §')).toEqual([]);
  });
});
