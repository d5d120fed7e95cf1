import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePrecise } from '@/core/precise-json';
import { serverForJobs } from '@/test/database';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';

let bench: TestBench;
const database = serverForJobs();
beforeAll(async () => {
  bench = await openBench({ warm: { postgresql: 2 } });
  bench.sandboxes.prewarm();
});
afterAll(() => bench.close());

const sql = (content: string, args: Record<string, unknown> = {}) =>
  bench.run('postgresql', content, { database, ...args });

describe('statements', () => {
  it('run in order on one connection; the last one’s rows are the result', async () => {
    const script = `CREATE TEMP TABLE pets (id int, name text);
      INSERT INTO pets VALUES (1, 'a;b'), (2, $$it's; fine$$); -- a comment; here
      SELECT * FROM pets ORDER BY id;`;
    expect((await sql(script)).result).toEqual([
      { id: 1, name: 'a;b' },
      { id: 2, name: "it's; fine" },
    ]);
  });

  it('answer in the form that the script asks for, with names put into its text', async () => {
    const script = `-- result_collection=all_statements_first_row_scalar
      -- %%size%% big/small
      -- %%name%%
      CREATE TYPE pg_temp.size AS ENUM ('big', 'small');
      SELECT ARRAY['%%size%%', NULL]::pg_temp.size[] AS sizes;
      SELECT %%name%%, 2 FROM (VALUES (12.34567890123456789)) v(n)`;
    const { outcome } = await sql(script, { size: 'small', name: 'v.n' });
    expect(outcome).toMatchObject({ resultJson: '[null,["small",null],12.34567890123456789]' });
    const refused = await sql(script, { size: 'small', name: 'n; DROP TABLE pets' });
    expect(refused.failure).toContain('BadArgument: The argument name becomes a part of the SQL itself');
  });

  it('without rows answer an empty list; notices are in the log', async () => {
    const { result, log } = await sql("DO $$ BEGIN RAISE NOTICE 'hello; %', 1; END $$; CREATE TEMP TABLE x ()");
    expect(result).toEqual([]);
    expect(log).toContain('NOTICE: hello; 1');
  });

  it('show values as JSON can', async () => {
    const script = `SELECT 42::int8 AS small, 9007199254740991::int8 AS large, 1.50::numeric AS price, true AS yes,
      ARRAY['a b', NULL] AS list, '{"k": [1]}'::jsonb AS doc, '2026-01-02 03:04:05+02'::timestamptz AS at,
      '2026-01-02'::date AS day, 'NaN'::float8 AS nan, NULL AS nothing`;
    expect((await sql(script)).result).toEqual([
      {
        small: 42,
        large: 9007199254740991,
        price: 1.5,
        yes: true,
        list: ['a b', null],
        doc: { k: [1] },
        at: '2026-01-02T01:04:05Z',
        day: '2026-01-02',
        nan: null,
        nothing: null,
      },
    ]);
  });
});

describe('parameters', () => {
  it('keep every digit of a whole number, there and back', async () => {
    const args = parsePrecise('{"n": 9223372036854775807}');
    if (typeof args !== 'object' || args === null) throw new Error('not an object');
    const { outcome } = await sql('-- $1 n\nSELECT $1::int8 AS n, $1::text AS t', { ...args });
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      resultJson: '[{"n":9223372036854775807,"t":"9223372036854775807"}]',
    });
  });

  it('bind by declaration, with types and defaults, in any number and order', async () => {
    const script = `-- $2 ids (int[])
      -- $7 doc (jsonb)
      -- $1 name (text) = 'nobody'
      SELECT $1 AS name, $2 AS ids, $7 AS doc, $2 AS again`;
    expect((await sql(script, { ids: [1, '2'], doc: [{ a: "'; DROP" }] })).result).toEqual([
      { name: 'nobody', ids: [1, 2], doc: [{ a: "'; DROP" }], again: [1, 2] },
    ]);
  });

  it('without a type take the column’s, or the value’s where there is none', async () => {
    const script = `-- $1 flag
      -- $2 n
      -- $3 t
      SELECT $1 AS flag, $2 AS n, $3 AS t, (SELECT count(*) FROM (VALUES ('42')) v(x) WHERE x = $2::text) AS found`;
    expect((await sql(script, { flag: false, n: 42, t: 'x' })).result).toEqual([
      { flag: false, n: 42, t: 'x', found: 1 },
    ]);
    const compared = "-- $1 n\nSELECT x FROM (VALUES ('42'::text)) v(x) WHERE x = $1";
    expect((await sql(compared, { n: 42 })).result).toEqual([{ x: '42' }]);
    expect((await sql('-- $1 n\nSELECT $1 AS n', { n: 42 })).result).toEqual([{ n: 42 }]);
    // What the server cannot make out at all, the values say; undeclared ones are called as they are written.
    const unclear = 'SELECT $1 + $2 AS sum, (SELECT count(*) FROM unnest($3)) AS items';
    expect((await sql(unclear, { $1: 1, $2: 2.5, $3: ['a', null] })).result).toEqual([{ sum: 3.5, items: 2 }]);
  });

  it('never become SQL', async () => {
    const name = "x'); DROP TABLE pets; --";
    expect((await sql('-- $1 name\nSELECT $1 AS name', { name })).result).toEqual([{ name }]);
  });
});

describe('failures', () => {
  it('name the statement, its line and what Postgres said', async () => {
    const { outcome, failure } = await sql('SELECT 1;\nSELECT\n  nope;\nSELECT 3');
    expect(failure).toContain('PostgresError: Statement 2 of 3 failed at line 3: column "nope" does not exist');
    expect(outcome).toMatchObject({ error: { code: '42703', statement: 2 } });
  });

  it.each([
    ['SELECT $1', {}, 'UndeclaredParameter: $1 is not declared.'],
    ['-- $1 who\nSELECT $1', {}, 'MissingArgument: The script needs the argument who ($1)'],
    ['-- nothing', {}, 'EmptyScript: '],
    ['SELECT 1', { database: 'db' }, 'MissingDatabase: '],
  ])('%j', async (script, args, failure) => expect((await sql(script, args)).failure).toContain(failure));

  it('never show the password', async () => {
    const password = 'wrong-hunter2-password';
    const refused = await sql('SELECT 1', { database: { ...database, password } });
    const unreachable = await sql('SELECT 1', { database: { ...database, password, port: 1 } });
    for (const { failure, log, outcome } of [refused, unreachable]) {
      expect(failure).toContain('ConnectionError: No connection to');
      expect(JSON.stringify([log, outcome])).not.toContain(password);
    }
  });
});
