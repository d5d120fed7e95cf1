import { describe, expect, test } from 'vitest';
import { inferSignature } from '@/core/script/signature/infer';
import { schemaFromSignature } from './from-signature';
import { mergeSchema } from './merge';
import { type ArgsSchema, type JsonSchema, parseArgsSchema } from './model';
import { argNames } from './rules';

function schemaOf(language: string, content: string): ArgsSchema {
  const result = inferSignature(language, content);
  if (!result.ok) throw new Error(result.error.message);
  return schemaFromSignature(result.signature);
}
const python = (args: string, before = '') => schemaOf('python3', `${before}\ndef main(${args}): ...`);
const object = (properties: Record<string, JsonSchema>, rest: object = {}) =>
  parseArgsSchema({ type: 'object', properties, ...rest });

describe('the schema of a signature', () => {
  test('order, required, defaults and formats', () => {
    const schema = python(
      'db: postgresql, n: int, when: datetime, day: date, raw: bytes, kind: Literal["a", "b"] = "a", note: str | None = None, tags: list[str] = []',
      'class postgresql(TypedDict):\n    host: str\n    port: int',
    );
    expect(schema.order).toEqual(['db', 'n', 'when', 'day', 'raw', 'kind', 'note', 'tags']);
    expect(schema.required).toEqual(['db', 'n', 'when', 'day', 'raw']);
    expect(schema.properties).toMatchObject({
      db: {
        type: 'object',
        format: 'resource-postgresql',
        properties: { host: { type: 'string' }, port: { type: 'integer' } },
        required: ['host', 'port'],
      },
      n: { type: 'integer' },
      when: { type: 'string', format: 'date-time' },
      day: { type: 'string', format: 'date' },
      raw: { type: 'string', contentEncoding: 'base64' },
      kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
      note: { type: 'string', nullable: true, default: null },
      tags: { type: 'array', items: { type: 'string' }, default: [] },
    });
    expect(argNames(schema)).toEqual(schema.order);
  });

  test('an object type that bears the name of a resource type is a resource', () => {
    const content =
      'interface Postgresql { host: string }\nexport async function main(db: Postgresql, o: Acme) {}\ntype Acme = { a: 1 }';
    expect(schemaOf('bun', content).properties.db?.format).toBe('resource-postgresql');
    const result = inferSignature('bun', content);
    if (!result.ok) throw new Error(result.error.message);
    const schema = schemaFromSignature(result.signature, { resourceTypes: ['acme'] });
    expect(schema.properties.o?.format).toBe('resource-acme');
    expect(schema.properties.db?.format).toBeUndefined();
  });

  test('SQL arguments are required, may be null and keep their own type name', () => {
    const schema = schemaOf('postgresql', '-- $1 ids (bigint[])\nselect $1');
    expect(schema.required).toEqual(['database', 'ids']);
    expect(schema.properties.ids).toMatchObject({ type: 'array', nullable: true, originalType: 'bigint[]' });
  });
});

describe('schemas from outside', () => {
  test('draft-07 with an empty required; unknown keys stay, wrong ones go', () => {
    const schema = parseArgsSchema({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { table_filter: { type: 'string', description: 'd', 'x-own': 1, minLength: 'two' }, any: true },
      required: [],
    });
    expect(schema.$schema).toContain('draft-07');
    expect(schema.properties.table_filter).toEqual({ type: 'string', description: 'd', 'x-own': 1 });
    expect(schema.properties.any).toEqual({});
    for (const bad of [null, undefined, 3, 'x', [], { properties: 3, required: 'a' }]) {
      expect(parseArgsSchema(bad)).toMatchObject({ type: 'object', properties: {}, required: [] });
    }
  });
});

