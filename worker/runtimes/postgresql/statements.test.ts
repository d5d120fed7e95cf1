import { describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { lineOf, splitStatements, tokenize } from '@/worker/runtimes/postgresql/statements';

const texts = (script: string) =>
  splitStatements(script).map((one) =>
    one.tokens
      .map((token) => token.text)
      .join('')
      .trim(),
  );

describe('splitStatements', () => {
  it.each([
    ['SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    [" SELECT ';', 'it''s;' ;", ["SELECT ';', 'it''s;'"]],
    [`SELECT "a;b" FROM "t"";";`, [`SELECT "a;b" FROM "t"";"`]],
    ["SELECT E'\\';' ; SELECT 2", ["SELECT E'\\';'", 'SELECT 2']],
    ['DO $$ BEGIN PERFORM 1; END $$; SELECT 2', ['DO $$ BEGIN PERFORM 1; END $$', 'SELECT 2']],
    ['DO $a$ x; $$ y; $a$; SELECT 2', ['DO $a$ x; $$ y; $a$', 'SELECT 2']],
    ['-- one; two\nSELECT 1; /* a; /* b; */ c; */', ['SELECT 1']],
    [';;  ;', []],
    ['-- only a comment', []],
    [
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; SELECT 3',
      ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END', 'SELECT 3'],
    ],
    ['BEGIN; SELECT 1; COMMIT', ['BEGIN', 'SELECT 1', 'COMMIT']],
  ])('%j', (script, statements) => expect(texts(script)).toEqual(statements));

  it('loses nothing: the tokens are the script', () => {
    fc.assert(
      fc.property(fc.string(), (script) => {
        expect(
          tokenize(script)
            .map((token) => token.text)
            .join(''),
        ).toBe(script);
      }),
    );
  });

  it('knows the line of a statement', () => {
    const script = 'SELECT 1;\n\n-- second\nSELECT 2;';
    expect(lineOf(script, splitStatements(script)[1]?.offset ?? 0)).toBe(4);
  });
});
