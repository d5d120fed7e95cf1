import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { lintScript } from './lint';
import type { LintFinding, LintInput } from './model';
import { undefinedPythonNames } from './python';

const lint = (language: string, content: string, rest: Partial<LintInput> = {}): LintFinding[] =>
  lintScript({ language, content, ...rest });
const python = (content: string, rest: Partial<LintInput> = {}) => lint('python3', content, rest);
const main = 'def main(): ...\n';
const codes = (findings: LintFinding[]) => findings.map((finding) => finding.code);
const undefinedIn = (content: string) => undefinedPythonNames(content).map((use) => use.name);

const vacuumTable = `def main(db: postgresql, table_name: str, analyze: bool = True) -> dict:
    """
    Runs VACUUM (and optionally ANALYZE) on a specific table.
    """
    if not table_name.replace('_', '').replace('.', '').isalnum():
        raise ValueError(f"Invalid table name: {table_name}")

    conn = psycopg2.connect(**db)
    command = f"VACUUM {'ANALYZE' if analyze else ''} {table_name}"
    conn.cursor().execute(command)
    return {"status": "complete", "command": command, "table": table_name}
`;

describe('names nothing defines', () => {
  test('a script without its imports is told which ones', () => {
    const findings = python(vacuumTable);
    expect(
      findings.map(({ severity, code, line, column, endColumn }) => ({ severity, code, line, column, endColumn })),
    ).toEqual([
      { severity: 'error', code: 'undefined-name', line: 1, column: 14, endColumn: 24 },
      { severity: 'error', code: 'undefined-name', line: 8, column: 12, endColumn: 20 },
    ]);
    expect(findings[1]?.message).toBe('"psycopg2" is not defined: import it or assign it first.');
  });

  test.each([
    ['imports', 'import os, a.b, c.d as e\nfrom x import (y as z, w,  # why\n  v)\nprint(os, a.b.q, e, z, w, v)'],
    ['a later definition', 'def main():\n    return helper(LIMIT)\ndef helper(n): return n\nLIMIT = 3'],
    [
      'comprehensions',
      'rows = [[1]]\nprint([x for row in rows for x in row if x], {k: v for k, v in []}, sum(n for n in rows))',
    ],
    ['a star in a comprehension', 'print([rest for first, *rest in [(1, 2)]])'],
    ['lambdas', 'f = lambda a, *b, c=1, **d: (a, b, c, d)'],
    ['parameters', 'def main(a, /, b, *args, c=1, **kw): return a, b, args, c, kw'],
    [
      'try and with',
      'try:\n    pass\nexcept* ValueError as e:\n    print(e)\nwith open("f") as f, open("g") as (g, h):\n    print(f, g, h)',
    ],
    ['a grouped with', 'with (\n    open("f") as f,  # one\n    open("g") as g,\n):\n    print(f, g)'],
    ['loops', 'for i, (a, *b) in []:\n    print(i, a, b)\nelse:\n    pass'],
    ['walrus', 'if (n := len("x")) > 1: print(n)\nprint([y for x in [] if (y := x)], y)'],
    [
      'match',
      'from m import Point\nmatch [1]:\n    case Point(x=0, y=yy) if yy: print(yy)\n    case [a, *rest] | {"k": a, **rest}: print(a, rest)\n    case Point() as p: print(p)\n    case {}: pass\n    case str(s): print(s)',
    ],
    [
      'classes',
      'class A:\n    x = 1\n    y = x\n    def m(self): return __class__, self\n    z = [x for x in [1]]\nclass B(A, metaclass=type): pass',
    ],
    ['type parameters', 'def f[T: int, *Ts, **P](x: T) -> T: return x\nclass C[T]:\n    a: T\ntype L[U] = list[U]'],
    [
      'global and nonlocal',
      'def f():\n    global total\n    total = 1\ndef g():\n    n = 1\n    def h():\n        nonlocal n\n        n += 1\nprint(total)',
    ],
    ['module names', 'print(__name__, __file__, __doc__)'],
    ['unpacking and augmenting', 'a, (b, *c) = [d] = 1, (2, 3)\na += 1\nx: int = 3\nx.y[b] = c\ndel d'],
    ['keyword arguments', 'print(sep="", end=f"{1!r:>{2}}")'],
    ['a decorator', 'import app\n@app.get("/")\ndef f(): ...'],
    ['a probed name', 'try:\n    unicode\nexcept NameError:\n    unicode = str'],
    ['a star import', 'from m import *\nprint(anything)'],
    ['a generator with a bare yield', 'def f():\n    x = yield\n    yield\n    return 1. + x'],
    ['a lambda with a slash', 'f = lambda a, /, b: a + b'],
    ['future annotations', 'from __future__ import annotations\nclass A:\n    def f(self) -> A: ...'],
    ['quoted types', 'def f(x: "A", y: Literal["nothing"]): ...\nfrom typing import Literal\nclass A: ...'],
  ])('%s', (_name, content) => {
    expect(python(main + content).filter((finding) => finding.code !== 'missing-main')).toEqual([]);
  });

  test.each([
    ['def f(): return a', ['a']],
    ['class A:\n    x = 1\n    def m(self): return x', ['x']],
    ['print([n for n in []], n)', ['n']],
    ['def f(a=b): return a', ['b']],
    ['f"{name!r:>{width}}"', ['name', 'width']],
    ['@deco\ndef f(): ...', ['deco']],
    ['match 1:\n    case Missing.RED: pass\n    case Other(x=1): pass', ['Missing', 'Other']],
    ['x = lambda: y', ['y']],
    ['def outer():\n    inner = 1\nprint(inner)', ['inner']],
    ['with a as b: pass', ['a']],
    ['print(x, x)', ['x']],
    ['from a import b as c\nprint(b)', ['b']],
    ['import a.b as c\nprint(a)', ['a']],
  ])('%j misses %j', (content, names) => {
    expect(undefinedIn(main + content)).toEqual(names);
  });

  test('a name close to one that exists is suggested', () => {
    expect(python('def main(table_name): return tabel_name')[0]?.message).toContain('Did you mean "table_name"?');
  });

  test('a type that is never evaluated only warns', () => {
    const [finding] = python('def main(x: "Missing"): ...');
    expect(finding).toMatchObject({ severity: 'warning', code: 'undefined-name' });
  });

  test('a name in capitals is filled from the variable of that name', () => {
    const content = 'import requests\ndef main():\n    requests.post(SLACK_WEBHOOK)';
    const variables = ['f/ops/SLACK_WEBHOOK', 'f/ops/other'];
    expect(python(content, { variableNames: variables })).toMatchObject([
      {
        severity: 'info',
        code: 'filled-from-variable',
        line: 3,
        message: expect.stringContaining('f/ops/SLACK_WEBHOOK'),
      },
    ]);
    expect(python(content, { variableNames: ['f/x/slack_webhook'] })).toMatchObject([
      { severity: 'error', message: expect.stringContaining('create a variable') },
    ]);
    expect(python(content, { variableNames: [...variables, 'u/me/SLACK_WEBHOOK'] })).toMatchObject([
      { severity: 'warning' },
    ]);
  });
});