describe('merging what is stored with what the script says', () => {
  test('refinements survive while name and type match', () => {
    const refined = {
      type: 'string' as const,
      title: 'City',
      description: 'where',
      placeholder: 'Berlin',
      enum: ['a', 'b'],
      pattern: '^.$',
      password: true,
      format: 'email',
      'x-own': 1,
    };
    const { schema, mismatches } = mergeSchema(
      object({ city: refined, n: { type: 'integer', minimum: 1 } }),
      python('n: int, city: str = "a"'),
    );
    expect(schema.properties.city).toMatchObject({ ...refined, default: 'a' });
    expect(schema.properties.n).toMatchObject({ type: 'integer', minimum: 1 });
    expect(schema.order).toEqual(['n', 'city']);
    expect(schema.required).toEqual(['n']);
    expect(mismatches).toEqual([]);
  });

  test('the script decides defaults and choices it states', () => {
    const stored = object({ mode: { type: 'string', enum: ['old'], default: 'old', enumLabels: { a: 'A' } } });
    const { schema } = mergeSchema(stored, python('mode: Literal["a", "b"] = "b"'));
    expect(schema.properties.mode).toMatchObject({ enum: ['a', 'b'], default: 'b', enumLabels: { a: 'A' } });
  });

  test('an argument only the schema knows stays and is reported', () => {
    const stored = object(
      { table_filter: { type: 'string', description: 'd' } },
      { required: ['table_filter'], title: 'Sync' },
    );
    const { schema, mismatches } = mergeSchema(stored, python('n: int'));
    expect(argNames(schema)).toEqual(['n', 'table_filter']);
    expect(schema.required).toEqual(['n', 'table_filter']);
    expect(schema.title).toBe('Sync');
    expect(mismatches).toEqual(['The schema has an argument "table_filter" that the script does not take.']);
  });

  test('another type ends the refinements that belong to it and is reported', () => {
    const stored = object({ n: { type: 'string', title: 'Count', pattern: '^x' } });
    const { schema, mismatches } = mergeSchema(stored, python('n: int'));
    expect(schema.properties.n).toEqual({ type: 'integer', title: 'Count' });
    expect(mismatches).toHaveLength(1);
  });

  test('an argument without a type takes the one of the schema', () => {
    const { schema, mismatches } = mergeSchema(object({ n: { type: 'integer', minimum: 2 } }), python('n'));
    expect(schema.properties.n).toEqual({ type: 'integer', minimum: 2 });
    expect(mismatches).toEqual([]);
  });

  test('knowing the earlier inference, what the script no longer says goes', () => {
    const before = python('old: int, mode: Literal["a"], when: datetime, n: int');
    const stored = mergeSchema(object({ hand: { type: 'string' }, n: { type: 'integer', maximum: 3 } }), before).schema;
    const { schema, mismatches } = mergeSchema(stored, python('mode: str, when: str, n'), before);
    expect(argNames(schema)).toEqual(['mode', 'when', 'n', 'hand']);
    expect(schema.properties.mode).toEqual({ type: 'string' });
    expect(schema.properties.when).toEqual({ type: 'string' });
    expect(schema.properties.n).toEqual({ maximum: 3 });
    expect(mismatches).toHaveLength(1);
  });

  test('refinements of entries and keys survive too', () => {
    const stored = object({
      tags: { type: 'array', items: { type: 'string', enum: ['x'] }, maxItems: 3 },
      o: { type: 'object', properties: { a: { type: 'string', title: 'A' } } },
    });
    const inferred = python('tags: list[str], o: O', '@dataclass\nclass O:\n    a: str\n    b: int');
    const { schema } = mergeSchema(stored, inferred);
    expect(schema.properties.tags).toMatchObject({ items: { type: 'string', enum: ['x'] }, maxItems: 3 });
    expect(schema.properties.o?.properties).toMatchObject({ a: { title: 'A' }, b: { type: 'integer' } });
  });

  test('merging twice changes nothing', () => {
    const inferred = python('a: int, b: str = "x", c: list[int] | None = None');
    const once = mergeSchema(object({ a: { type: 'integer', title: 'A' }, z: { type: 'string' } }), inferred).schema;
    expect(mergeSchema(once, inferred).schema).toEqual(once);
  });
});
