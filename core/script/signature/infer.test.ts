import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { inferSignature } from './infer';
import { inferableLanguages, type Signature } from './model';

function read(language: string, content: string): Signature {
  const result = inferSignature(language, content);
  if (!result.ok) throw new Error(result.error.message);
  return result.signature;
}

describe('bash', () => {
  test('positional assignments are arguments', () => {
    const { args } = read(
      'bash',
      `service="$1" # which service\nversion="\${2:-latest one}"\nempty=\${3:-}\nneeded="\${4:?say which}"\nhome="\${6:-$HOME/x}"\n`,
    );
    expect(args).toMatchObject([
      { name: 'service', position: 1, hasDefault: false, description: 'which service' },
      { name: 'version', position: 2, hasDefault: true, default: 'latest one' },
      { name: 'empty', position: 3, hasDefault: true, default: '' },
      { name: 'needed', position: 4, hasDefault: false },
      { name: 'home', position: 6, hasDefault: true, defaultExpression: '$HOME/x' },
    ]);
  });

  test('several on a line are several', () => {
    const { args } = read('bash', `a="$1" b="\${2:-x y}"; export C="$3" # last\nd="$4" && e=$5`);
    expect(args.map(({ name }) => name)).toEqual(['a', 'b', 'C', 'd', 'e']);
  });

  test('functions, heredocs and string operations declare nothing', () => {
    const content = `f() {\n  local a="$1"\n  b="$2"\n}\ncat <<EOF\nc="$3"\nEOF\nd="\${4#v}"\ne="$#"\n`;
    expect(read('bash', content).args).toEqual([]);
  });

  test('a hint names the places', () => {
    const { args, description } = read(
      'bash',
      '#!/bin/bash\n# Restarts it.\n# args: service, version=1.0, note?\necho "$SERVICE"',
    );
    expect(description).toBe('Restarts it.');
    expect(args).toMatchObject([
      { name: 'service', position: 1, hasDefault: false },
      { name: 'version', position: 2, default: '1.0' },
      { name: 'note', position: 3, isOptional: true },
    ]);
  });
});

test('bash: text in single quotes is no argument', () => {
  expect(read('bash', 'a=\'$1\'\nb="$2"').args.map(({ name }) => name)).toEqual(['b']);
});

describe('postgresql', () => {
  test('declarations give name, type and default; the database comes first', () => {
    const { args } = read(
      'postgresql',
      "-- $2 kind (varchar(20)) = 'it''s'\n-- $1 since (timestamp with time zone)\n-- $3 ids (int[]) = {1,2}\nselect $1, $2, $3",
    );
    expect(args).toMatchObject([
      { name: 'database', type: { kind: 'resource', name: 'postgresql' }, hasDefault: false },
      { name: 'since', position: 1, type: { kind: 'datetime' }, originalType: 'timestamp with time zone' },
      { name: 'kind', position: 2, type: { kind: 'string' }, default: "it's" },
      { name: 'ids', position: 3, type: { kind: 'list', of: { kind: 'int' } }, default: [1, 2] },
    ]);
  });

  test('a database may be fixed', () => {
    expect(read('postgresql', '-- database f/data/prod\nselect 1').args[0]).toMatchObject({
      hasDefault: true,
      default: '$res:f/data/prod',
    });
  });

  test('undeclared places are typed by their cast; comments and texts do not count', () => {
    const { args } = read(
      'postgresql',
      "select $2::int, cast($1 as double precision), '$7', $4::timestamp without time zone[] -- $8\n/* $9 */ $f$ $10 $f$",
    );
    expect(args.slice(1)).toMatchObject([
      { name: '$1', position: 1, type: { kind: 'float' } },
      { name: '$2', position: 2, type: { kind: 'int' } },
      { name: '$4', position: 4, type: { kind: 'list', of: { kind: 'datetime' } } },
    ]);
  });

  test('names that become a part of the SQL are arguments, with the choices that are listed', () => {
    const content =
      '-- %%table%% orders/old orders\n-- %%größe%%\n-- result_collection=last_statement_first_row\n-- Counts.\n';
    const result = inferSignature('postgresql', `${content}SELECT count(*) FROM %%table%% WHERE '%%x%%' = $1`);
    expect(result).toMatchObject({
      signature: {
        description: 'Counts.',
        args: [
          { name: 'database' },
          { name: 'table', type: { kind: 'enum', values: ['orders', 'old orders'] }, hasDefault: false },
          { name: 'größe', type: { kind: 'string' } },
          { name: '$1', position: 1 },
        ],
      },
    });
  });

  test('what stands behind a declaration describes it', () => {
    const { args } = read('postgresql', "-- $1 id (int) -- of the order\n-- $2 rule = '-- a --'\n-- $3 x =\nselect $1");
    expect(args.slice(1)).toMatchObject([
      { name: 'id', description: 'of the order', type: { kind: 'int' } },
      { name: 'rule', default: '-- a --' },
      { name: 'x', hasDefault: false },
    ]);
  });

  test('a bare declaration takes the type of its cast', () => {
    expect(read('postgresql', '-- $5 many\nselect $5::int + 1').args[1]).toMatchObject({
      name: 'many',
      position: 5,
      type: { kind: 'int' },
      isNullable: true,
    });
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...'def main(|export async function main(|class A(TypedDict):|):|a: int|= {|[|]|}|"""|\'|f"{|\n|    |, |*|-- $1 x (|"$1"|import |\\|#|type T = |: Optional["|<'.split(
      '|',
    ),
  );
  const soup = fc
    .array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 })
    .map((parts) => parts.join(''));

  test('inference never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...inferableLanguages, 'go'), fc.oneof(soup, fc.string()), (language, content) => {
        const result = inferSignature(language, content);
        if (result.ok) return Array.isArray(result.signature.args);
        return result.error.line >= 1 && result.error.column >= 1 && result.error.message.endsWith('.');
      }),
      { numRuns: 1500 },
    );
  });

  test('endless nesting is answered', () => {
    for (const language of inferableLanguages) {
      const nested = '['.repeat(5_000);
      expect(() => inferSignature(language, `def main(x = ${nested}`)).not.toThrow();
      expect(() =>
        inferSignature(language, `export function main(x = ${nested}${']'.repeat(5_000)}) {}`),
      ).not.toThrow();
    }
  });

  test('a language whose source is not read says so', () => {
    expect(inferSignature('go', 'func main() {}')).toMatchObject({ ok: false, error: { line: 1 } });
  });
});
