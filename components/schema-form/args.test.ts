import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '@/core/schema/model';
import { argsFor, childPath, fits, newItem, parseNumber, variantOf, variantStart } from './args';
import { fieldKind, propertyNames } from './field-kind';

describe('fieldKind', () => {
  const cases: [JsonSchema, string][] = [
    [{ type: 'string' }, 'text'],
    [{ type: ['string', 'null'] }, 'text'],
    [{ type: 'string', format: 'date-time' }, 'moment'],
    [{ type: 'string', password: true }, 'password'],
    [{ type: 'string', contentEncoding: 'base64' }, 'bytes'],
    [{ type: 'string', enum: ['a', 'b'] }, 'choice'],
    [{ type: 'object', format: 'resource-postgresql' }, 'resource'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'array', items: { type: 'string', enum: ['a'] } }, 'choices'],
    [{ type: 'array' }, 'json'],
    [{ type: 'object' }, 'json'],
    [{ type: 'object', properties: { a: {} } }, 'object'],
    [
      {
        oneOf: [
          { type: 'object', properties: { a: {} } },
          { type: 'object', properties: { b: {} } },
        ],
      },
      'variant',
    ],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'number'],
    [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, 'json'],
    [{}, 'json'],
  ];
  it.each(cases)('%j is edited as %s', (schema, kind) => {
    expect(fieldKind(schema).kind).toBe(kind);
  });

  it('shows properties in the order that the author gave', () => {
    expect(propertyNames({ properties: { a: {}, b: {}, c: {} }, order: ['c', 'gone', 'a'] })).toEqual(['c', 'a', 'b']);
  });
});

describe('argsFor', () => {
  const schema: JsonSchema = {
    properties: {
      name: { type: 'string' },
      count: { type: 'integer', default: 3 },
      isDry: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['name', 'isDry'],
  };

  it('fills defaults and says no for a box that was not ticked', () => {
    expect(argsFor(schema, {})).toEqual({ count: 3, isDry: false });
  });

  it('keeps what was typed where name and type match, and leaves out the rest', () => {
    expect(argsFor(schema, { name: 'x', count: 'many', tags: ['a'], gone: 1 })).toEqual({
      name: 'x',
      count: 3,
      isDry: false,
      tags: ['a'],
    });
  });

  it('lets a reference stand anywhere', () => {
    expect(argsFor(schema, { name: '$var:u/a/b', count: '$res:f/x/y' })).toMatchObject({
      name: '$var:u/a/b',
      count: '$res:f/x/y',
    });
  });
});

it('knows null only where it is a value', () => {
  expect(fits({ type: 'string' }, null)).toBe(false);
  expect(fits({ type: ['string', 'null'] }, null)).toBe(true);
  expect(fits({ type: 'string', nullable: true }, null)).toBe(true);
});

describe('variants', () => {
  const variants: JsonSchema[] = [
    { title: 'Mail', type: 'object', properties: { kind: { const: 'mail' }, to: { type: 'string' } } },
    {
      title: 'Slack',
      type: 'object',
      properties: { kind: { enum: ['slack'] }, channel: { type: 'string', default: '#ops' } },
    },
  ];

  it('finds the variant by its fixed parts', () => {
    expect(variantOf(variants, { kind: 'slack' })).toBe(1);
    expect(variantOf(variants, { kind: 'other' })).toBe(-1);
    expect(variantOf(variants, undefined)).toBe(-1);
  });

  it('starts a variant with its fixed parts and defaults', () => {
    expect(variantStart(variants[1] ?? {})).toEqual({ kind: 'slack', channel: '#ops' });
    expect(newItem({ oneOf: variants })).toEqual({ kind: 'mail' });
  });
});

it('writes paths as problems do', () => {
  expect(childPath(childPath(childPath('', 'db'), 'hosts'), 2)).toBe('db.hosts[2]');
});

describe('parseNumber', () => {
  it.each([
    ['', null],
    ['12', { value: 12 }],
    [' -1.5e2 ', { value: -150 }],
    ['.5', { value: 0.5 }],
  ])('%j', (typed, result) => {
    expect(parseNumber(typed, false)).toEqual(result);
  });

  it.each(['abc', '1,5', '0x10', 'Infinity', '1e999', '--1'])('%j is refused with a sentence', (typed) => {
    expect(parseNumber(typed, false)).toMatchObject({ error: expect.stringMatching(/\.$/) });
  });

  it('refuses fractions and what would be rounded where a whole number is wanted', () => {
    expect(parseNumber('1.5', true)).toHaveProperty('error');
    expect(parseNumber('9007199254740993', true)).toHaveProperty('error');
    expect(parseNumber('1e3', true)).toEqual({ value: 1_000 });
  });
});
