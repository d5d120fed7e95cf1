import { describe, expect, it } from 'vitest';
import { collected, parseCollection } from '@/worker/runtimes/postgresql/collection';

const results = [
  { columns: ['a'], rows: [{ a: 1 }, { a: 2 }] },
  {
    columns: ['b', 'c'],
    rows: [
      { b: 3, c: 4 },
      { b: null, c: 5 },
    ],
  },
];
const answer = (name: string, of = results) => {
  const collection = parseCollection(`-- result_collection=${name}\nSELECT 1`);
  if (collection === null) throw new Error('not known');
  return collected(of, collection);
};

describe('what a script answers', () => {
  it.each<[string, unknown]>([
    [
      'last_statement_all_rows',
      [
        { b: 3, c: 4 },
        { b: null, c: 5 },
      ],
    ],
    ['last_statement_first_row', { b: 3, c: 4 }],
    ['last_statement_all_rows_scalar', [3, null]],
    ['last_statement_first_row_scalar', 3],
    ['all_statements_all_rows', [results[0]?.rows, results[1]?.rows]],
    ['all_statements_first_row', [{ a: 1 }, { b: 3, c: 4 }]],
    [
      'all_statements_all_rows_scalar',
      [
        [1, 2],
        [3, null],
      ],
    ],
    ['all_statements_first_row_scalar', [1, 3]],
    [
      'legacy',
      [
        { b: 3, c: 4 },
        { b: null, c: 5 },
      ],
    ],
  ])('%s', (name, expected) => expect(answer(name)).toEqual(expected));

  it('is nothing where there are no rows', () => {
    const none = [{ columns: [], rows: [] }];
    expect(answer('last_statement_all_rows', none)).toEqual([]);
    expect(answer('last_statement_first_row', none)).toBeNull();
    expect(answer('last_statement_first_row_scalar', none)).toBeNull();
  });

  it('is the last statement’s rows unless a comment says otherwise', () => {
    const usual = { hasAllStatements: false, isFirstRow: false, isScalar: false };
    expect(parseCollection("SELECT '-- result_collection=last_statement_first_row'")).toEqual(usual);
    expect(parseCollection('-- result_collection=everything\nSELECT 1')).toBeNull();
  });
});
