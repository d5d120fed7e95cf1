/** What a script answers: `-- result_collection=…` among its comments. Pure. */
import { tokenize } from '@/worker/runtimes/postgresql/statements';

export interface Collection {
  /** every statement's result, in a list; else the last one's */
  readonly hasAllStatements: boolean;
  /** the first row only; null when there is none */
  readonly isFirstRow: boolean;
  /** the first column's value in place of a row */
  readonly isScalar: boolean;
}

export interface StatementResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly columns: readonly string[];
}

const USUAL: Collection = { hasAllStatements: false, isFirstRow: false, isScalar: false };
const ANNOTATION = /^--\s*result_collection\s*=\s*(\S*)\s*$/;
const CHOICE = /^(last|all)_statements?_(first|all)_rows?(_scalar)?$/;

/** Null when the script names a way that there is not. */
export function parseCollection(script: string): Collection | null {
  for (const token of tokenize(script)) {
    const named = token.kind === 'comment' ? ANNOTATION.exec(token.text)?.[1] : undefined;
    if (named === undefined || named === 'legacy') continue;
    const choice = CHOICE.exec(named);
    if (choice === null) return null;
    return {
      hasAllStatements: choice[1] === 'all',
      isFirstRow: choice[2] === 'first',
      isScalar: choice[3] !== undefined,
    };
  }
  return USUAL;
}

/** A script's answer from what its statements answered, in order. */
export function collected(results: readonly StatementResult[], { hasAllStatements, ...one }: Collection): unknown {
  const answers = (hasAllStatements ? results : results.slice(-1)).map((result) => answerOf(result, one));
  return hasAllStatements ? answers : answers[0];
}

function answerOf({ rows, columns }: StatementResult, { isFirstRow, isScalar }: Omit<Collection, 'hasAllStatements'>) {
  const column = columns[0] ?? '';
  const shown = isScalar ? rows.map((row) => row[column] ?? null) : rows;
  return isFirstRow ? (shown[0] ?? null) : shown;
}
