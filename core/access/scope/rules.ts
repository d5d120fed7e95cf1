import { ACTIONS, type Action } from '@/core/access/model';
import { own } from '@/core/own';

/** One parsed scope. `glob` null: every path. */
export interface Scope {
  readonly domain: string;
  readonly verb: string;
  readonly glob: string | null;
}

const SHAPE = /^(\*|[a-z]+):(\*|[a-z]+)(?::([A-Za-z0-9_\-./@*]+))?$/;

/** Windmill's spelling of the same scopes, as its SDKs and webhook tokens send them. */
const OTHER_SPELLINGS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^jobs:run:scripts(?::|$)(.*)$/, 'script:run:$1'],
  [/^jobs:run:flows(?::|$)(.*)$/, 'flow:run:$1'],
  [/^jobs:run$/, '*:run'],
  [/^(job|script|flow|resource|variable|folder|group|worker|token|workspace)s:(.*)$/, '$1:$2'],
];

function ownSpelling(text: string): string {
  for (const [shape, ours] of OTHER_SPELLINGS) {
    if (shape.test(text)) return text.replace(shape, ours).replace(/:$/, '');
  }
  return text;
}

/** Parses `domain:action[:path-glob]`; null when the text is no scope or names an action that does not exist. */
export function parseScope(text: string): Scope | null {
  const found = SHAPE.exec(ownSpelling(text.trim()));
  if (found?.[1] === undefined || found[2] === undefined) return null;
  const scope: Scope = { domain: found[1], verb: found[2], glob: found[3] ?? null };
  return ACTIONS.some((action) => coversAction(scope, action)) ? scope : null;
}

/** Writing something includes reading it, and reading its value includes knowing its name. */
const INCLUDES: Readonly<Record<string, readonly string[]>> = { write: ['read', 'list'], read: ['list'] };

/** True when the scope's words allow this action on some path. */
export function coversAction(scope: Scope, action: Action): boolean {
  const [domain = '', verb = ''] = action.split(':');
  if (scope.domain !== '*' && scope.domain !== domain) return false;
  return scope.verb === '*' || scope.verb === verb || (own(INCLUDES, scope.verb)?.includes(verb) ?? false);
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** True when `path` matches `glob`, in which `*` stands for any text, slashes included. */
export function matchesGlob(glob: string, path: string): boolean {
  return new RegExp(`^${glob.split('*').map(escapeRegExp).join('.*')}$`, 's').test(path);
}

/** The glob as a pattern for SQL's LIKE: the same answer as `matchesGlob`. */
export function likePattern(glob: string): string {
  return glob
    .split('*')
    .map((part) => part.replace(/[\\%_]/g, '\\$&'))
    .join('%');
}

/** True when every path of `inner` is also matched by `outer`: exact for globs whose only star is the last character. */
function isGlobWithin(inner: string | null, outer: string | null): boolean {
  if (outer === null || outer === inner) return true;
  if (inner === null) return false;
  if (!outer.slice(0, -1).includes('*') && outer.endsWith('*')) {
    const fixed = inner.split('*')[0] ?? '';
    return fixed.startsWith(outer.slice(0, -1));
  }
  return !inner.includes('*') && matchesGlob(outer, inner);
}

/** True when whoever holds `outer` may hand out `inner`: a new token is never wider than its maker's. */
export function isScopeWithin(inner: Scope, outer: readonly Scope[]): boolean {
  return ACTIONS.filter((action) => coversAction(inner, action)).every((action) =>
    outer.some((scope) => coversAction(scope, action) && isGlobWithin(inner.glob, scope.glob)),
  );
}

/**
 * What a token's scopes leave of one action: `none`, `all`, or only the paths that match one of the globs.
 * `scopes` null is a credential without scopes. A scope text that cannot be parsed allows nothing.
 */
export type ScopeLimit =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'globs'; readonly globs: readonly string[] };

/** See `ScopeLimit`. */
export function scopeLimit(scopes: readonly string[] | null, action: Action): ScopeLimit {
  if (scopes === null) return { kind: 'all' };
  const globs: string[] = [];
  for (const text of scopes) {
    const scope = parseScope(text);
    if (scope === null || !coversAction(scope, action)) continue;
    if (scope.glob === null) return { kind: 'all' };
    globs.push(scope.glob);
  }
  return globs.length === 0 ? { kind: 'none' } : { kind: 'globs', globs };
}
