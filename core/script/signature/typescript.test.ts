import { describe, expect, test } from 'vitest';
import { inferSignature } from './infer';
import type { Signature } from './model';

function read(content: string): Signature {
  const result = inferSignature('bun', content);
  if (!result.ok) throw new Error(result.error.message);
  return result.signature;
}

const typeOf = (type: string, before = '') =>
  read(`${before}\nexport async function main(x: ${type}) {}`).args[0]?.type;

describe('types', () => {
  test.each([
    ['string', { kind: 'string' }],
    ['number', { kind: 'float' }],
    ['bigint', { kind: 'int' }],
    ['Date', { kind: 'datetime' }],
    ['string[]', { kind: 'list', of: { kind: 'string' } }],
    ['Array<boolean>', { kind: 'list', of: { kind: 'bool' } }],
    ['Record<string, number>', { kind: 'object', valueType: { kind: 'float' } }],
    ['object', { kind: 'object' }],
    ['"a" | "b"', { kind: 'enum', values: ['a', 'b'] }],
    ['1 | 2', { kind: 'enum', values: [1, 2] }],
    ['true | false', { kind: 'bool' }],
    ['string | number', { kind: 'any', text: 'string | number' }],
    ['RT.Postgresql', { kind: 'resource', name: 'postgresql' }],
    ['Slack', { kind: 'resource', name: 'slack' }],
    ['Resource<"postgresql">', { kind: 'resource', name: 'postgresql' }],
    ["wmill.Resource<'c_my_type'>", { kind: 'resource', name: 'c_my_type' }],
    ['RegExp', { kind: 'any', text: 'RegExp' }],
    ['wmill.Base64', { kind: 'bytes' }],
    ['[number, number]', { kind: 'list', of: { kind: 'float' } }],
    ['unknown', { kind: 'any' }],
  ])('%s', (type, expected) => {
    expect(typeOf(type)).toEqual(expected);
  });

  test('object literals, interfaces and aliases of the file', () => {
    const properties = [
      { name: 'id', type: { kind: 'float' }, isOptional: false },
      { name: 'note', type: { kind: 'string' }, isOptional: true, description: 'why' },
    ];
    expect(typeOf('{ id: number; /** why */ note?: string }')).toEqual({ kind: 'object', properties });
    const declared = 'interface Base { id: number }\ninterface UserConfig extends Base { /** why */ note?: string }';
    expect(typeOf('UserConfig', declared)).toEqual({ kind: 'object', name: 'user_config', properties });
    expect(typeOf('Both', 'type Both = { id: number } & { /** why */ note?: string }')).toMatchObject({ properties });
    expect(typeOf('Mode', "export type Mode = 'fast' | 'slow'")).toEqual({
      kind: 'enum',
      name: 'mode',
      values: ['fast', 'slow'],
    });
    expect(typeOf('Level', 'enum Level { Low, High = 5, Top, Named = "n" }')).toMatchObject({ values: [0, 5, 6, 'n'] });
    expect(typeOf('Partial<B>', 'type B = { a: string }')).toMatchObject({ properties: [{ isOptional: true }] });
    expect(typeOf('Omit<B, "a">', 'type B = { a: string, b: string }')).toMatchObject({ properties: [{ name: 'b' }] });
  });

  test('a union of object types offers each of them', () => {
    expect(typeOf("{ kind: 'a'; x: string } | { kind: 'b' }")).toMatchObject({
      kind: 'oneOf',
      options: [{ kind: 'object' }, { kind: 'object' }],
    });
  });

  test('a class is what its objects carry', () => {
    const declared =
      'class Base { id: number }\nclass User extends Base { static all = 1; age = 3; constructor(public name?: string, x = 1) { super() } }';
    expect(typeOf('User', declared)).toEqual({
      kind: 'object',
      name: 'user',
      properties: [
        { name: 'id', type: { kind: 'float' }, isOptional: false },
        { name: 'age', type: { kind: 'float' }, isOptional: true },
        { name: 'name', type: { kind: 'string' }, isOptional: true },
      ],
    });
  });

  test('a default without a type shows it', () => {
    const { args } = read('export function main(options = { tags: ["x"] }, greeting = `hi $' + '{1}`) {}');
    const properties = [{ name: 'tags', type: { kind: 'list', of: { kind: 'string' } }, isOptional: true }];
    expect(args.map(({ type }) => type)).toEqual([{ kind: 'object', properties }, { kind: 'string' }]);
  });

  test('an alias without a shape names a resource type', () => {
    expect(typeOf('Postgresql[]', 'type Postgresql = object;')).toEqual({
      kind: 'list',
      of: { kind: 'resource', name: 'postgresql' },
    });
  });

  test('an alias of a union stays what it says; one of a computed choice is that choice', () => {
    expect(typeOf('Id', 'type Id = number | string;')).toEqual({ kind: 'any', text: 'number | string' });
    const region = { kind: 'dynamic', name: 'region', isMultiple: false };
    expect(typeOf('DynSelect_region', 'export type DynSelect_region = string;')).toEqual(region);
  });

  test('a type that refers to itself ends', () => {
    expect(typeOf('Tree', 'type Tree = { children: Tree[] }')).toMatchObject({ kind: 'object', name: 'tree' });
  });
});

