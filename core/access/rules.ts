import { FantailError, forbidden, notFound } from '@/core/errors';
import type { AccessObject, Action, Actor, FolderLevel, Role } from './model';
import { matchesGlob, scopeLimit } from './scope/rules';

/** The answer of `can`. A refusal says why in one sentence, and whether even the object's existence is hidden. */
export type Decision =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly why: string; readonly isVisible: boolean };

const ALLOWED: Decision = { isAllowed: true };
const refuse = (why: string, isVisible = true): Decision => ({ isAllowed: false, why, isVisible });

/**
 * Who may do it at all: the least role within a workspace, `anyone` signed in (also outside workspaces), or `instance`
 * administrators. `level` is what the path must grant besides; an action without one is not about paths.
 */
interface Rule {
  readonly least: Role | 'anyone' | 'instance';
  readonly level?: FolderLevel;
}

const RULES: Readonly<Record<Action, Rule>> = {
  'script:read': { least: 'operator', level: 'viewer' },
  'script:write': { least: 'developer', level: 'writer' },
  'script:run': { least: 'operator', level: 'viewer' },
  'script:preview': { least: 'developer' },
  'flow:read': { least: 'operator', level: 'viewer' },
  'flow:write': { least: 'developer', level: 'writer' },
  'flow:run': { least: 'operator', level: 'viewer' },
  'flow:preview': { least: 'developer' },
  'job:read': { least: 'operator', level: 'viewer' },
  'job:cancel': { least: 'operator', level: 'writer' },
  'resource:list': { least: 'operator', level: 'viewer' },
  'resource:read': { least: 'developer', level: 'viewer' },
  'resource:write': { least: 'developer', level: 'writer' },
  'variable:list': { least: 'operator', level: 'viewer' },
  'variable:read': { least: 'developer', level: 'viewer' },
  'variable:write': { least: 'developer', level: 'writer' },
  'approval:read': { least: 'operator' },
  'approval:decide': { least: 'operator' },
  'worker:read': { least: 'anyone' },
  'worker:manage': { least: 'instance' },
  'workspace:read': { least: 'operator' },
  'workspace:manage': { least: 'admin' },
  'workspace:create': { least: 'instance' },
  'member:read': { least: 'operator' },
  'member:manage': { least: 'admin' },
  'folder:read': { least: 'operator', level: 'viewer' },
  'folder:write': { least: 'developer', level: 'owner' },
  'group:read': { least: 'operator' },
  'group:write': { least: 'developer', level: 'writer' },
  'audit:read': { least: 'admin' },
  'token:manage': { least: 'anyone' },
  'self:read': { least: 'anyone' },
  'self:write': { least: 'anyone' },
  'instance:manage': { least: 'instance' },
};

const ROLE_RANK: Readonly<Record<Role, number>> = { operator: 0, developer: 1, admin: 2 };
const LEVEL_RANK: Readonly<Record<FolderLevel, number>> = { viewer: 0, writer: 1, owner: 2 };

/** A job of an operator reads the values that its script was written to use; the operator himself does not. */
const IN_JOBS: ReadonlySet<Action> = new Set(['resource:read', 'variable:read']);

const ACTION_WORDS: Readonly<Record<string, string>> = {
  read: 'see',
  list: 'list',
  write: 'change',
  run: 'run',
  preview: 'try out',
  cancel: 'cancel',
  decide: 'decide',
  manage: 'manage',
  create: 'create',
};

/** `see scripts`: an action in words. */
export function phrase(action: Action): string {
  const [domain = '', verb = ''] = action.split(':');
  // Who may choose them in a form sees their names and not what is in them.
  if (action === 'resource:read' || action === 'variable:read') return `see the values of ${domain}s`;
  return `${ACTION_WORDS[verb] ?? verb} ${domain === 'self' ? 'your account' : `${domain}s`}`;
}

/** Where a part in a path comes from: it is his own, a group's he is in (or manages), or a folder's list names him. */
export type GrantSource =
  | { readonly kind: 'own' }
  | { readonly kind: 'group'; readonly group: string; readonly isManager: boolean }
  | { readonly kind: 'folder'; readonly folder: string };

/** Everything below `prefix` is his at `level`. */
export interface PathRule {
  readonly prefix: string;
  readonly level: FolderLevel;
  readonly source: GrantSource;
}

