import { describe, expect, test } from 'vitest';
import { maskedIn, parseReference, pickReference, secretsIn } from './rules';
import { BUILT_IN_TYPES } from './type/model';

describe('which resource a name means', () => {
  const all = ['f/data/prod', 'g/all/prod', 'u/ada/prod', 'u/ada/lab', 'f/data/shop.test'];
  test('the exact path first', () =>
    expect(pickReference('u/ada/prod', all)).toEqual({ kind: 'found', path: 'u/ada/prod' }));
  test('then the one below g/all', () =>
    expect(pickReference('prod', all)).toEqual({ kind: 'found', path: 'g/all/prod' }));
  test('then the only one of that name', () =>
    expect(pickReference('lab', all)).toEqual({ kind: 'found', path: 'u/ada/lab' }));
  test('else the candidates', () =>
    expect(pickReference('prod', ['u/ada/prod', 'f/data/prod'])).toEqual({
      kind: 'several',
      paths: ['f/data/prod', 'u/ada/prod'],
    }));
  test('a whole path never means another one', () => expect(pickReference('f/x/lab', all)).toEqual({ kind: 'none' }));
});

test('references are whole texts', () => {
  expect(parseReference('$res:f/data/prod')).toEqual({ kind: 'resource', name: 'f/data/prod' });
  expect(parseReference('$var: TOKEN ')).toEqual({ kind: 'variable', name: 'TOKEN' });
  for (const text of ['res:f/a/b', 'see $res:f/a/b', '$res:', '$vars:x', '']) expect(parseReference(text)).toBeNull();
});

describe('secrets of a resource', () => {
  const postgresql = BUILT_IN_TYPES.find(({ name }) => name === 'postgresql')?.schema;
  test('are what its type declares so, not its host and user', () => {
    const value = { host: 'localhost', user: 'postgres', dbname: 'warehouse', password: 'hunter22', port: 5432 };
    expect(secretsIn(value, postgresql)).toEqual(['hunter22']);
  });
  test('are all texts of a key nobody declared', () => {
    expect(secretsIn({ host: 'h', extra: { a: ['x1', 'x2'] } }, postgresql)).toEqual(['x1', 'x2']);
    expect(secretsIn({ host: 'h' }, undefined)).toEqual(['h']);
  });
  test('are masked, except for short ones that nobody declared and that no name calls one', () => {
    const value = { stage: 'prod', word: 'open sesame', pin_key: '4711', place: '$res:f/a/b' };
    expect(maskedIn(value, undefined)).toEqual(['open sesame', '4711']);
    expect(maskedIn({ stage: 'prod' }, { properties: { stage: { type: 'string', password: true } } })).toEqual([
      'prod',
    ]);
  });
  test('are not the names that each machine has for itself, unless something says so', () => {
    expect(secretsIn({ host: 'localhost', other: '127.0.0.1' }, undefined)).toEqual([]);
    expect(secretsIn({ password: 'localhost' }, undefined)).toEqual(['localhost']);
    expect(secretsIn({ x: 'localhost' }, { properties: { x: { type: 'string', password: true } } })).toEqual([
      'localhost',
    ]);
  });
  test('are in a URL too', () => {
    const schema = { properties: { url: { type: 'string' as const } } };
    expect(secretsIn({ url: 'postgres://ada:s3cret@db/x' }, schema)).toEqual(['s3cret']);
  });
});
