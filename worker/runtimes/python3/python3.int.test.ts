import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';

let bench: TestBench;
beforeAll(async () => {
  bench = await openBench({ warm: { python3: 2 } });
  bench.sandboxes.prewarm();
});
afterAll(() => bench.close());

const python = (content: string, args: Record<string, unknown> = {}) => bench.run('python3', content, args);

describe('arguments', () => {
  it('go by name; defaults fill in, unknown ones are dropped', async () => {
    const { result } = await python('def main(a, b=3, *, c="x"):\n    return [a, b, c]', { c: 'y', a: 1, extra: true });
    expect(result).toEqual([1, 3, 'y']);
  });

  it('all reach a main that takes any', async () => {
    expect((await python('def main(a, **rest):\n    return rest', { a: 1, b: 2 })).result).toEqual({ b: 2 });
  });

  it('that are missing are named', async () => {
    const { failure } = await python('def main(a, b, c=1):\n    pass', { c: 2 });
    expect(failure).toBe('MissingArgument: main needs the arguments a, b, which the job did not get.');
  });

  it('of a TypedDict hold the declared keys only', async () => {
    const script = [
      'from typing import TypedDict, Optional',
      'class postgresql(TypedDict):',
      '    host: str',
      '    port: int',
      'def main(db: postgresql, maybe: Optional[postgresql] = None):',
      '    return [db, maybe]',
    ].join('\n');
    const db = { host: 'h', port: 1, sslmode: 'disable', root_certificate_pem: 'x' };
    expect((await python(script, { db, maybe: db })).result).toEqual([
      { host: 'h', port: 1 },
      { host: 'h', port: 1 },
    ]);
  });

  describe('of a TypedDict', () => {
    const script = (body = '    host: str\n    port: int\n    tags: NotRequired[list[str]]\n    note: str | None') =>
      `from typing import TypedDict, Optional, NotRequired\nclass postgresql(TypedDict):\n${body}\ndef main(db: postgresql):\n    return db\n`;
    const whole = { host: 'h', port: 1, note: null };

    it.each([
      ['lacks a key', { host: 'h', note: '' }, 'it lacks the key port. It has host, note.'],
      ['lacks several', {}, 'it lacks the keys host, port, note. It has nothing.'],
      ['has text for a number', { ...whole, port: '5432' }, 'its key port has to be a whole number, and is text.'],
      [
        'has a truth for a number',
        { ...whole, port: true },
        'its key port has to be a whole number, and is true or false.',
      ],
      ['has a fraction', { ...whole, port: 1.5 }, 'its key port has to be a whole number, and is a number.'],
      ['has null', { ...whole, host: null }, 'its key host has to be text, and is null.'],
      ['has a text for a list', { ...whole, tags: 'a' }, 'its key tags has to be a list, and is text.'],
    ])('what %s is refused by name', async (_name, db, complaint) => {
      expect((await python(script(), { db })).failure).toBe(
        `BadArgument: The argument db does not fit postgresql: ${complaint}`,
      );
    });

    it('no object at all is refused, too', async () => {
      const { failure } = await python(script(), { db: 'g/all/prod' });
      expect(failure).toBe('BadArgument: The argument db has to be postgresql, an object, and is text.');
    });

    it('what fits passes: optional keys, null where it may be, whole numbers however written', async () => {
      expect((await python(script(), { db: whole })).result).toEqual(whole);
      const more = { ...whole, port: 5432.0, tags: ['a'], note: 'n' };
      expect((await python(script(), { db: { ...more, sslmode: 'x' } })).result).toEqual(more);
    });

    it('total=False needs no key, dictionaries within and in lists are held to it, a union takes what one member takes', async () => {
      const nested = [
        'from typing import TypedDict, Union',
        'class inner(TypedDict, total=False):',
        '    a: int',
        'class outer(TypedDict):',
        '    inner: inner',
        '    many: list[inner]',
        'def main(one: outer, either: Union[outer, str] = "", several: list[inner] = []):',
        '    return [one, either, several]',
      ].join('\n');
      const one = { inner: { a: 1, b: 2 }, many: [{ b: 1 }, { a: 3 }] };
      expect((await python(nested, { one, either: 'text', several: [{ a: 1, c: 1 }] })).result).toEqual([
        { inner: { a: 1 }, many: [{}, { a: 3 }] },
        'text',
        [{ a: 1 }],
      ]);
      const wrong = { inner: { a: 'x' }, many: [] };
      expect((await python(nested, { one: wrong })).failure).toBe(
        'BadArgument: The argument one does not fit outer: its key inner does not fit inner: its key a has to be a whole number, and is text.',
      );
    });
  });

  it('become bytes and dates where the annotation says so, also as text', async () => {
    const script = [
      'from __future__ import annotations',
      'from datetime import datetime, date',
      'def main(a: bytes, b: datetime, c: date | None, d: str):',
      '    return [type(a).__name__, a.decode(), b.year, b.utcoffset().seconds, type(c).__name__, c.day, d]',
    ].join('\n');
    const args = { a: 'aGk=', b: '2026-01-02T03:04:05Z', c: '2026-05-06', d: '2026-05-06' };
    expect((await python(script, args)).result).toEqual(['bytes', 'hi', 2026, 0, 'date', 6, '2026-05-06']);
  });

  it('become members of an Enum, dataclasses and models where the annotation says so; Optional ones may be absent', async () => {
    const script = [
      '\ufefffrom dataclasses import dataclass',
      'from datetime import date',
      'from enum import Enum',
      'from typing import Optional',
      'class Color(Enum):',
      '    RED = "r"',
      '    BLUE = "b"',
      'class Model:',
      '    @classmethod',
      '    def model_validate(cls, value):',
      '        return ["model", value]',
      '@dataclass',
      'class User:',
      '    name: str',
      '    born: date',
      '    color: Color = Color.RED',
      'def main(c: Color, user: User, users: list[User], model: Model, days: list[date], plain: User | dict,',
      '         maybe: Optional[str], nothing: Color | None):',
      '    return [c.name, user.born.year, user.color.name, [one.name for one in users], model, days[0].day, plain, maybe, nothing]',
    ].join('\n');
    const ada = { name: 'Ada', born: '1815-12-10', color: 'BLUE', more: 1 };
    const args = { c: 'b', user: ada, users: [ada], model: { a: 1 }, days: ['2026-05-06'], plain: { x: 1 } };
    const expected = ['BLUE', 1815, 'BLUE', ['Ada'], ['model', { a: 1 }], 6, { x: 1 }, null, null];
    expect((await python(script, args)).result).toEqual(expected);
    const { failure } = await python(script, { ...args, c: 'green' });
    expect(failure).toBe('BadArgument: The argument c has to be one of r, b, and is green.');
    expect((await python(script, { ...args, user: { name: 'x' } })).failure).toContain('does not fit User: ');
  });

  it('that cannot be read as declared are named', async () => {
    const { failure } = await python('from datetime import date\ndef main(day: date):\n    return day', {
      day: 'soon',
    });
    expect(failure).toContain('BadArgument: The argument day cannot be read as declared');
  });

  it('arrive verbatim, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary', minLength: 1 }), fc.jsonValue(), { maxKeys: 4 }),
        async (given) => {
          const { result } = await python('def main(**args):\n    return args', given);
          expect(result).toEqual(JSON.parse(JSON.stringify(given)));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('results', () => {
  it('are JSON, with what JSON does not know made plain', async () => {
    const script = [
      'import datetime, decimal, dataclasses, uuid, enum, pathlib, math',
      '@dataclasses.dataclass',
      'class Point:',
      '    x: int',
      '    inner: object',
      'class Colour(enum.Enum):',
      '    RED = "red"',
      'class DataFrame:',
      '    def to_dict(self, orient="dict"): return [{"orient": orient}]',
      'def main():',
      '    return {',
      '        "when": datetime.datetime(2026, 1, 2, 3, 4), "day": datetime.date(2026, 1, 2),',
      '        "span": datetime.timedelta(seconds=90), "price": decimal.Decimal("1.50"),',
      '        "long": decimal.Decimal("0.12345678901234567890"), "bytes": b"hi", "set": {1}, "tuple": (1, 2),',
      '        "point": Point(1, Point(2, None)), "nan": math.nan, "inf": [math.inf], "frame": DataFrame(),',
      '        "colour": Colour.RED, "id": uuid.UUID(int=0), "path": pathlib.Path("/x"), 3: None, (1, 2): "key",',
      '    }',
    ].join('\n');
    expect((await python(script)).result).toEqual({
      when: '2026-01-02T03:04:00',
      day: '2026-01-02',
      span: 90,
      price: 1.5,
      long: '0.12345678901234567890',
      bytes: 'aGk=',
      set: [1],
      tuple: [1, 2],
      point: { x: 1, inner: { x: 2, inner: null } },
      nan: null,
      inf: [null],
      frame: [{ orient: 'records' }],
      colour: 'red',
      id: '00000000-0000-0000-0000-000000000000',
      path: '/x',
      '3': null,
      '(1, 2)': 'key',
    });
  });

  it('survive NUL and lone surrogates, as ASCII', async () => {
    const { outcome } = await python('def main():\n    return "a\\x00b\\ud800c\\U0001F600é"');
    expect(outcome).toMatchObject({ kind: 'succeeded', resultJson: '"a\\u0000b\\ud800c\\ud83d\\ude00\\u00e9"' });
  });

  it('of an async main are awaited; none is null', async () => {
    expect((await python('import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 1')).result).toBe(
      1,
    );
    expect((await python('def main():\n    pass')).result).toBeNull();
  });

  it.each([
    ['object()', 'UnreadableResult: The result holds a builtins.object'],
    [
      '(lambda l: l.append(l) or l)([])',
      'UnreadableResult: The result is nested deeper than 200 levels or holds itself.',
    ],
    ['"x" * 1_000_001', 'ResultTooLarge: The result is 1 MB of JSON; the limit is 1 MB.'],
  ])('%s fails with a sentence', async (value, sentence) => {
    expect((await python(`def main():\n    return ${value}`)).failure).toContain(sentence);
  });
});

describe('failures', () => {
  it('show the frames of the script with its lines, and no others', async () => {
    const { outcome } = await python('def inner():\n    raise ValueError("no: é")\n\ndef main():\n    inner()\n');
    expect(outcome).toMatchObject({ kind: 'failed', error: { name: 'ValueError', message: 'no: é' } });
    const stack = outcome.kind === 'failed' ? outcome.error.stack : '';
    expect(stack).toContain('File "script.py", line 5, in main\n    inner()');
    expect(stack).toContain('File "script.py", line 2, in inner');
    expect(stack).not.toContain('wrapper');
    expect(stack).not.toContain('/runtime');
  });

  it('keep their causes, also without our frames', async () => {
    const script =
      'def main():\n    try:\n        {}["k"]\n    except KeyError as error:\n        raise RuntimeError("outer") from error';
    const { outcome } = await python(script);
    const stack = outcome.kind === 'failed' ? (outcome.error.stack ?? '') : '';
    expect(stack).toMatch(/KeyError: 'k'[\s\S]*direct cause[\s\S]*RuntimeError: outer/);
    expect(stack).not.toContain('/runtime');
  });

  it.each([
    ['x = (', 'SyntaxError'],
    ['import nope_zz\ndef main(): pass', "ModuleNotFoundError: No module named 'nope_zz'"],
    ['def other(): pass', 'MissingMain: The main function is missing:'],
    ['main = 3', "MissingMain: The script's main is not a function."],
    ['import sys\ndef main():\n    sys.exit(3)', 'ExitCode: The script ended itself with exit code 3.'],
    ['import sys\ndef main():\n    sys.exit("because")', 'ExitCode: because'],
    [
      'import os\ndef main():\n    os._exit(7)',
      "ExitCode: The script's process ended with exit code 7 before main returned a result.",
    ],
    [
      'import os, signal\ndef main():\n    os.kill(os.getpid(), signal.SIGSEGV)',
      "Killed: The script's process was killed by SIGSEGV",
    ],
    ['import os\ndef main():\n    os.write(4, b"x")', 'OSError'],
  ])('%j', async (script, failure) => expect((await python(script)).failure).toContain(failure));

  it('sys.exit(0) is an end, not a failure', async () => {
    expect((await python('import sys\ndef main():\n    sys.exit(0)')).outcome).toMatchObject({ resultJson: 'null' });
  });
});

describe('surroundings', () => {
  it('prints arrive in order with stderr, and what is not UTF-8 is replaced', async () => {
    const script = [
      'import sys, os',
      'def main():',
      '    for i in range(3):',
      '        print("out", i)',
      '        print("err", i, file=sys.stderr)',
      '    os.write(1, b"bad \\xff\\x00 end\\n")',
      '    print("no newline", end="")',
    ].join('\n');
    const { log } = await python(script);
    expect(log).toBe('out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\nbad \uFFFD\uFFFD end\nno newline');
  });

  it('standard input is at its end', async () => {
    expect((await python('import sys\ndef main():\n    return sys.stdin.read()')).result).toBe('');
  });

  it('a forked child that returns does not answer for its parent', async () => {
    const script =
      'import os\ndef main():\n    pid = os.fork()\n    if pid == 0: return "child"\n    os.waitpid(pid, 0)\n    return "parent"';
    expect((await python(script)).result).toBe('parent');
  });

  it('the environment is the job’s, and nothing of the worker’s', async () => {
    const { result } = await bench.run(
      'python3',
      'import os\ndef main():\n    return dict(os.environ)',
      {},
      { env: { TOKEN: 't\'"`$x' } },
    );
    expect(Object.keys(result as object).sort()).toEqual(
      expect.arrayContaining(['HOME', 'LANG', 'LC_ALL', 'PATH', 'TMPDIR', 'TOKEN', 'USER']),
    );
    expect(result).toMatchObject({ TOKEN: 't\'"`$x', HOME: '/job' });
    expect(JSON.stringify(result)).not.toContain('VITEST');
  });
});
