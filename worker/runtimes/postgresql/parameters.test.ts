import { describe, expect, it } from 'vitest';
import { bindStatement, interpolate, parseDeclarations } from '@/worker/runtimes/postgresql/parameters';
import { splitStatements } from '@/worker/runtimes/postgresql/statements';

describe('parseDeclarations', () => {
  it.each([
    ['-- $1 name', { number: 1, name: 'name', type: null }],
    ['-- $2 amount (numeric(10, 2)) = 5', { number: 2, name: 'amount', type: 'numeric(10, 2)', fallback: '5' }],
    ["-- $3 who (text) = 'it''s'", { number: 3, name: 'who', type: 'text', fallback: "it's" }],
    [
      '-- $4 when (timestamp without time zone[]) = null',
      { number: 4, name: 'when', type: 'timestamp without time zone[]', fallback: null },
    ],
    ['-- $6 größe = "groß" -- how large', { number: 6, name: 'größe', type: null, fallback: 'groß' }],
    ['-- $7 id (int) -- of the order', { number: 7, name: 'id', type: 'int' }],
    ["-- $8 rule (text) = '-- a --' -- its text", { number: 8, name: 'rule', type: 'text', fallback: '-- a --' }],
    ['--$5 x (int); DROP TABLE y', null],
    ['-- costs $5 today', null],
  ])('%j', (line, declaration) => {
    expect([...parseDeclarations(`${line}\nSELECT 1`).values()][0] ?? null).toEqual(declaration);
  });

  it('reads them wherever a comment stands, but not in a text', () => {
    const found = parseDeclarations("SELECT '-- $1 a';\n-- $2 b\nSELECT $2");
    expect([...found.keys()]).toEqual([2]);
  });
});

describe('interpolate', () => {
  const script = '-- %%table%% orders/old orders\n-- %%column%%\nSELECT %%column%%, \'%%else%%\' FROM "%%table%%"';

  it('puts names into the text, and leaves alone what nobody declares', () => {
    expect(interpolate(script, { table: 'old orders', column: 'o.id' })).toMatchObject({
      kind: 'text',
      script: expect.stringContaining('SELECT o.id, \'%%else%%\' FROM "old orders"'),
    });
  });

  it.each([
    [{ table: 'orders' }, 'The script needs the argument column: a name of letters'],
    [{ table: 'orders', column: 'id; DROP TABLE x' }, 'The argument column becomes a part of the SQL itself'],
    [{ table: 'orders', column: 'a"b' }, 'The argument column becomes a part of the SQL itself'],
    [{ table: 'users', column: 'id' }, 'has to be one of orders, old orders.'],
    [{ table: ['orders'], column: 'id' }, 'has to be one of orders, old orders.'],
  ])('%j is refused', (args, message) => {
    expect(interpolate(script, args)).toMatchObject({ kind: 'refused', message: expect.stringContaining(message) });
  });
});

describe('bindStatement', () => {
  const bind = (script: string) => {
    const statement = splitStatements(script)[0];
    if (!statement) throw new Error('no statement');
    return bindStatement(statement, parseDeclarations(script));
  };

  it('numbers placeholders from one and casts to the declared type', () => {
    const { text, numbers } = bind('-- $5 a (int)\n-- $50 b\nSELECT $5 + $50, $5');
    expect(text).toBe('SELECT $1::int + $2, $1::int');
    expect(numbers).toEqual([5, 50]);
  });

  it('leaves a placeholder in a text alone', () => {
    expect(bind("SELECT '$1', $$ $2 $$, $3").text).toBe("SELECT '$1', $$ $2 $$, $1");
  });

  it('finds the place in the script that an error position means', () => {
    const script = '-- $5 a (int)\nSELECT $5, nope';
    const { text, toScript } = bind(script);
    expect(toScript(text.indexOf('nope'))).toBe(script.indexOf('nope'));
  });
});
