import { describe, expect, test } from 'vitest';
import { inferSignature } from './infer';
import type { Signature, SignatureArg } from './model';

function read(content: string): Signature {
  const result = inferSignature('python3', content);
  if (!result.ok) throw new Error(result.error.message);
  return result.signature;
}

function arg(content: string, name: string): SignatureArg {
  const found = read(content).args.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no argument ${name}`);
  return found;
}

const typeOf = (annotation: string, before = '') => arg(`${before}\ndef main(x: ${annotation}): ...`, 'x').type;

const tableSizes = `# requirements:
# psycopg2-binary

import psycopg2
from typing import TypedDict

class postgresql(TypedDict):
    host: str
    port: int
    dbname: str

def main(db: postgresql, schema: str = "public") -> list[dict]:
    """
    Get table sizes and row counts for a schema.
    Returns sorted list of tables by size (largest first).
    """
    conn = psycopg2.connect(**db)
    return [dict(zip(columns, row)) for row in rows]
`;

describe('the scripts of a database tool', () => {
  test('a TypedDict is a resource with the keys it declares', () => {
    expect(arg(tableSizes, 'db')).toEqual({
      name: 'db',
      type: {
        kind: 'resource',
        name: 'postgresql',
        properties: [
          { name: 'host', type: { kind: 'string' }, isOptional: false },
          { name: 'port', type: { kind: 'int' }, isOptional: false },
          { name: 'dbname', type: { kind: 'string' }, isOptional: false },
        ],
      },
      hasDefault: false,
      isOptional: false,
      isNullable: false,
    });
  });

  test('a default makes an argument optional and is kept', () => {
    expect(arg(tableSizes, 'schema')).toMatchObject({ type: { kind: 'string' }, hasDefault: true, default: 'public' });
  });

  test('the docstring describes the script, its annotation what comes back', () => {
    const signature = read(tableSizes);
    expect(signature.description).toBe(
      'Get table sizes and row counts for a schema.\nReturns sorted list of tables by size (largest first).',
    );
    expect(signature.returns).toEqual({ kind: 'list', of: { kind: 'object' } });
  });

  test('a resource type may be named without being defined', () => {
    const signature = read('def main(db: postgresql, table_name: str, analyze: bool = True) -> dict:\n    return {}');
    expect(signature.args.map((each) => each.type.kind)).toEqual(['resource', 'string', 'bool']);
    expect(signature.args[2]).toMatchObject({ hasDefault: true, default: true });
  });
});

describe('types', () => {
  test.each([
    ['str', { kind: 'string' }],
    ['int', { kind: 'int' }],
    ['int | float', { kind: 'float' }],
    ['bytes', { kind: 'bytes' }],
    ['list[int]', { kind: 'list', of: { kind: 'int' } }],
    ['list', { kind: 'list', of: { kind: 'any' } }],
    ['tuple[int, ...]', { kind: 'list', of: { kind: 'int' } }],
    ['tuple[int, str]', { kind: 'list', of: { kind: 'any' } }],
    ['dict[str, list[int]]', { kind: 'object', valueType: { kind: 'list', of: { kind: 'int' } } }],
    ['dict', { kind: 'object' }],
    ['datetime', { kind: 'datetime' }],
    ['datetime.date', { kind: 'date' }],
    ['"list[str]"', { kind: 'list', of: { kind: 'string' } }],
    ["Literal['a', 'b', 3]", { kind: 'enum', values: ['a', 'b', 3] }],
    ['str | list[str]', { kind: 'any', text: 'str | list[str]' }],
    ['pd.DataFrame', { kind: 'any', text: 'pd.DataFrame' }],
    ['wmill.S3Object', { kind: 'resource', name: 's3_object' }],
    ['DynSelect_region', { kind: 'dynamic', name: 'region', isMultiple: false }],
    ['object', { kind: 'any' }],
    ["List[Literal['a', 'b']]", { kind: 'list', of: { kind: 'enum', values: ['a', 'b'] } }],
  ])('%s', (annotation, type) => {
    expect(typeOf(annotation)).toEqual(type);
  });

  test('names are followed through imports', () => {
    expect(typeOf('dt.datetime', 'import datetime as dt')).toEqual({ kind: 'datetime' });
    expect(typeOf('L["a"]', 'from typing import Literal as L')).toEqual({ kind: 'enum', values: ['a'] });
    expect(typeOf('t.Union[int, float]', 'import typing as t')).toEqual({ kind: 'float' });
  });

  test('Optional accepts null, and needs no value', () => {
    for (const annotation of ['Optional[int]', 'int | None', 'None | int', 'Union[int, None]']) {
      const found = arg(`def main(x: ${annotation}): ...`, 'x');
      expect(found).toMatchObject({ type: { kind: 'int' }, isNullable: true, hasDefault: true, default: null });
    }
  });

  test('an Enum becomes its values', () => {
    const color = 'from enum import Enum\nclass Color(str, Enum):\n    RED = "red"\n    BLUE = "blue"';
    expect(typeOf('Color', color)).toEqual({ kind: 'enum', values: ['red', 'blue'], name: 'color' });
    const auto = 'from enum import StrEnum, auto\nclass Size(StrEnum):\n    SMALL = auto()';
    expect(typeOf('Size', auto)).toEqual({ kind: 'enum', values: ['small'], name: 'size' });
  });

  test('a member of an Enum is the default that it stands for', () => {
    const color = 'from enum import Enum, auto\nclass Color(Enum):\n    RED = "red"\n    BLUE = auto()\n';
    const { args } = read(
      `${color}def main(a: Color = Color.RED, b: Color = Color.BLUE, c: str = Color.RED.value): ...`,
    );
    expect(args.map((each) => each.default)).toEqual(['red', 2, 'red']);
    expect(arg(`${color}def main(a: Color = Color.NONE): ...`, 'a').defaultExpression).toBe('Color.NONE');
  });

  test('a field says by its call whether it is needed, and what it is', () => {
    const before = [
      'class User(BaseModel):',
      '    name: str = Field(..., description="who")',
      '    age: int = Field(ge=0)',
      '    level: int = Field(default=3)',
      '    tags: list[str] = Field(default_factory=list)',
      '    note: Annotated[str, Field(max_length=3, description="why")] = "x"',
    ].join('\n');
    expect(typeOf('User', before)).toMatchObject({
      properties: [
        { name: 'name', isOptional: false, description: 'who' },
        { name: 'age', isOptional: false },
        { name: 'level', isOptional: true, default: 3 },
        { name: 'tags', isOptional: true },
        { name: 'note', isOptional: true, default: 'x', description: 'why' },
      ],
    });
    expect(typeOf('D', '@dataclass\nclass D:\n    a: list = field(default_factory=list)')).toMatchObject({
      properties: [{ name: 'a', isOptional: true }],
    });
  });

  test('a name in quotes is the same type', () => {
    expect(typeOf('"pg"', 'class pg(TypedDict):\n    host: str')).toMatchObject({ kind: 'resource', name: 'pg' });
  });

  test('a computed choice stays one, whatever its alias says', () => {
    const region = { kind: 'dynamic', name: 'region', isMultiple: false };
    expect(typeOf('DynSelect_region', 'DynSelect_region = str')).toEqual(region);
  });

  test('a dataclass becomes an object, and may refer to itself', () => {
    const before = '@dataclass\nclass Node:\n    label: str\n    next: Optional["Node"] = None';
    expect(typeOf('Node', before)).toEqual({
      kind: 'object',
      name: 'node',
      properties: [
        { name: 'label', type: { kind: 'string' }, isOptional: false },
        { name: 'next', type: { kind: 'any', text: 'Node' }, isOptional: true },
      ],
    });
  });

  test('a TypedDict inherits keys; NotRequired and total=False make them optional', () => {
    const before = [
      'class Base(TypedDict):',
      '    host: str',
      '    port: NotRequired[int]',
      'class pg(Base, total=False):',
      '    sslmode: str',
    ].join('\n');
    expect(typeOf('pg', before)).toEqual({
      kind: 'resource',
      name: 'pg',
      properties: [
        { name: 'host', type: { kind: 'string' }, isOptional: false },
        { name: 'port', type: { kind: 'int' }, isOptional: true },
        { name: 'sslmode', type: { kind: 'string' }, isOptional: true },
      ],
    });
    expect(typeOf('pg', "pg = TypedDict('pg', {'host': str})")).toMatchObject({ properties: [{ name: 'host' }] });
  });

  test('classes that inherit from each other end', () => {
    expect(typeOf('A', 'class A(B):\n    x: int\nclass B(A):\n    y: A')).toMatchObject({ kind: 'object' });
  });

  test('an alias of dict names a resource, another alias is what it says', () => {
    expect(typeOf('mysql', 'mysql = dict')).toEqual({ kind: 'resource', name: 'mysql' });
    expect(typeOf('Mode', "Mode = Literal['fast', 'slow']")).toEqual({ kind: 'enum', values: ['fast', 'slow'] });
    expect(typeOf('Ids', 'type Ids = list[int]')).toEqual({ kind: 'list', of: { kind: 'int' } });
    expect(typeOf('Id', "Id = NewType('Id', str)")).toEqual({ kind: 'string' });
  });
});

describe('defaults', () => {
  test.each([
    ['-5', 'int', -5],
    ['1_000', 'int', 1000],
    ['1.', 'float', 1],
    ['-2.5e3', 'float', -2500],
    ['"a\\nb"', 'string', 'a\nb'],
    ['r"a\\n"', 'string', 'a\\n'],
    ['"a" "b"', 'string', 'ab'],
    ['False', 'bool', false],
    ["{'a': [1, {'b': None}]}", 'object', { a: [1, { b: null }] }],
    ['(1, 2)', 'list', [1, 2]],
    ["[{'a': 1}]", 'list', [{ a: 1 }]],
    ['None', 'any', null],
  ])('%s', (source, kind, value) => {
    const found = arg(`def main(x = ${source}): ...`, 'x');
    expect(found.type.kind).toBe(kind);
    expect(found.default).toEqual(value);
  });

  test('a default without a type shows it', () => {
    const { args } = read("def main(a={'n': 1, 's': 'x'}, b=b'x', c=[[1]]): pass");
    const properties = [
      { name: 'n', type: { kind: 'int' }, isOptional: true },
      { name: 's', type: { kind: 'string' }, isOptional: true },
    ];
    const list = { kind: 'list', of: { kind: 'list', of: { kind: 'int' } } };
    expect(args.map(({ type }) => type)).toEqual([{ kind: 'object', properties }, { kind: 'bytes' }, list]);
  });

  test('a computed default is no value', () => {
    const found = arg('def main(x: datetime = datetime.now()): ...', 'x');
    expect(found).toMatchObject({ hasDefault: true, defaultExpression: 'datetime.now()' });
    expect(found).not.toHaveProperty('default');
  });
});

describe('which function and which arguments', () => {
  test('async main, keyword-only and positional-only arguments; stars are left out', () => {
    const signature = read('async def main(a, /, b, *args, c: int, **kwargs): ...');
    expect(signature.args.map((each) => each.name)).toEqual(['a', 'b', 'c']);
  });

  test('the last main counts, a nested one does not', () => {
    expect(read('def main(a): ...\ndef main(b): ...').args.map((each) => each.name)).toEqual(['b']);
    expect(read('class A:\n    def main(self): ...').main).toBe(false);
    expect(read('"""\ndef main(x): ...\n"""').main).toBe(false);
  });

  test('a main inside blocks is one of the file', () => {
    const content =
      'import sys\nif sys.platform:\n\n    try:\n        def main(a: int): pass\n    except ImportError:\n        pass\n';
    expect(read(content).args.map(({ name }) => name)).toEqual(['a']);
    expect(read('class K:\n    if True:\n        def main(self): pass\n').main).toBe(false);
  });

  test('a preprocessor is noticed, another function can be read', () => {
    const content = 'def preprocessor(event: dict): ...\ndef main(a): ...';
    expect(read(content).hasPreprocessor).toBe(true);
    const result = inferSignature('python3', content, 'preprocessor');
    expect(result).toMatchObject({ ok: true, signature: { args: [{ name: 'event' }] } });
  });

  test('argument descriptions come from the docstring, whatever its style', () => {
    const google =
      'def main(a, b):\n    """Sum.\n\n    Args:\n        a (int): first\n            one\n        b: second\n    """';
    const sphinx =
      'def main(a, b):\n    """Sum.\n\n    :param int a: first one\n    :param b: second\n    :rtype: int\n    """';
    const numpy =
      'def main(a, b):\n    """Sum.\n\n    Parameters\n    ----------\n    a : int\n        first one\n    b\n        second\n    """';
    for (const content of [google, sphinx, numpy]) {
      expect(read(content).description).toBe('Sum.');
      expect(read(content).args.map((each) => each.description)).toEqual(['first one', 'second']);
    }
    expect(arg('def main(x: Annotated[str, "the city"]): ...', 'x').description).toBe('the city');
  });

  test('mistakes outside the list of arguments do not matter', () => {
    expect(read('x = 1 +\n\ndef main(a: int):\n    if x\n        (').args).toHaveLength(1);
    expect(read('def main(a: int):\n    if x\n  y = (').args).toHaveLength(1);
    expect(read('x = = 3\ndef main(a: int): ...').args).toHaveLength(1);
  });
});

describe('a list of arguments that cannot be read names the argument and its line', () => {
  test.each([
    ['def main(a: int, b: ): ...', 'Argument "b" on line 1 cannot be read near "):', 1],
    [
      '\ndef main(\n  a: int,\n  b: list[int,\n): ...',
      'Argument "b" on line 4 cannot be read. The "[" is never closed',
      4,
    ],
    ['def main(a: int, b: str = "x"\n  return f(1)', 'The list of arguments of main on line 1 is never closed.', 1],
    ['def main(a = 1, b): ...', 'Argument "b" on line 1 needs a default, because "a" before it has one.', 1],
    ['import (os\ndef main(a): ...', 'main cannot be read because of line 1. The "(" is never closed', 1],
    ['def main(a,\n a): ...', 'Argument "a" on line 2 has the same name as an earlier one.', 2],
  ])('%j', (content, message, line) => {
    const result = inferSignature('python3', content);
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.error.message).toContain(message);
    expect(result.error.line).toBe(line);
  });
});
