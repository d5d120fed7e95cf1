import type { Action, Actor } from '../model';
import { can, type PathFilter, pathFilter } from '../rules';
import { likePattern } from '../scope/rules';

/** A condition for a WHERE clause: its text with `$n` from the first free number, and the values for them. */
export interface SqlCondition {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The condition "the actor may do `action` on the path in `column`". `column` is our own text, never input;
 * `firstParameter` is the number of the first free `$n`. At most two parameters.
 */
export function sqlVisiblePaths(actor: Actor, action: Action, column: string, firstParameter: number): SqlCondition {
  return sqlOfFilter(pathFilter(actor, action), column, firstParameter);
}

function sqlOfFilter(filter: PathFilter, column: string, firstParameter: number): SqlCondition {
  const parts: string[] = [];
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${firstParameter + values.push(value) - 1}`;
  if (filter.prefixes !== null) parts.push(`(${column} || '/') ^@ ANY (${parameter(filter.prefixes)}::text[])`);
  if (filter.globs !== null) parts.push(`${column} LIKE ANY (${parameter(filter.globs.map(likePattern))}::text[])`);
  return { text: parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`, values };
}

/**
 * The condition "the actor may do `action` on this job": he started it or has the level its path needs, and the
 * token's scopes fit. `columns` are our own texts. At most three parameters; `true` for administrators.
 */
export function sqlVisibleJobs(
  actor: Actor,
  action: 'job:read' | 'job:cancel',
  columns: { readonly path: string; readonly createdBy: string },
  firstParameter: number,
): SqlCondition {
  const filter = pathFilter(actor, action);
  if (filter.prefixes === null || can(actor, action, { kind: 'none' }).isAllowed === false) {
    return sqlOfFilter(filter, columns.path, firstParameter);
  }
  const byPath = sqlOfFilter({ prefixes: filter.prefixes, globs: null }, columns.path, firstParameter);
  const creator = firstParameter + byPath.values.length;
  const seen = `(${columns.createdBy} = $${creator} OR (${columns.path} IS NOT NULL AND ${byPath.text}))`;
  const values = [...byPath.values, actor.username];
  if (filter.globs === null) return { text: seen, values };
  const byScope = sqlOfFilter({ prefixes: null, globs: filter.globs }, columns.path, creator + 1);
  return { text: `(${seen} AND ${byScope.text})`, values: [...values, ...byScope.values] };
}
