import { describe, expect, it } from 'vitest';
import { asWritten, parsePrecise } from '@/core/precise-json';
import fc from '@/test/property';
import { connectionOf } from '@/worker/runtimes/postgresql/connection';
import {
  betterType,
  certainType,
  fromPostgres,
  naturalType,
  parseArray,
  smallType,
  TYPE_IDS,
  toPostgres,
} from '@/worker/runtimes/postgresql/values';

describe('fromPostgres', () => {
  it.each([
    [TYPE_IDS.int8, '42', 42],
    [TYPE_IDS.int8, '9007199254740993', parsePrecise('9007199254740993')],
    [TYPE_IDS.numeric, '1.50', 1.5],
    [TYPE_IDS.numeric, '100', 100],
    [TYPE_IDS.numeric, '-0.1234567890123456789', asWritten('-0.1234567890123456789')],
    [TYPE_IDS.numeric, '12345678901234567890.10', asWritten('12345678901234567890.1')],
    [TYPE_IDS.numeric, 'NaN', null],
    [TYPE_IDS.float8, 'Infinity', null],
    [TYPE_IDS.bool, 't', true],
    [TYPE_IDS.jsonb, '{"a":[1]}', { a: [1] }],
    [TYPE_IDS.timestamp, '2024-01-15 10:30:00', '2024-01-15T10:30:00'],
    [TYPE_IDS.timestamptz, '2024-01-15 10:30:00.5+00', '2024-01-15T10:30:00.500Z'],
    [TYPE_IDS.timestamp, '2024-01-15 10:30:00.1234', '2024-01-15T10:30:00.123400'],
    [TYPE_IDS.jsonb, '{"n":9007199254740993}', { n: asWritten('9007199254740993') }],
    [1182, '{2024-01-15,NULL}', ['2024-01-15', null]],
    [3905, '{"[1,3)"}', ['[1,3)']],
    [TYPE_IDS.timestamp, 'infinity', 'infinity'],
    [1007, '{1,NULL,{2,3}}', [1, null, [2, 3]]],
    [1009, '{"a b",NULL,"q\\"\\\\","NULL"}', ['a b', null, 'q"\\', 'NULL']],
    [1009, '[0:1]={a,b}', ['a', 'b']],
    [99999, 'whatever', 'whatever'],
  ])('type %i, %j', (typeId, text, value) => expect(fromPostgres(typeId, text)).toEqual(value));
});

describe('toPostgres', () => {
  it('sends JSON as JSON, lists as arrays, and nothing as NULL', () => {
    expect(toPostgres(TYPE_IDS.jsonb, 'plain')).toBe('"plain"');
    expect(toPostgres(TYPE_IDS.jsonb, '{"a":1}')).toBe('{"a":1}');
    expect(toPostgres(TYPE_IDS.jsonb, [1])).toBe('[1]');
    expect(toPostgres(1007, ['1', 2, null])).toBe('{"1","2",NULL}');
    expect(toPostgres(TYPE_IDS.text, { a: 1 })).toBe('{"a":1}');
    expect(toPostgres(TYPE_IDS.int4, undefined)).toBeNull();
  });

  it('takes bytes as base64 or in the server’s own form, and lists also as text', () => {
    expect(toPostgres(TYPE_IDS.bytea, 'aGk=')).toBe('\\x6869');
    expect(toPostgres(TYPE_IDS.bytea, 'data:text/plain;base64,aGk=')).toBe('\\x6869');
    expect(toPostgres(TYPE_IDS.bytea, '\\x6869')).toBe('\\x6869');
    expect(toPostgres(TYPE_IDS.bytea, 'hi there')).toBe('hi there');
    expect(toPostgres(1007, '[1, 2]')).toBe('{"1","2"}');
    expect(toPostgres(1007, '{1,2}')).toBe('{1,2}');
    expect(toPostgres(TYPE_IDS.text, '[1, 2]')).toBe('[1, 2]');
  });

  it('writes arrays that can be read again', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary' }))), (values) => {
        expect(parseArray(toPostgres(1009, values) ?? '', (text) => text)).toEqual(values);
      }),
    );
  });

  it('knows what a value is by itself', () => {
    expect([true, 1, 1.5, 'x', null, [1]].map(naturalType)).toEqual(['bool', 'int8', 'float8', null, null, 'json']);
    expect([1, 'x', {}, [1], [1, 2.5], ['x', null], [], [[1]], [1, 'x']].map(certainType)).toEqual([
      'int8',
      'text',
      'jsonb',
      'int8[]',
      'float8[]',
      'text[]',
      'text[]',
      'jsonb',
      'jsonb',
    ]);
  });
});

describe('betterType', () => {
  it('reads a number beside a date as days, and keeps the fraction of one that is only read', () => {
    expect(betterType(TYPE_IDS.date, 3, false)).toBe('int4');
    expect(betterType(TYPE_IDS.date, '2026-01-01', true)).toBeNull();
    expect(betterType(TYPE_IDS.int4, 1.5, true)).toBe('float8');
    expect(betterType(TYPE_IDS.int4, 1.5, false)).toBeNull();
    expect(smallType(2 ** 31)).toBeNull();
  });
});

describe('connectionOf', () => {
  const resource = { host: 'db', port: '6543', user: 'u', password: 'p', dbname: 'd' };

  it('tries TLS first and goes without where the resource does not insist', () => {
    expect(connectionOf(resource)).toMatchObject({
      port: 6543,
      isPlainAllowed: true,
      ssl: { rejectUnauthorized: false },
    });
    expect(connectionOf({ ...resource, sslmode: 'require' })?.isPlainAllowed).toBe(false);
    expect(connectionOf({ ...resource, sslmode: 'disable' })?.ssl).toBe(false);
    expect(connectionOf({ ...resource, sslmode: 'verify-full', root_certificate_pem: 'PEM' })?.ssl).toEqual({
      rejectUnauthorized: true,
      ca: 'PEM',
    });
  });

  it.each([null, 'postgres://x', { host: 'db' }])('takes %j for no resource', (value) => {
    expect(connectionOf(value)).toBeNull();
  });
});