/** All paths this actor has a part in, as prefixes that end in a slash; `all` for administrators of the workspace. */
function pathRules(actor: Actor): 'all' | readonly PathRule[] {
  if (actor.role === null) return [];
  if (actor.role === 'admin') return 'all';
  const rules: PathRule[] = [{ prefix: `u/${actor.username}/`, level: 'owner', source: { kind: 'own' } }];
  for (const group of actor.groups) {
    const isManager = actor.managedGroups.includes(group);
    const source = { kind: 'group', group, isManager } as const;
    // Everybody is in `all`: what everybody owned, nobody would.
    if (group !== 'all') rules.push({ prefix: `u/${group}/`, level: 'owner', source });
    rules.push({ prefix: `g/${group}/`, level: isManager ? 'writer' : 'viewer', source });
  }
  for (const [folder, level] of Object.entries(actor.folders))
    rules.push({ prefix: `f/${folder}/`, level, source: { kind: 'folder', folder } });
  return rules;
}

/** The rule that gives the most at a path; null: he has no part in it. `all` for administrators of the workspace. */
export function grantAt(actor: Actor, path: string): 'all' | PathRule | null {
  const rules = pathRules(actor);
  if (rules === 'all') return 'all';
  let best: PathRule | null = null;
  for (const rule of rules) {
    // `f/x` itself (the folder, not something in it) has the level of what lies below it.
    if (!`${path}/`.startsWith(rule.prefix)) continue;
    if (best === null || LEVEL_RANK[rule.level] > LEVEL_RANK[best.level]) best = rule;
  }
  return best;
}

function levelAt(actor: Actor, path: string): FolderLevel | null {
  const grant = grantAt(actor, path);
  return grant === 'all' ? 'owner' : (grant?.level ?? null);
}

function decideRole(actor: Actor, action: Action, rule: Rule): Decision {
  if (rule.least === 'anyone') return ALLOWED;
  if (rule.least === 'instance') {
    return actor.isInstanceAdmin ? ALLOWED : refuse(`Only an instance administrator may ${phrase(action)}.`);
  }
  if (actor.role === null) return refuse('You are not a member of this workspace.', false);
  if (ROLE_RANK[actor.role] >= ROLE_RANK[rule.least]) return ALLOWED;
  if (actor.via === 'job' && IN_JOBS.has(action)) return ALLOWED;
  return refuse(`Your role here is ${actor.role}; to ${phrase(action)} you need to be ${rule.least}.`);
}

function decideScope(
  actor: Actor,
  action: Action,
  rule: Rule,
  path: string | null,
  isAboutAnything: boolean,
): Decision {
  // Whoever holds a token may ask whose it is: every client begins with that question.
  if (action === 'self:read') return ALLOWED;
  const limit = scopeLimit(actor.scopes, action);
  if (limit.kind === 'all') return ALLOWED;
  if (limit.kind === 'none') return refuse(`This token's scopes do not include ${action}.`);
  // A scope with paths says nothing about actions that have none; without an object yet, some path may fit.
  if (isAboutAnything && rule.level !== undefined) return ALLOWED;
  if (path !== null && limit.globs.some((glob) => matchesGlob(glob, path))) return ALLOWED;
  return refuse(`This token's scopes allow ${action} on ${limit.globs.join(', ')} only.`, false);
}

function decidePath(actor: Actor, action: Action, needed: FolderLevel, path: string): Decision {
  const level = levelAt(actor, path);
  if (level === null) return refuse(`You have no part in ${path}.`, false);
  if (LEVEL_RANK[level] >= LEVEL_RANK[needed]) return ALLOWED;
  return refuse(`You may see ${path}, but to ${phrase(action)} there you need to be its ${needed}.`);
}

/** The path of an object when it has one. A group's or folder's own path is `g/<name>` or `f/<name>`. */
const pathOf = (object: AccessObject): string | null =>
  object.kind === 'path' ? object.path : object.kind === 'job' ? object.path : null;

