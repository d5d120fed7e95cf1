import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { type Evaluator, openEvaluator } from './evaluate';
import type { Lookup, Scope } from './model';
import { isTruthyJson, memberPath, references } from './rules';
import { renderTemplateLater } from './template';

let evaluator: Evaluator;
beforeAll(async () => {
  evaluator = await openEvaluator();
});
afterAll(() => evaluator.close());

const value = (json: unknown): Lookup => ({ kind: 'value', json: JSON.stringify(json) });

function scope(values: { results?: Record<string, unknown>; constants?: Record<string, unknown> } = {}): Scope {
  const results = values.results ?? { fetch: { rows: [{ id: 7 }, { id: 8 }], 'odd key': true }, empty: null };
  const constants = Object.entries(values.constants ?? { iter: { index: 2, value: 'eu' } });
  return {
    flowInput: '{"name":"Ada","count":3,"big":12345678901234567890}',
    previousResult: '{"ok":true}',
    result: (id) =>
      id === 'later' ? { kind: 'needed' } : Object.hasOwn(results, id) ? value(results[id]) : { kind: 'missing' },
    variable: (path) =>
      path === 'f/x/none' ? { kind: 'missing', message: `The variable ${path} does not exist.` } : value(`v:${path}`),
    resource: (path) => (path === 'f/x/slow' ? { kind: 'needed' } : value({ host: path })),
    constants: Object.fromEntries(constants.map(([name, constant]) => [name, JSON.stringify(constant)])),
  };
}

const evaluate = (source: string) => evaluator.evaluate(source, scope());
function json(source: string): unknown {
  const outcome = evaluate(source);
  if (outcome.kind !== 'value') throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.json);
}

describe('what an expression may say', () => {
  test.each<[string, unknown]>([
    ['results.fetch.rows[0].id', 7],
    ['results["fetch"].rows.length', 2],
    ["results.fetch['odd key']", true],
    ['results?.nothing?.[0]', null],
    ['results.empty', null],
    ['results.fetch.rows.map(row => { return row.id * 2 })', [14, 16]],
    ['flow_input.name + " " + flow_input.count', 'Ada 3'],
    ['previous_result.ok && iter.value', 'eu'],
    ['variable("f/x/key")', 'v:f/x/key'],
    ['(await resource("f/x/db")).host', 'f/x/db'],
    ['const twice = flow_input.count * 2;\nreturn { twice }', { twice: 6 }],
    ['{ let x = 1; return x }', 1],
    ['"return me"', 'return me'],
    ['flow_input.count;', 3],
    ['flow_input.count // how many', 3],
    ['const twice = flow_input.count * 2; twice + 1', 7],
    ['let sum = 0; for (const { id } of results.fetch.rows) sum += id; sum', 15],
    ["if (flow_input.count > 2) { 'many' } else { 'few' }", 'many'],
    ['undefined', null],
    ['x => x', null],
    ['return', null],
    ['({ ["th" + "en"]: 1 })', JSON.parse('{"then":1}')],
    ['Promise.resolve([1])', [1]],
    ['Object.keys(results).length + ("fetch" in results) + ("nothing" in results)', 1],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['const double = (x) => { return x * 2 }; double(4)', 8],
    ['const double = (x) => { return x * 2 }; return double(4)', 8],
    ['({ n: [2n ** 64n] })', { n: ['18446744073709551616'] }],
    ['"a\\u0000\\ud800b".length', 4],
    ['flow\\u005finput.count', 3],
  ])('%s', (source, expected) => {
    expect(json(source)).toEqual(expected);
  });

  test('a number that is only read keeps its digits', () => {
    const flowInput = '{"n":[9007199254740993]}';
    const read = (source: string) => evaluator.evaluate(source, { ...scope(), flowInput });
    expect(read('flow_input.n[0]')).toEqual({ kind: 'value', json: '9007199254740993' });
    expect(read('flow_input.n[0].rawJSON')).toEqual({ kind: 'value', json: 'null' });
  });

  test('a value that is read whole keeps its text', () => {
    expect(evaluate('flow_input')).toEqual({ kind: 'value', json: scope().flowInput });
  });

  test.each([
    ['results.later.x', { kind: 'result', name: 'later' }],
    ['results.later', { kind: 'result', name: 'later' }],
    ['results[["later"][0]]', { kind: 'result', name: 'later' }],
    ['(() => { try { return results[["later"][0]] } catch { return 1 } })()', { kind: 'result', name: 'later' }],
    ['resource("f/x/slow").host', { kind: 'resource', name: 'f/x/slow' }],
  ])('%s asks for what it lacks', (source, need) => {
    expect(evaluate(source)).toEqual({ kind: 'needs', needs: [need] });
  });

  test.each([
    ['1 +', /^SyntaxError/],
    ['nobody.knows', /^ReferenceError: nobody is not defined/],
    ['results.nothing.x', /^TypeError: cannot read property 'x' of undefined/],
    ['variable("f/x/none")', /The variable f\/x\/none does not exist\./],
    ['(() => { throw new Error("my words") })()', /my words/],
    ['(() => { throw { toString() { for (;;); } } })()', /Error/],
    ['new Promise(() => {})', /never happens/],
    ['1'.repeat(100_001), /100000 characters/],
  ])('%.40s says what is wrong', (source, message) => {
    expect(evaluate(source)).toEqual({ kind: 'error', message: expect.stringMatching(message) });
  });
});

