import { describe, expect, test } from 'vitest';
import { inferSchema, mayHaveDependencies, narrowResources, runFacts, suggestedTimeoutS } from './rules';

describe('what a job needs to know of a signature', () => {
  test('names in their order, and the keys a resource declares', () => {
    const content =
      'from typing import TypedDict\nclass postgresql(TypedDict):\n    host: str\n    dbname: str\n\ndef main(z: int, db: postgresql, a: str = "x"):\n    pass\n';
    expect(runFacts('python3', content)).toEqual({
      argNames: ['z', 'db', 'a'],
      resourceKeys: { db: ['host', 'dbname'] },
    });
  });
  test('a resource loses the keys that were not declared, other objects lose nothing', () => {
    const args = { db: { host: 'h', dbname: 'd', sslmode: 'x' }, more: { sslmode: 'x' } };
    expect(narrowResources(args, { db: ['host', 'dbname'] })).toEqual({
      db: { host: 'h', dbname: 'd' },
      more: { sslmode: 'x' },
    });
  });
  test('code that cannot be read is bound by its schema', () => {
    const schema = { type: 'object' as const, properties: { b: {}, a: {} }, required: [], order: ['b', 'a'] };
    expect(runFacts('python3', 'def main(:', schema).argNames).toEqual(['b', 'a']);
  });
});

describe('whether the resolver is asked', () => {
  test.each([
    ['python3', 'import os, json\nfrom datetime import date\ndef main(): ...', false],
    ['python3', 'import os, requests\ndef main(): ...', true],
    ['python3', '# requirements:\n# numpy\ndef main(): ...', true],
    ['python3', 'def main():\n    import numpy as np', true],
    ['bun', 'export async function main(a: string) { return a }', false],
    ['bun', 'import { z } from "zod"\nexport function main() {}', true],
    ['nativets', 'const x = require("left-pad")', true],
    ['bash', 'import this', false],
    ['postgresql', 'SELECT 1 FROM t', false],
  ])('%s: %s', (language, content, expected) => expect(mayHaveDependencies(language, content)).toBe(expected));
});

test('a schema follows its script and keeps what people refined', () => {
  const before = 'def main(name: str, gone: int): ...';
  const first = inferSchema('python3', before, null).schema;
  const refined = {
    ...first,
    properties: { ...first.properties, name: { ...first.properties.name, description: 'Who' } },
  };
  const { schema, mismatches } = inferSchema('python3', 'def main(name: str, age: int = 3): ...', refined, before);
  expect(schema.properties.name).toMatchObject({ type: 'string', description: 'Who' });
  expect(schema.properties.age).toMatchObject({ type: 'integer', default: 3 });
  expect(schema.order).toEqual(['name', 'age']);
  expect(mismatches).toEqual([]);
});

test.each([
  [100, 1],
  [4_100, 7],
  [31_000, 50],
  [400_000, 600],
])('after a p95 of %i ms a timeout of %i s is suggested', (p95Ms, seconds) =>
  expect(suggestedTimeoutS(p95Ms)).toBe(seconds),
);
