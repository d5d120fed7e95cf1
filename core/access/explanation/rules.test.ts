import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { ACTIONS, type AccessObject, type Actor, NO_OBJECT, ROLES, type Role } from '../model';
import { can } from '../rules';
import { explain } from './rules';

const ann: Actor = {
  userId: '1',
  email: 'ann@example.com',
  username: 'ann',
  isInstanceAdmin: false,
  workspaceId: 'demo',
  role: 'developer',
  groups: ['all', 'ops'],
  managedGroups: [],
  folders: { team: 'writer' },
  via: 'session',
  scopes: null,
  onlyWorkspaceId: null,
  credential: 'test',
};
const path = (text: string) => ({ kind: 'path', path: text }) as const;
const team = { name: 'team', owners: ['u/bob'], writers: ['g/ops'], viewers: ['g/all'] };

describe('an answer says which rule decided and where it comes from', () => {
  test.each([
    ['resource:write', 'f/team/db', true, /ann is a member of the group ops, which is a writer of the folder f\/team/],
    ['folder:write', 'f/team', false, /to change folders there one has to be its owner/i],
    ['resource:read', 'f/other/db', false, /ann has no part in f\/other\/db/],
    ['resource:read', 'u/ann/db', true, /u\/ann belongs to ann/],
    ['resource:read', 'u/ops/db', true, /ann is a member of the group ops/],
    ['resource:read', 'g/all/db', true, /Everybody is in the group all/],
    ['resource:write', 'g/ops/db', false, /one has to be its writer/i],
  ] as const)('%s at %s: %s', (action, at, isAllowed, sentence) => {
    const explained = explain(ann, action, path(at), 'ann', at.startsWith('f/team') ? team : null);
    expect([explained.isAllowed, explained.decidedBy.question]).toEqual([isAllowed, 'path']);
    expect(explained.decidedBy.sentence).toMatch(sentence);
    expect(explained.remedy === '').toBe(isAllowed);
  });

  test('roles and scopes decide before paths do', () => {
    const operator = explain({ ...ann, role: 'operator' }, 'resource:write', path('f/team/db'), 'ann', team);
    expect(operator.decidedBy).toEqual({
      question: 'role',
      isPassed: false,
      sentence: 'ann is operator in this workspace; to change resources one has to be at least developer.',
    });
    const token = explain({ ...ann, scopes: ['script:run:f/x/*'] }, 'script:run', path('f/team/a'), 'ann', team);
    expect(token.decidedBy.sentence).toBe(
      'The token’s scopes (script:run:f/x/*) do not include script:run at f/team/a.',
    );
    expect(token.checks.map(({ isPassed }) => isPassed)).toEqual([true, false, true]);
    const admin = explain({ ...ann, role: 'admin' }, 'resource:write', path('u/bob/x'), 'ann');
    expect(admin.decidedBy.sentence).toMatch(/administrators have a part in every path/);
    const instance = explain({ ...ann, role: 'admin' }, 'instance:manage', NO_OBJECT, 'ann');
    expect(instance.decidedBy.sentence).toMatch(/Only instance administrators.*is not one/);
  });
});

const name = fc.constantFrom('a', 'b', 'ann', 'ops', 'all');
const anyPath = fc.tuple(fc.constantFrom('u', 'f', 'g', 'x'), name, name).map((parts) => parts.join('/'));
const anyObject: fc.Arbitrary<AccessObject> = fc.oneof(
  fc.constant(NO_OBJECT),
  anyPath.map(path),
  fc.record({ kind: fc.constant('job' as const), createdBy: name, path: fc.option(anyPath) }),
  fc.record({ kind: fc.constant('user' as const), username: name }),
);
const anyScope = fc.constantFrom('script:read', 'script:run:f/a/*', '*:*:u/*', '*:*', 'resource:write:*', 'nonsense');
const anyActor: fc.Arbitrary<Actor> = fc
  .record({
    role: fc.constantFrom<Role | null>(...ROLES, null),
    isInstanceAdmin: fc.boolean(),
    groups: fc.uniqueArray(name),
    managedGroups: fc.uniqueArray(name),
    folders: fc.dictionary(name, fc.constantFrom('viewer', 'writer', 'owner')),
    scopes: fc.option(fc.array(anyScope, { maxLength: 3 })),
    via: fc.constantFrom('session', 'token', 'job'),
  })
  .map((changes) => ({ ...ann, ...changes }));

test('an explanation never disagrees with the decision', () => {
  fc.assert(
    fc.property(anyActor, fc.constantFrom(...ACTIONS), anyObject, (actor, action, object) => {
      const explained = explain(actor, action, object, 'somebody');
      expect(explained.isAllowed).toBe(can(actor, action, object).isAllowed);
      expect(explained.decidedBy.isPassed).toBe(explained.isAllowed);
      expect(explained.checks.every(({ isPassed }) => isPassed)).toBe(explained.isAllowed);
      expect(explained.checks).toContain(explained.decidedBy);
      expect(explained.decidedBy.sentence).toMatch(/\.$/);
    }),
    { numRuns: 5000 },
  );
});