describe('what an expression may not do', () => {
  const SECRET = 'fantail-host-canary';

  test.each([
    'constructor.constructor("return process")().env',
    '[].constructor.constructor("return process.env")()',
    '(() => {}).constructor("return globalThis.process.mainModule")()',
    '(async () => {}).constructor("return process")()',
    '(function* () {}).constructor("return process")().next().value',
    'eval("process")',
    'new Function("return process")()',
    'import("node:fs")',
    'import("fs").then(fs => fs.readFileSync("/etc/passwd", "utf8"))',
    'require("child_process").execSync("id")',
    'globalThis.process.env',
    'variable.constructor("return process")()',
    'variable.__proto__.constructor("return process")()',
    'results.__proto__.constructor.constructor("return process")()',
    'results.constructor.constructor("return process")()',
    'Error.prepareStackTrace.constructor("return process")()',
    'new Proxy({}, { get: (t, k, r) => r.constructor.constructor("return process") }).x()',
    ['`$', '{(() => {}).constructor("return process")()}`'].join(''),
    '((strings) => strings.constructor.constructor("return process")())`x`',
    'with (globalThis) { process }',
    '\\u0070rocess.env',
    'this.constructor.constructor("return process")()',
    'WebAssembly.Memory',
    'fetch("http://127.0.0.1")',
  ])('%s', (source) => {
    process.env.FANTAIL_CANARY = SECRET;
    const outcome = evaluate(source);
    delete process.env.FANTAIL_CANARY;
    expect(outcome.kind).toBe('error');
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
  });

  test('what it changes is gone with it, here and in the next one', () => {
    evaluate('Object.prototype.polluted = 1; globalThis.left = 1; Array.prototype.map = () => 0; return 1');
    evaluate('flow_input.__proto__.polluted = 1; return results.__proto__ = { polluted: 1 }');
    evaluate('JSON.parse = () => ({ count: "forged" }); JSON.stringify = () => "forged"; return 1');
    expect(json('[typeof left, ({}).polluted ?? null, [1].map(x => x + 1), flow_input.count]')).toEqual([
      'undefined',
      null,
      [2],
      3,
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test.each([
    ['loops', 'for (;;); return 1', /longer than a second/],
    ['loops in promises', '(async () => { for (;;) await 1 })()', /longer than a second/],
    ['loops in a getter of its value', '({ get a() { for (;;); } })', /longer than a second/],
    ['matches without end', '/^(a+)+$/.test("a".repeat(40) + "!")', /longer than a second/],
    ['loops inside a built-in', 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', /longer than a second/],
    [
      'allocates arrays',
      'const all = []; for (;;) all.push(new Array(1e5).fill(0)); return 1',
      /32 MB|longer than a second/,
    ],
    ['allocates text', '"x".repeat(2 ** 28)', /32 MB/],
    ['allocates numbers', '(2n ** 100000n) ** 1000n', /BigInt|32 MB/],
    ['recurses', '(() => { const f = () => f() + 1; return f() })()', /too deeply/],
    ['recurses through a getter', '({ get a() { return this.a } }).a', /too deeply/],
    ['recurses in the parser', 'eval("(".repeat(1e5))', /overflow|too deeply/],
    [
      'recurses in JSON',
      'let a = []; for (let i = 0; i < 3e4; i++) a = [a]; return a',
      /too deeply|overflow|longer than a second/,
    ],
  ])('an expression that %s is stopped, and the next one works', (_, source, message) => {
    expect(evaluate(source)).toEqual({ kind: 'error', message: expect.stringMatching(message) });
    expect(json('1 + flow_input.count')).toBe(4);
  });

  test('an expression that loops leaves the process free when it is not waited for', async () => {
    const endless = evaluator.evaluateLater('for (;;); return 1', scope());
    const next = evaluator.evaluateLater('flow_input.count + 1', scope());
    expect(json('flow_input.count + 2')).toBe(5);
    expect(await endless).toMatchObject({ kind: 'error' });
    expect(await next).toEqual({ kind: 'value', json: '4' });
  });
});

test('reading members without the interpreter gives what the interpreter gives', () => {
  const key = fc.constantFrom('a', 'b', 'length', '0', '1', 'constructor', '__proto__', 'odd key');
  fc.assert(
    fc.property(
      fc.jsonValue({ depthSize: 'medium' }),
      fc.array(fc.tuple(fc.constantFrom('.', '?.', '[]'), key), { maxLength: 4 }),
      (result, path) => {
        const source = path.reduce((text, [access, name]) => {
          const isName = /^[a-z_]+$/.test(name);
          return access === '[]' || !isName ? `${text}["${name}"]` : `${text}${access}${name}`;
        }, 'results.x');
        const inside = scope({ results: { x: result } });
        expect(memberPath(source)).not.toBeNull();
        const [direct, interpreted] = [source, `(${source})`].map((text) => evaluator.evaluate(text, inside));
        const read = (outcome: typeof direct) =>
          outcome?.kind === 'value' ? { kind: 'value', json: JSON.parse(outcome.json) } : outcome;
        expect(read(direct)).toEqual(read(interpreted));
      },
    ),
    { numRuns: 300 },
  );
});

test('a plain member takes microseconds, a small expression less than a few milliseconds', () => {
  const once = (source: string, times: number) => {
    const startMs = performance.now();
    for (let i = 0; i < times; i++) evaluate(source);
    return (performance.now() - startMs) / times;
  };
  /** The best of five: what a busy machine adds is not the expression's. */
  const time = (source: string, times: number) => Math.min(...Array.from({ length: 5 }, () => once(source, times)));
  expect(time('results.fetch.rows[0].id', 200)).toBeLessThan(0.3);
  expect(time('results.fetch.rows.length > 1', 30)).toBeLessThan(10);
});

test('references are found where they stand, and not in text', () => {
  const source =
    'results.a + results?.b["c"] + results["d e"] + variable("f/x/y") // results.no\n+ "results.no" + results[x]';
  const found = references(source);
  expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'result a',
    'result b',
    'result d e',
    'variable f/x/y',
  ]);
  expect(found.map(({ from, to }) => source.slice(from, to))).toEqual(['a', 'b', '"d e"', '"f/x/y"']);
});

test('truth is JavaScript’s', () => {
  fc.assert(fc.property(fc.jsonValue(), (any) => isTruthyJson(JSON.stringify(any)) === Boolean(any)));
});

describe('templates', () => {
  const render = (template: string) => renderTemplateLater(template, evaluator, scope());

  test('values are written as people read them, gaps are named', async () => {
    const text =
      'Deploy {{ flow_input.name }} x{{flow_input.count}}: {{ results.fetch.rows }} {{ flow_input.version }} {{ nobody.x }}';
    expect(await render(text)).toEqual({
      kind: 'value',
      text: `Deploy Ada x3: [{"id":7},{"id":8}] [flow_input.version: no value] [nobody.x: ReferenceError: nobody is not defined]`,
    });
  });

  test('braces inside expressions and braces without an end', async () => {
    expect(await render('{{ ({ a: { b: "}}" } }).a.b }} {{ open and } alone')).toEqual({
      kind: 'value',
      text: '}} {{ open and } alone',
    });
  });

  test('what has to be loaded is asked for at once', async () => {
    expect(await render('{{ results.later }} {{ resource("f/x/slow") }}')).toMatchObject({
      kind: 'needs',
      needs: [{ name: 'later' }, { name: 'f/x/slow' }],
    });
  });

  test('any text is rendered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('{', '}', '"', 'a', '\\', ' ', '`') }), async (text) => {
        expect((await render(text)).kind).toBe('value');
      }),
      { numRuns: 200 },
    );
  });
});