describe('what Python cannot read', () => {
  test.each([
    ['def main(:\n    pass', 1],
    ['def main():\n    x = (1,\n    return 2\n', 2],
    ['def main():\n    x = "abc\n    return 2', 2],
    ['def main():\n    """doc\n    return 2', 2],
    ['def main():\nreturn 2', 2],
    ['def main():\n    if True\n        pass', 2],
    ['def main():\n    pass\n      x = 1', 3],
    ['def main():\n        pass\n    x = 1', 3],
    ['def main():\n    print "hello"', 2],
    ['def main():\n    x = = 3', 2],
    ['def main():\n    return )', 2],
    ['def main():\n    for x in range(3) print(x)', 2],
    ['def main():', 1],
  ])('%j on line %i', (content, line) => {
    const findings = python(content);
    expect(findings[0]).toMatchObject({ severity: 'error', line });
    expect(['syntax', 'signature']).toContain(findings[0]?.code);
    expect(findings[0]?.message).toMatch(/\.$/);
  });

  test.each([
    'match = 1\ncase = match\ntype = 2\nprint(match, case, type)',
    'def f():\n\tif True:\n\t\treturn 1\n\treturn 2',
    'x = [\n  1,\n] ; y = {\n"a": lambda: 1}',
    'print(f"{ {"a": 1}["a"] } {f"{1}"} {{}} {1:{2}.{3}}")',
    'if True: pass\nelse: pass\nclass A: x = 1',
    'async def f():\n    async with a as b:\n        async for c in b: await c\na = 1',
    'x = 1 if True else \\\n  2',
    'def f(a, *, b: int = 3, **k) -> "str": ...\r\nif a:\r\n    pass\r\na = 1',
    'def f(*args: *tuple[int]): ...',
    'print(*[1], **{}, sep="")',
    'x = (yield_ := 1)',
    'match 1, 2:\n    case (1, 2) | [3, *_] if True: ...\n    case _: ...',
  ])('%j is fine', (content) => {
    expect(codes(python(main + content))).not.toContain('syntax');
  });

  test('a byte order mark is no indentation', () => {
    expect(python('\ufeffdef main():\n    return 1\nx = 2')).toEqual([]);
  });

  test('a missing main is a warning, since a file may only be shared code', () => {
    expect(python('def helper(): ...')).toMatchObject([{ severity: 'warning', code: 'missing-main', line: 1 }]);
  });

  test('a broken list of arguments is told once', () => {
    expect(codes(python('def main(a: int, b: ): ...'))).toEqual(['signature']);
  });
});

