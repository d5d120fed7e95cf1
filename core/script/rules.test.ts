import { describe, expect, test } from 'vitest';
import { argNamesOf, inferSchema, mayHaveDependencies, preprocessorOf, suggestedTimeoutS } from './rules';

describe('the names by which arguments are bound', () => {
  test('are in the order of the signature', () => {
    expect(argNamesOf('python3', 'def main(z: int, db: dict, a: str = "x"):\n    pass\n')).toEqual(['z', 'db', 'a']);
  });
  test('are those of the schema for code that cannot be read', () => {
    const schema = { type: 'object' as const, properties: { b: {}, a: {} }, required: [], order: ['b', 'a'] };
    expect(argNamesOf('python3', 'def main(:', schema)).toEqual(['b', 'a']);
  });
  test('are those of a preprocessor that stands alone', () => {
    expect(argNamesOf('python3', 'def preprocessor(event): ...')).toEqual(['event']);
    expect(argNamesOf('python3', 'def preprocessor(event): ...\ndef main(a): ...')).toEqual(['a']);
  });
});

describe('how a preprocessor takes a request', () => {
  test.each([
    ['python3', 'def preprocessor(event): ...\ndef main(a): ...', 'event'],
    ['python3', '@workflow\nasync def main(a): ...\ndef preprocessor(a, b=1): ...', 'arguments'],
    ['python3', 'def preprocessor(event): ...', null],
    ['python3', 'def main(a): ...  # no preprocessor', null],
    ['bun', 'export async function preprocessor(event: E) {}\nexport async function main(a: string) {}', 'event'],
    ['nativets', 'export const preprocessor = (a: string) => ({});\nexport const main = () => 1;', 'arguments'],
    ['deno', 'function preprocessor(event: E) {}\nexport function main() {}', null],
    ['bash', '# preprocessor(event)', null],
  ])('%s: %s', (language, content, expected) => expect(preprocessorOf(language, content)).toBe(expected));
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