describe('arguments', () => {
  test('optional, nullable, defaults; the rest parameter is left out', () => {
    const { args } = read(
      'export async function main(a?: string, b: string | null, c = 3, d: number[] = [1, -2], e = new Date(), ...f: string[]) {}',
    );
    expect(args.map((arg) => arg.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(args[0]).toMatchObject({ isOptional: true, hasDefault: false });
    expect(args[1]).toMatchObject({ isNullable: true, isOptional: true });
    expect(args[2]).toMatchObject({ type: { kind: 'float' }, hasDefault: true, default: 3 });
    expect(args[3]).toMatchObject({ default: [1, -2] });
    expect(args[4]).toMatchObject({ type: { kind: 'datetime' }, defaultExpression: 'new Date()' });
  });

  test('a member of an enum is the default that it stands for', () => {
    const { args } = read(
      "enum Color { Red = 'red', Blue = 'blue' }\nenum Level { Low, High }\n" +
        'export async function main(a: Color = Color.Blue, b = Level.High, c = Level.None) {}',
    );
    expect(args.map((arg) => arg.default)).toEqual(['blue', 1, undefined]);
    expect(args[2]).toMatchObject({ hasDefault: true, defaultExpression: 'Level.None' });
  });

  test('destructured parameters are counted, as other clients count them', () => {
    const { args } = read(
      'type Options = { a: string; b?: number };\nexport async function main({ a, b = 2 }: Options, { c, d = 4 }) {}',
    );
    expect(args.map((arg) => arg.name)).toEqual(['anon1', 'anon2']);
    expect(args[1]?.type).toEqual({
      kind: 'object',
      properties: [
        { name: 'c', type: { kind: 'any' }, isOptional: false },
        { name: 'd', type: { kind: 'float' }, isOptional: true },
      ],
    });
  });

  test('JSDoc describes the script and its arguments', () => {
    const signature = read(
      '/**\n * Greets.\n *\n * @param name - who\n * @param {number} times how\n *   often\n * @returns nothing\n */\n' +
        'export async function main(name: string, times: number): Promise<string[]> {}',
    );
    expect(signature.description).toBe('Greets.');
    expect(signature.args.map((arg) => arg.description)).toEqual(['who', 'how often']);
    expect(signature.returns).toEqual({ kind: 'list', of: { kind: 'string' } });
  });

  test('every way to export main', () => {
    for (const content of [
      'export function main(x: string) {}',
      'export const main = async (x: string) => x;',
      'export const main = function (x: string) {};',
      'async function main(x: string) {}\nexport { main };',
      'function run(x: string) {}\nexport async function main(x: string): Promise<void>;\nexport async function main(x: any) {}',
      'function main(x: string) {}\nexport default main;',
      'function run(x: string) {}\nexport { run as main };',
      'export default async function main(x: string) {}',
      'export default async (x: string) => x;',
      'export default workflow(async (x: string) => x);',
      'export const main = workflow(async (x: string) => x);',
    ]) {
      expect(read(content)).toMatchObject({ main: true, args: [{ name: 'x' }] });
    }
    expect(read('function main(x: string) {}').main).toBe(false);
  });

  test('a broken list of arguments names the argument and its line', () => {
    const result = inferSignature('bun', '\nexport async function main(a: string,\n  b: ) {}');
    expect(result).toMatchObject({ ok: false, error: { line: 3 } });
    if (!result.ok) expect(result.error.message).toContain('Argument "b" on line 3');
    expect(inferSignature('bun', 'export async function main(a: string, b: { x: ').ok).toBe(false);
  });
});
