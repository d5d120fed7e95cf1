import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { ACTIONS, type Action, type Actor, NO_OBJECT, ROLES, type Role } from './model';
import { can, isInPathFilter, pathFilter, requireCan } from './rules';

const actor = (changes: Partial<Actor> = {}): Actor => ({
  userId: '00000000-0000-0000-0000-000000000001',
  email: 'ann@example.com',
  username: 'ann',
  isInstanceAdmin: false,
  workspaceId: 'demo',
  role: 'developer',
  groups: ['all', 'ops'],
  managedGroups: [],
  folders: {},
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'test',
  ...changes,
});

const path = (text: string) => ({ kind: 'path', path: text }) as const;
const isAllowed = (who: Actor, action: Action, object: Parameters<typeof can>[2] = NO_OBJECT) =>
  can(who, action, object).isAllowed;

describe('roles', () => {
  // Which roles may do the action at all: o = operator, d = developer, a = admin, i = instance administrator only.
  const TABLE: Record<Action, string> = {
    'script:read': 'oda',
    'script:write': 'da',
    'script:run': 'oda',
    'script:preview': 'da',
    'flow:read': 'oda',
    'flow:write': 'da',
    'flow:run': 'oda',
    'flow:preview': 'da',
    'job:read': 'oda',
    'job:cancel': 'oda',
    'resource:list': 'oda',
    'resource:read': 'da',
    'resource:write': 'da',
    'variable:list': 'oda',
    'variable:read': 'da',
    'variable:write': 'da',
    'approval:read': 'oda',
    'approval:decide': 'oda',
    'worker:read': 'oda',
    'worker:manage': 'i',
    'workspace:read': 'oda',
    'workspace:manage': 'a',
    'workspace:create': 'i',
    'member:read': 'oda',
    'member:manage': 'a',
    'folder:read': 'oda',
    'folder:write': 'da',
    'group:read': 'oda',
    'group:write': 'da',
    'audit:read': 'a',
    'token:manage': 'oda',
    'self:read': 'oda',
    'self:write': 'oda',
    'instance:manage': 'i',
  };

  test.each(ACTIONS.map((action) => [action, TABLE[action]] as const))('%s: %s', (action, letters) => {
    const letter: Record<Role, string> = { operator: 'o', developer: 'd', admin: 'a' };
    for (const role of ROLES)
      expect([role, isAllowed(actor({ role }), action)]).toEqual([role, letters.includes(letter[role])]);
    expect(isAllowed(actor({ role: 'admin', isInstanceAdmin: true }), action)).toBe(true);
  });

  test('outside a workspace only what needs none is allowed', () => {
    const allowed = ACTIONS.filter((action) => isAllowed(actor({ role: null, workspaceId: null }), action));
    expect(allowed).toEqual(['worker:read', 'token:manage', 'self:read', 'self:write']);
  });

  test('an operator reads values inside his jobs only', () => {
    const operator = actor({ role: 'operator', folders: { shared: 'viewer' } });
    expect(isAllowed(operator, 'variable:read', path('f/shared/key'))).toBe(false);
    expect(isAllowed({ ...operator, via: 'job' }, 'variable:read', path('f/shared/key'))).toBe(true);
    expect(isAllowed({ ...operator, via: 'job' }, 'variable:write', path('f/shared/key'))).toBe(false);
  });
});