function decideObject(actor: Actor, action: Action, rule: Rule, object: AccessObject): Decision {
  switch (object.kind) {
    case 'none':
      return ALLOWED;
    case 'path':
      return rule.level === undefined ? ALLOWED : decidePath(actor, action, rule.level, object.path);
    case 'job': {
      if (rule.level === undefined || actor.role === 'admin' || object.createdBy === actor.username) return ALLOWED;
      if (object.path === null) return refuse('This job was started by someone else.', false);
      return decidePath(actor, action, rule.level, object.path);
    }
    case 'user': {
      if (object.username === actor.username || actor.role === 'admin' || actor.isInstanceAdmin) return ALLOWED;
      return refuse(`Only ${object.username} and administrators may do this.`, false);
    }
    default: {
      const unknown: never = object;
      return refuse(`Unknown object ${JSON.stringify(unknown)}.`, false);
    }
  }
}

/** The three questions of a decision in their order: the first that refuses decides. */
export interface DecisionSteps {
  readonly role: Decision;
  readonly scope: Decision;
  readonly object: Decision;
}

const decideScopeOf = (actor: Actor, action: Action, rule: Rule, object: AccessObject): Decision =>
  decideScope(actor, action, rule, pathOf(object), object.kind === 'none');

/** Every question answered, also those behind the one that refuses: what an explanation shows. */
export function decisionSteps(actor: Actor, action: Action, object: AccessObject): DecisionSteps {
  const rule = RULES[action];
  return {
    role: decideRole(actor, action, rule),
    scope: decideScopeOf(actor, action, rule, object),
    object: decideObject(actor, action, rule, object),
  };
}

/** What an action needs: the least role, and the level at a path; null: it is not about paths. */
export function needsOf(action: Action): { readonly least: Rule['least']; readonly level: FolderLevel | null } {
  return { least: RULES[action].least, level: RULES[action].level ?? null };
}

/**
 * May `actor` do `action` on `object`? Deny by default: role, then token scopes, then the object's path or owner must
 * all agree. With NO_OBJECT it answers whether there can be any object at all he may do it on.
 */
export function can(actor: Actor, action: Action, object: AccessObject): Decision {
  const rule = RULES[action];
  const byRole = decideRole(actor, action, rule);
  if (!byRole.isAllowed) return byRole;
  const byScope = decideScopeOf(actor, action, rule, object);
  if (!byScope.isAllowed) return byScope;
  return decideObject(actor, action, rule, object);
}

const describe = (object: AccessObject): string =>
  object.kind === 'path'
    ? object.path
    : object.kind === 'job'
      ? 'This job'
      : object.kind === 'user'
        ? object.username
        : 'This';

/** Throws `not_found` when the object is hidden from the actor, `forbidden` with the reason when he sees it. */
export function requireCan(actor: Actor, action: Action, object: AccessObject): void {
  const decision = can(actor, action, object);
  if (decision.isAllowed) return;
  if (decision.isVisible) throw forbidden(decision.why);
  throw object.kind === 'none' ? new FantailError('forbidden', decision.why) : notFound(describe(object));
}

/** Which paths an action is allowed on, as data: prefixes (null: all) and globs of the token (null: no limit). */
export interface PathFilter {
  readonly prefixes: readonly string[] | null;
  readonly globs: readonly string[] | null;
}

const NOTHING: PathFilter = { prefixes: [], globs: null };

/** The set {path: can(actor, action, path)} as data; lists use it so that they show exactly what single reads allow. */
export function pathFilter(actor: Actor, action: Action): PathFilter {
  const rule = RULES[action];
  const limit = scopeLimit(actor.scopes, action);
  if (limit.kind === 'none' || !decideRole(actor, action, rule).isAllowed) return NOTHING;
  const globs = limit.kind === 'globs' ? limit.globs : null;
  const needed = rule.level;
  if (needed === undefined) return { prefixes: null, globs };
  const rules = pathRules(actor);
  if (rules === 'all') return { prefixes: null, globs };
  const granted = rules.filter((one) => LEVEL_RANK[one.level] >= LEVEL_RANK[needed]);
  return { prefixes: granted.map((one) => one.prefix), globs };
}

/** True when `path` is in the filter's set: what the SQL of `sqlVisiblePaths` computes, in memory. */
export function isInPathFilter(filter: PathFilter, path: string): boolean {
  if (filter.prefixes !== null && !filter.prefixes.some((prefix) => `${path}/`.startsWith(prefix))) return false;
  return filter.globs === null || filter.globs.some((glob) => matchesGlob(glob, path));
}
