import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { type JsonSchema, parseArgsSchema } from './model';
import { validateArgs } from './validate';

const object = (properties: Record<string, JsonSchema>, rest: object = {}) =>
  parseArgsSchema({ type: 'object', properties, ...rest });
const problems = (schema: JsonSchema, value: unknown) =>
  validateArgs(object({ x: schema }), { x: value as never }).map((problem) => problem.message);

describe('arguments', () => {
  test('a missing or empty required one is named; a default or null where allowed will do', () => {
    const schema = object(
      {
        a: { type: 'string' },
        b: { type: 'integer', default: 1 },
        c: { type: 'string', nullable: true },
        d: {},
        e: { type: 'string', title: 'The e' },
      },
      { required: ['a', 'b', 'c', 'd', 'e', 'unlisted'] },
    );
    expect(validateArgs(schema, { a: null, c: null, d: null })).toEqual([
      { path: 'a', message: '"a" needs a value.' },
      { path: 'e', message: '"The e" needs a value.' },
      { path: 'unlisted', message: '"unlisted" needs a value.' },
    ]);
  });

  test('references fit anywhere', () => {
    const schema = object({
      db: { type: 'object', format: 'resource-postgresql' },
      n: { type: 'integer', minimum: 3 },
    });
    expect(validateArgs(schema, { db: '$res:prod_db', n: '$var:f/x/n' })).toEqual([]);
    expect(validateArgs(schema, { db: 'prod_db' })[0]?.message).toContain('must be a resource of type postgresql');
  });

  test('the path leads to the value', () => {
    const schema = object({
      db: { type: 'object', properties: { port: { type: 'integer' } }, required: ['port', 'host'] },
      rows: { type: 'array', items: { type: 'object', properties: { n: { type: 'number' } } } },
    });
    const found = validateArgs(schema, { db: { port: 'x' }, rows: [{ n: 1 }, { n: 'y' }] });
    expect(found.map((problem) => problem.path)).toEqual(['db.port', 'db.host', 'rows[1].n']);
  });

  test('unknown arguments are left to the script unless the schema forbids them', () => {
    expect(validateArgs(object({}), { extra: 1 })).toEqual([]);
    expect(validateArgs(object({}, { additionalProperties: false }), { extra: 1 })).toHaveLength(1);
    expect(problems({ type: 'object', additionalProperties: { type: 'integer' } }, { k: 'v' })).toEqual([
      '"x.k" must be a whole number, but it is a text.',
    ]);
  });
});

describe('single rules', () => {
  test.each<[JsonSchema, unknown, string]>([
    [{ type: 'integer' }, 1.5, '"x" must be a whole number, but it is 1.5.'],
    [{ type: ['integer', 'boolean'] }, 'a', '"x" must be a whole number or true or false, but it is a text.'],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', '"x" must be one of "a", "b".'],
    [{ type: 'number', minimum: 2 }, 1, '"x" must be at least 2.'],
    [{ type: 'number', maximum: 2 }, 3, '"x" must be at most 2.'],
    [{ type: 'number', exclusiveMinimum: 2 }, 2, '"x" must be more than 2.'],
    [{ type: 'number', multipleOf: 0.1 }, 0.25, '"x" must be a multiple of 0.1.'],
    [{ type: 'string', minLength: 1 }, '', '"x" needs a value.'],
    [{ type: 'string', maxLength: 1 }, '😀😀', '"x" must have at most 1 characters.'],
    [{ type: 'string', pattern: '^a+$' }, 'b', '"x" does not have the form ^a+$.'],
    [{ type: 'string', pattern: '^a$', customErrorMessage: 'Only a.' }, 'b', 'Only a.'],
    [{ type: 'string', format: 'date' }, '2025-02-30', '"x" must be a date such as 2025-01-31.'],
    [{ type: 'string', format: 'email' }, 'x', '"x" must be an e-mail address.'],
    [{ type: 'string', contentEncoding: 'base64' }, '%%%', '"x" must be a file or base64.'],
    [{ type: 'array', minItems: 1 }, [], '"x" must have at least 1 entry.'],
    [{ type: 'array', uniqueItems: true }, [1, 1], '"x" must not have the same entry twice.'],
    [{ oneOf: [{ type: 'integer' }, { type: 'boolean' }] }, 'a', '"x" fits none of its 2 forms.'],
    [{ type: 'string', title: 'City' }, 3, '"City" must be a text, but it is 3.'],
  ])('%j refuses %j', (schema, value, message) => {
    expect(problems(schema, value)).toEqual([message]);
  });

  test.each<[JsonSchema, unknown]>([
    [{ type: 'number' }, 3],
    [{ type: 'number', multipleOf: 0.1 }, 0.3],
    [{ type: 'string', maxLength: 1 }, '😀'],
    [{ type: 'string', format: 'date-time' }, '2025-01-31T09:30'],
    [{ type: 'string', format: 'date-time' }, '2025-01-31 09:30:00+02'],
    [{ type: 'string', format: 'something-else' }, 'x'],
    [{ type: 'string', pattern: '(' }, 'x'],
    [{ type: ['string', 'null'] }, null],
    [{ oneOf: [{ type: 'integer' }, { type: 'string' }] }, 'a'],
    [{}, { any: ['thing'] }],
  ])('%j accepts %j', (schema, value) => {
    expect(problems(schema, value)).toEqual([]);
  });

  test('a pattern that could run for ever is not run', () => {
    const started = performance.now();
    expect(problems({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(60)}b`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('a value that nests without end is refused', () => {
    let value: unknown = 1;
    const schema: JsonSchema = { type: 'array' };
    schema.items = schema;
    for (let depth = 0; depth < 200; depth++) value = [value];
    const found = validateArgs({ type: 'object', properties: { x: schema }, required: [] }, { x: value as never });
    expect(found[0]?.message).toContain('nested too deeply');
  });

  test('any arguments against any schema end in sentences', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (schema, args) => {
        const found = validateArgs(parseArgsSchema({ properties: { a: schema }, required: ['a'] }), args as never);
        return found.every((problem) => problem.message.endsWith('.'));
      }),
    );
  });
});