describe('paths', () => {
  const folders = { seen: 'viewer', edited: 'writer', owned: 'owner' } as const;
  test.each([
    ['u/ann/x', 'yes', 'yes'],
    ['u/ops/x', 'yes', 'yes'],
    ['u/all/x', 'hidden', 'hidden'],
    ['u/bob/x', 'hidden', 'hidden'],
    ['u/annabel/x', 'hidden', 'hidden'],
    ['f/seen/x', 'yes', 'no'],
    ['f/edited/x', 'yes', 'yes'],
    ['f/owned/x', 'yes', 'yes'],
    ['f/other/x', 'hidden', 'hidden'],
    ['f/seen', 'yes', 'no'],
    ['g/all/x', 'yes', 'no'],
    ['g/ops/x', 'yes', 'no'],
    ['g/managed/x', 'yes', 'yes'],
    ['g/other/x', 'hidden', 'hidden'],
    ['hub/1/x', 'hidden', 'hidden'],
    ['', 'hidden', 'hidden'],
  ])('%s: read %s, write %s', (text, read, write) => {
    const who = actor({ folders, groups: ['all', 'ops', 'managed'], managedGroups: ['managed'] });
    const answer = (action: Action) => {
      const decision = can(who, action, path(text));
      return decision.isAllowed ? 'yes' : decision.isVisible ? 'no' : 'hidden';
    };
    expect([answer('script:read'), answer('script:write')]).toEqual([read, write]);
    expect(isAllowed(actor({ role: 'admin' }), 'script:write', path(text))).toBe(true);
    expect(isAllowed({ ...who, role: 'operator' }, 'script:write', path(text))).toBe(false);
  });

  test("a folder's list of people is its owners' business", () => {
    const who = actor({ folders });
    expect(['seen', 'edited', 'owned'].map((name) => isAllowed(who, 'folder:write', path(`f/${name}`)))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('jobs', () => {
  const job = (createdBy: string, text: string | null) => ({ kind: 'job', createdBy, path: text }) as const;
  const operator = actor({ role: 'operator', folders: { seen: 'viewer' } });
  test('are seen by who started them, who can read their path, and admins', () => {
    expect(isAllowed(operator, 'job:read', job('ann', null))).toBe(true);
    expect(isAllowed(operator, 'job:read', job('bob', null))).toBe(false);
    expect(isAllowed(operator, 'job:read', job('bob', 'f/seen/x'))).toBe(true);
    expect(isAllowed(operator, 'job:cancel', job('bob', 'f/seen/x'))).toBe(false);
    expect(isAllowed(operator, 'job:cancel', job('ann', 'f/other/x'))).toBe(true);
    expect(isAllowed(actor({ role: 'admin' }), 'job:read', job('bob', null))).toBe(true);
  });
});

describe('scopes', () => {
  const scoped = (...scopes: string[]) => actor({ role: 'admin', isInstanceAdmin: true, scopes });
  test.each([
    [['script:run:f/a/*'], 'script:run', 'f/a/b', true],
    [['script:run:f/a/*'], 'script:run', 'f/ab/c', false],
    [['script:run:f/a/*'], 'script:read', 'f/a/b', false],
    [['jobs:run:scripts:f/a/b'], 'script:run', 'f/a/b', true],
    [['jobs:run:scripts:f/a/b'], 'flow:run', 'f/a/b', false],
    [['jobs:run:flows:f/a/*'], 'flow:run', 'f/a/b', true],
    [['jobs:run:flows:f/a/*'], 'script:run', 'f/a/b', false],
    [['jobs:run'], 'flow:run', 'f/a/b', true],
    [['scripts:write'], 'script:read', 'f/a/b', true],
    [['script:read'], 'script:write', 'f/a/b', false],
    [['*:*'], 'script:write', 'f/a/b', true],
    [['nonsense'], 'script:read', 'f/a/b', false],
    [[''], 'script:read', 'f/a/b', false],
  ] as const)('%j allows %s on %s: %s', (scopes, action, text, expected) => {
    expect(isAllowed(scoped(...scopes), action, path(text))).toBe(expected);
  });

  test('a scope with a path never covers what has none', () => {
    expect(isAllowed(scoped('workspace:manage:f/a/*'), 'workspace:manage')).toBe(false);
    expect(isAllowed(scoped('script:preview:f/a/*'), 'script:preview')).toBe(false);
    expect(isAllowed(scoped('*:*:f/a/*'), 'instance:manage')).toBe(false);
    expect(isAllowed(scoped('*:*:f/a/*'), 'script:read')).toBe(true);
  });

  test('whoever holds a token may ask whose it is, and change nothing of his own', () => {
    expect(isAllowed(scoped('script:run:f/a/b'), 'self:read')).toBe(true);
    expect(isAllowed(scoped('script:run:f/a/b'), 'self:write')).toBe(false);
    expect(isAllowed(scoped('script:run:f/a/b'), 'token:manage')).toBe(false);
  });
});

test('what is hidden does not exist, what is seen is forbidden', () => {
  expect(() => requireCan(actor(), 'script:read', path('f/other/x'))).toThrow(/does not exist, or you may not see it/);
  expect(() => requireCan(actor({ folders: { seen: 'viewer' } }), 'script:write', path('f/seen/x'))).toThrow(/writer/);
});

const name = fc.constantFrom('a', 'ab', 'b', 'ann', 'bob', 'ops', 'all');
const anyPath = fc.tuple(fc.constantFrom('u', 'f', 'g', 'x'), name, name).map((parts) => parts.join('/'));
const anyScope = fc.constantFrom(
  'script:read',
  'script:run:f/a/*',
  'script:*:u/*',
  '*:*',
  'job:read',
  'nonsense',
  'script:write:*/b',
);
const anyActor = fc
  .record({
    role: fc.constantFrom<Role | null>(...ROLES, null),
    groups: fc.uniqueArray(name),
    managedGroups: fc.uniqueArray(name),
    folders: fc.dictionary(name, fc.constantFrom('viewer', 'writer', 'owner')),
    scopes: fc.option(fc.array(anyScope, { maxLength: 3 })),
    via: fc.constantFrom('session', 'token', 'job'),
  })
  .map((changes) =>
    actor({ ...changes, managedGroups: changes.managedGroups.filter((one) => changes.groups.includes(one)) }),
  );
const pathActions = ACTIONS.filter((action) => /^(script|resource|variable|folder):(?!preview)/.test(action));

test('SCOPE: a list shows exactly what single reads allow', () => {
  fc.assert(
    fc.property(anyActor, fc.constantFrom(...pathActions), fc.array(anyPath), (who, action, paths) => {
      const filter = pathFilter(who, action);
      const listed = paths.filter((one) => isInPathFilter(filter, one));
      expect(listed).toEqual(paths.filter((one) => isAllowed(who, action, path(one))));
    }),
    { numRuns: 5000 },
  );
});