describe('TypeScript', () => {
  test('main must be there and be exported', () => {
    expect(lint('bun', 'export async function main() {}')).toEqual([]);
    expect(lint('deno', 'const x = 1;')).toMatchObject([{ severity: 'warning', code: 'missing-main' }]);
    expect(lint('bun', 'const x = 1;\nfunction main() {}')).toMatchObject([
      { severity: 'error', code: 'missing-main', line: 2 },
    ]);
  });

  test('what cannot be read is marked', () => {
    expect(lint('bun', 'export async function main() {\n  const x = ;\n}')).toMatchObject([
      { severity: 'warning', code: 'syntax', line: 2 },
    ]);
    expect(lint('bun', 'export async function main() {\n  const x = {')[0]).toMatchObject({ code: 'syntax' });
  });

  test('valid TypeScript that the parser does not know is fine', () => {
    const content = `
      export { type Options, helper };
      type Options = [string, number?];
      const helper = [1].filter((x): x is 1 => x === 1);
      export async function main(o: Options) {
        let late!: string;
        try { late = 'x'; } catch (error: unknown) { console.log(error, o); }
        return late satisfies string;
      }`;
    expect(lint('bun', content)).toEqual([]);
  });
});

describe('secrets in plain text', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const aws = `AKIA${'Q7RZ4LXW2MBN5KTD'}`;
  const github = `ghp_${'a1B2'.repeat(9)}`;
  const slack = `xoxb-${'123456789012'}-abc`;
  const key = `-----BEGIN ${'RSA PRIVATE'} KEY-----`;
  const bearer = `Bearer ${'f81d4fae7dec11d0a76500a0c91e6bf6'}`;
  const address = `postgres://app:${'hunter2b'}@db.internal/app`;

  test.each([aws, github, slack, key, bearer, address])('%s', (secret) => {
    const findings = python(`${main}TOKEN = "${secret}"`);
    expect(findings).toMatchObject([{ severity: 'warning', code: 'plain-secret', line: 2 }]);
    expect(findings[0]?.message).toContain('move it to a variable');
    expect(lint('bash', `X="${secret}"`)).toMatchObject([{ code: 'plain-secret', line: 1, column: 4 }]);
  });

  test('examples, templates and references are not secrets', () => {
    const harmless = [
      `AKIA${'IOSFODNN7EXAMPLE'}`,
      'Bearer {token}',
      'Bearer $TOKEN',
      'postgres://app:{password}@db/app',
      'postgres://user:password@localhost/db',
      'sk-short',
    ];
    for (const text of harmless) expect(lint('bash', `X='${text}'`)).toEqual([]);
  });
});

describe('the worker group', () => {
  const script = { language: 'bash', content: 'echo 1' };

  test('a name that no group has gets the closest one', () => {
    const findings = lintScript({ ...script, tag: 'hevy', knownGroups: ['default', 'heavy'] });
    expect(findings).toMatchObject([{ severity: 'warning', code: 'unknown-group', line: 1 }]);
    expect(findings[0]?.message).toBe('There is no worker group "hevy"; the closest is "heavy".');
  });

  test('a name that cannot be one is an error; known, absent and unchecked ones are fine', () => {
    expect(codes(lintScript({ ...script, tag: 'a b' }))).toEqual(['bad-group-name']);
    expect(lintScript({ ...script, tag: 'heavy', knownGroups: ['heavy'] })).toEqual([]);
    expect(lintScript({ ...script, tag: 'native' })).toEqual([]);
    expect(lintScript({ ...script, tag: null, knownGroups: [] })).toEqual([]);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...'def main():§\n    §\n§class A§:§(§)§[§]§{§}§"""§\'§f"{§}"§lambda §for x in §match §case §import §from §as §with §yield§global x§*§=§:=§ ;§\\§#§async §export function main§`§${§<T>§=>§type X = '.split(
      '§',
    ),
  );
  const soup = fc
    .array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 50 })
    .map((parts) => parts.join(''));

  test('linting never throws and points into the text', () => {
    fc.assert(
      fc.property(fc.constantFrom('python3', 'bun', 'bash', 'postgresql', 'go'), soup, (language, content) => {
        const lines = content.split(/\r\n|\n|\r/).length;
        return lint(language, content).every(
          (finding) =>
            finding.line >= 1 && finding.line <= lines && finding.endLine >= finding.line && finding.column >= 1,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('endless nesting is answered', () => {
    for (const language of ['python3', 'bun']) expect(() => lint(language, '['.repeat(5000))).not.toThrow();
    expect(() => python(`${main}x = ${'('.repeat(5000)}1${')'.repeat(5000)}`)).not.toThrow();
  });
});
