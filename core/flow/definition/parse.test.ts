import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import fc from '@/test/property';
import type { Executable, FlowModule, ModuleBody } from '../model';
import { isModuleId, letterId } from './ids';
import { MAX_MODULES } from './model';
import { parseFlow } from './parse';
import { allModules } from './walk';

function executable(flow: unknown): Executable {
  const parsed = parseFlow(flow);
  if (parsed.kind === 'ok') return parsed.executable;
  throw new Error(parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}

const problems = (flow: unknown) => {
  const parsed = parseFlow(flow);
  return parsed.kind === 'ok' ? [] : parsed.problems;
};

const bash = (id?: string, more: object = {}, value: object = {}) => ({
  ...(id === undefined ? {} : { id }),
  value: { type: 'rawscript', language: 'bash', content: 'echo 1', ...value },
  ...more,
});
const module = (flow: Executable, id: string): FlowModule => {
  const found = [...allModules(flow)].find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
const body = <K extends ModuleBody['kind']>(flow: Executable, id: string, kind: K) => {
  const found = module(flow, id).body;
  if (found.kind !== kind) throw new Error(`${id} is ${found.kind}`);
  return found as Extract<ModuleBody, { kind: K }>;
};

const DIALECT = `
summary: Ship it
modules:
  - id: build
    value: { type: rawscript, language: python3, content: "def main(service: str, tries: int = 1): return {'image': service}" }
    retry: { exponential: { attempts: 5, multiplier: 2, seconds: 10 } }
  - id: gate
    value:
      type: approval
      approvers: [{ type: group, name: devops-team }, { type: user, name: ada }]
      message: "Ship {{ flow_input.service }}?"
      timeout: 3600
  - id: told
    value: { type: rawscript, language: bash, content: "echo $SERVICE" }
  - id: ship
    value: { type: script, path: f/devops/ship }
    depends_on: [gate]
    worker_group: { value: heavy }
  - id: on_failure
    type: failure
    value: { type: rawscript, language: python3, content: "def main(error: str, step: str): pass" }
  - id: done
    value: { type: identity }
`;

describe('the guide’s dialect', () => {
  const flow = executable(parseYaml(DIALECT));

  test('lists are sequences, depends_on makes them graphs, the failure module stands outside', () => {
    expect(flow.modules.map(({ id, after }) => [id, after])).toEqual([
      ['build', []],
      ['gate', ['build']],
      ['told', ['gate']],
      ['ship', ['gate']],
      ['done', ['ship']],
    ]);
    expect(flow.failure?.id).toBe('on_failure');
  });

  test('an approval asks with four eyes and rejects at its deadline', () => {
    expect(module(flow, 'gate').question).toMatchObject({
      approvers: [
        { kind: 'group', name: 'devops-team' },
        { kind: 'user', name: 'ada' },
      ],
      message: 'Ship {{ flow_input.service }}?',
      quorum: 1,
      timeoutS: { kind: 'static', value: 3600 },
      onDeadline: 'reject',
      allowsSelfApproval: false,
      audience: 'members',
    });
  });

  test('steps bind by name, and what nothing gives becomes an input', () => {
    expect(module(flow, 'build').bindings).toBeNull();
    expect(body(flow, 'build', 'rawscript')).toMatchObject({ argNames: ['service', 'tries'], optionalArgs: ['tries'] });
    expect(body(flow, 'told', 'rawscript').argNames).toEqual(['service']);
    expect(flow.schema).toMatchObject({ properties: { service: { type: 'string' } }, required: ['service'] });
  });

  test('a worker group and a retry', () => {
    expect(body(flow, 'ship', 'script').tag).toBe('heavy');
    expect(module(flow, 'build').retry).toMatchObject({
      constant: null,
      exponential: { attempts: 5, seconds: 10, multiplier: 2, randomFactor: 0 },
    });
  });
});

describe('OpenFlow', () => {
  const flow = executable({
    path: 'f/x/y',
    summary: 's',
    schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    value: {
      same_worker: true,
      flow_env: { ENV: 'prod' },
      concurrent_limit: 3,
      concurrency_time_window_s: 60,
      concurrency_key: 'k',
      early_return: 'c',
      failure_module: bash('failure', {}, { input_transforms: {} }),
      preprocessor_module: bash(),
      modules: [
        bash(
          undefined,
          {
            suspend: { required_events: 2, timeout: 60, user_auth_required: true, self_approval_disabled: true },
            retry: {
              constant: { attempts: 2, seconds: 1 },
              exponential: { attempts: 3, seconds: 2, multiplier: 3 },
              retry_if: { expr: 'result.ok' },
            },
            stop_after_if: { expr: 'result > 1', error_message: '' },
            skip_if: { expr: 'flow_input.n > 1' },
            sleep: { type: 'javascript', expr: 'flow_input.n' },
            timeout: 5,
            mock: { enabled: true, return_value: { a: 1 } },
            continue_on_error: true,
            cache_ttl: 60,
            priority: 7,
            delete_after_secs: 9,
          },
          {
            input_transforms: {
              x: { type: 'static', value: null },
              y: { type: 'javascript', expr: 'results.a' },
              unset: { type: 'static' },
              unwritten: { type: 'javascript', expr: '' },
            },
            concurrent_limit: 1,
            custom_concurrency_key: 'own',
            tag: 'gpu',
          },
        ),
        {
          id: 'c',
          value: {
            type: 'forloopflow',
            iterator: { type: 'javascript', expr: '[1]' },
            parallel: true,
            parallelism: 2,
            skip_failures: true,
            modules: [bash()],
          },
        },
        { value: { type: 'branchone', branches: [{ expr: 'true', modules: [bash()] }], default: [bash()] } },
        { value: { type: 'branchall', branches: [{ skip_failure: true, modules: [bash('deep')] }] } },
        {
          value: { type: 'whileloopflow', skip_failures: false, modules: [] },
          stop_after_all_iters_if: { expr: 'true' },
        },
        { value: { type: 'flow', path: 'f/x/z', input_transforms: {} }, suspend: {} },
      ],
    },
  });

  test('modules without an id get letters that nobody has', () => {
    expect([...allModules(flow)].map(({ id }) => id)).toEqual([
      'a',
      'c',
      'b',
      'd',
      'e',
      'f',
      'g',
      'deep',
      'h',
      'i',
      'preprocessor',
      'failure',
    ]);
    expect([letterId(0), letterId(25), letterId(26), letterId(701), letterId(702)]).toEqual([
      'a',
      'z',
      'aa',
      'zz',
      'aaa',
    ]);
  });

  test('every option of a step', () => {
    expect(module(flow, 'a')).toMatchObject({
      bindings: { x: { kind: 'static', value: null }, y: { kind: 'expression', source: 'results.a' } },
      retry: { constant: { attempts: 2, seconds: 1 }, exponential: { attempts: 3 }, retryIf: 'result.ok' },
      stopAfterIf: { predicate: 'result > 1', isSkip: false, errorMessage: '', includesResult: false },
      skipIf: 'flow_input.n > 1',
      sleepS: { kind: 'expression', source: 'flow_input.n' },
      timeoutS: { kind: 'static', value: 5 },
      mock: { value: { a: 1 } },
      continueOnError: true,
      cacheTtlS: 60,
      priority: 7,
      deleteAfterS: 9,
      question: { quorum: 2, audience: 'members', allowsSelfApproval: false, timeoutS: { value: 60 } },
    });
    expect(Object.keys(module(flow, 'a').bindings ?? {})).toEqual(['x', 'y']);
    expect(body(flow, 'a', 'rawscript')).toMatchObject({ tag: 'gpu', limit: { key: 'own', count: 1, windowS: null } });
    expect(module(flow, 'i').question).toMatchObject({
      quorum: 1,
      audience: 'anyone_with_link',
      allowsSelfApproval: true,
      timeoutS: { kind: 'static', value: 1800 },
    });
  });

  test('loops, branches and the flow itself', () => {
    expect(body(flow, 'c', 'forloop')).toMatchObject({
      isParallel: true,
      parallelism: { kind: 'static', value: 2 },
      skipsFailures: true,
    });
    expect(body(flow, 'g', 'branchall')).toMatchObject({ isParallel: true, branches: [{ skipsFailure: true }] });
    expect(flow).toMatchObject({
      sharesFolder: true,
      flowEnv: { ENV: 'prod' },
      limit: { key: 'k', count: 3, windowS: 60 },
      earlyReturn: 'c',
      failure: { id: 'failure' },
      preprocessor: { id: 'preprocessor' },
      schema: { properties: { n: { type: 'integer' } } },
    });
  });
});

describe('what is refused, with its place', () => {
  test.each<[string, unknown, RegExp, unknown[]]>([
    ['no flow', 'x', /group of settings/, []],
    ['no modules', { summary: 'x' }, /no list of steps/, []],
    [
      'a circle',
      { modules: [bash('a', { depends_on: ['c'] }), bash('b'), bash('c')] },
      /a → c → b → a/,
      ['modules', 0, 'depends_on'],
    ],
    [
      'itself',
      { modules: [bash('a', { depends_on: 'a' })] },
      /wait for each other: a → a/,
      ['modules', 0, 'depends_on'],
    ],
    [
      'an unknown id',
      { modules: [bash('approval'), bash('b', { depends_on: ['aproval'] })] },
      /"aproval".*Did you mean "approval"/,
      ['modules', 1, 'depends_on'],
    ],
    [
      'the id of another list',
      {
        modules: [
          { id: 'l', value: { type: 'forloopflow', iterator: [1], modules: [bash('in')] } },
          bash('b', { depends_on: ['in'] }),
        ],
      },
      /no step of the same list/,
      ['modules', 1, 'depends_on'],
    ],
    [
      'an id twice',
      { modules: [bash('a'), { id: 'l', value: { type: 'branchone', branches: [], default: [bash('a')] } }] },
      /Two steps are called "a"/,
      ['modules', 1, 'value', 'default', 0, 'id'],
    ],
    ['an id that is a path', { modules: [bash('a/b')] }, /cannot be an id/, ['modules', 0, 'id']],
    ['an id that is none', { modules: [bash('__proto__')] }, /cannot be an id/, ['modules', 0, 'id']],
    [
      'two failure modules',
      { modules: [bash('a', { type: 'failure' })], failure_module: bash('b') },
      /second/,
      ['failure_module'],
    ],
    [
      'an approval without a deadline',
      { modules: [{ id: 'g', value: { type: 'approval' } }] },
      /until when/,
      ['modules', 0, 'value'],
    ],
    [
      'an approver without a kind',
      { modules: [{ id: 'g', value: { type: 'approval', timeout: 1, approvers: ['ada'] } }] },
      /An approver is/,
      ['modules', 0, 'value', 'approvers', 0],
    ],
    [
      'a loop over nothing',
      { modules: [{ id: 'l', value: { type: 'forloopflow', modules: [] } }] },
      /nothing to go over/,
      ['modules', 0, 'value'],
    ],
    [
      'no code',
      { modules: [{ id: 'a', value: { type: 'rawscript', language: 'bash' } }] },
      /no code/,
      ['modules', 0, 'value', 'content'],
    ],
    [
      'a text for a number',
      { modules: [bash('a', { cache_ttl: 'x' })] },
      /cache_ttl has to be a number/,
      ['modules', 0, 'cache_ttl'],
    ],
    [
      'a wrong worker group',
      { modules: [bash('a', { worker_group: { value: 'a b' } })] },
      /cannot be a worker group/,
      ['modules', 0],
    ],
    ['an early return to nowhere', { modules: [], early_return: 'x' }, /no step of this flow/, ['early_return']],
  ])('%s', (_, flow, message, path) => {
    const found = problems(flow).find((problem) => message.test(problem.message));
    expect(found).toMatchObject({ path, isUnsupported: false });
  });

  test('what other clients run may be saved and not run', () => {
    const found = problems({
      modules: [
        { id: 'ai', value: { type: 'aiagent', tools: [] } },
        { id: 'go', value: { type: 'rawscript', language: 'go', content: '' } },
        { id: 'hub', value: { type: 'script', path: 'hub/1/x' } },
      ],
    });
    expect(found.map(({ moduleId, isUnsupported }) => [moduleId, isUnsupported])).toEqual([
      ['ai', true],
      ['go', true],
      ['hub', true],
    ]);
  });

  test('a mistyped key is warned of', () => {
    const parsed = parseFlow({ modules: [bash('a', { retrys: {} })] });
    expect(parsed.warnings).toMatchObject([
      { moduleId: 'a', message: expect.stringContaining('Did you mean "retry"?') },
    ]);
  });

  test('too many steps and too deep ones', () => {
    const many = Array.from({ length: 10_000 }, () => bash());
    expect(problems({ modules: many })[0]?.message).toContain(`${MAX_MODULES} steps`);
    let deep: object = bash('x');
    for (let i = 0; i < 20_000; i++) deep = { value: { type: 'forloopflow', iterator: [1], modules: [deep] } };
    expect(problems({ modules: [deep] })[0]?.message).toContain('nested');
  });
});

describe('whatever it is given', () => {
  const word = fc.constantFrom(
    'id',
    'value',
    'modules',
    'type',
    'rawscript',
    'forloopflow',
    'branchone',
    'branchall',
    'approval',
    'suspend',
    'retry',
    'constant',
    'depends_on',
    'branches',
    'default',
    'expr',
    'a',
    'b',
    'iterator',
    'input_transforms',
    'language',
    'python3',
    'content',
    'failure',
    'attempts',
    'worker_group',
    'stop_after_if',
    'schema',
    'mock',
    '__proto__',
    'constructor',
    'timeout',
    'flow',
    'path',
  );
  const { garbage } = fc.letrec<{ garbage: unknown }>((tie) => ({
    garbage: fc.oneof(
      { depthSize: 'large', withCrossShrink: true },
      word,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.double(),
      fc.string(),
      fc.array(tie('garbage'), { maxLength: 4 }),
      fc.dictionary(word, tie('garbage'), { maxKeys: 8 }),
    ),
  }));

  test('reading never throws, and what may run is well formed', () => {
    fc.assert(
      fc.property(
        fc.oneof(garbage, fc.record({ modules: fc.array(garbage, { maxLength: 5 }) }), fc.anything()),
        (flow) => {
          const parsed = parseFlow(flow);
          if (parsed.kind === 'problems') {
            expect(parsed.problems.every(({ message }) => /^[A-Z"a-z].*[.?]$/s.test(message))).toBe(true);
            return;
          }
          const ids = [...allModules(parsed.executable)].map(({ id }) => id);
          expect(ids.every(isModuleId)).toBe(true);
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('any graph without a circle is accepted, any with one is named', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 16 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const modules = Array.from({ length: 8 }, (_, at) =>
          bash(`m${at}`, { depends_on: pairs.filter(([from]) => from === at).map(([, to]) => `m${to}`) }),
        );
        const waits = (at: number, seen: readonly number[]): boolean =>
          seen.includes(at) || pairs.some(([from, to]) => from === at && waits(to, [...seen, at]));
        const hasCircle = modules.some((_, at) => waits(at, []));
        expect(problems({ modules }).some(({ message }) => message.includes('wait for each other'))).toBe(hasCircle);
      }),
      { numRuns: 300 },
    );
  });
});

test('a flow and a step may ask that their runs are deleted', () => {
  const step = { id: 'a', value: { type: 'identity' }, delete_after_secs: 5 };
  const parsed = parseFlow({ delete_after_secs: 60, modules: [step] });
  expect(parsed).toMatchObject({ executable: { deleteAfterS: 60, modules: [{ deleteAfterS: 5 }] }, warnings: [] });
  const wrong = parseFlow({ delete_after_secs: 'soon', modules: [{ ...step, delete_after_secs: -1 }] });
  expect(wrong).toMatchObject({
    kind: 'problems',
    problems: [{ path: ['modules', 0, 'delete_after_secs'] }, { path: ['delete_after_secs'] }],
  });
});

test('settings mean the same however they are written', () => {
  const written = (text: string) => executable(parseYaml(text, { merge: true }));
  const plain = `
modules:
  - id: loop
    retry: {constant: {attempts: 5, seconds: 30}}
    value:
      type: forloopflow
      iterator: {type: javascript, expr: results.x}
      parallel: true
      parallelism: 2
      modules:
        - id: inner
          timeout: 60
          continue_on_error: true
          value: {type: identity}
`;
  const other = plain
    .replace('attempts: 5, seconds: 30', 'attempts: "5", seconds: \'30\'')
    .replace('{type: javascript, expr: results.x}', 'results.x')
    .replace('parallel: true', 'parallel: yes')
    .replace('parallelism: 2', 'parallelism: "2"')
    .replace('timeout: 60', "timeout: '60'")
    .replace('continue_on_error: true', 'continue_on_error: "True"')
    .replaceAll('\n', '\r\n');
  expect(written(other)).toEqual(written(plain));
  const anchored = written(
    'modules:\n  - {id: a, value: &v {type: rawscript, language: bash, content: echo 1}}\n' +
      '  - id: b\n    value:\n      <<: *v\n      content: echo 2\n',
  );
  expect(body(anchored, 'b', 'rawscript')).toMatchObject({ language: 'bash', content: 'echo 2' });
});

test('names that are nearly right are told', () => {
  expect(problems({ modules: [bash('a', {}, { language: 'python' })] })).toMatchObject([
    { message: '"python" is written python3 here.', isUnsupported: false },
  ]);
  expect(problems({ modules: [bash('a', {}, { language: 'cobol' })] })).toMatchObject([{ isUnsupported: true }]);
  const asking = (approvers: unknown) => ({
    modules: [{ id: 'ask', value: { type: 'approval', timeout: 60, approvers } }],
  });
  expect(module(executable(asking(['g/devops-team', 'u/ada'])), 'ask').question?.approvers).toEqual([
    { kind: 'group', name: 'devops-team' },
    { kind: 'user', name: 'ada' },
  ]);
  expect(problems(asking(['devops-team']))).toHaveLength(1);
});
