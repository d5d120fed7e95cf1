import { describe, expect, test } from 'vitest';
import type { WorkspaceActor } from '@/core/access/model';
import type { Holder, Part } from './model';
import { meaning, movePlanFor, placesIn, referencesIn, rewritePart, usagesIn, usedByFor } from './rules';

const source = (text: string): Part => ({ kind: 'source', where: '', text });
const json = (value: Extract<Part, { kind: 'json' }>['value'], hasCode = false): Part => ({
  kind: 'json',
  where: '',
  value,
  hasCode,
});

describe('references in a source', () => {
  test.each([
    ['db = "$res:f/data/db"', 'resource', 'f/data/db'],
    ['`$var:g/all/api.key`', 'variable', 'g/all/api.key'],
    ['Uses $res:prod_database.', 'resource', 'prod_database'],
    ["wmill.get_resource('u/ann/db')", 'resource', 'u/ann/db'],
    ['await wmill.getResource(`f/x/y`)', 'resource', 'f/x/y'],
    ['wmill.get_variable(path="f/x/key")', 'variable', 'f/x/key'],
    ["await getVariable( 'f/x/key' )", 'variable', 'f/x/key'],
    ["setVariable('f/x/key', 'new')", 'variable', 'f/x/key'],
    ["await setResource({ a: 1 }, 'f/x/state')", 'resource', 'f/x/state'],
    ["variable('f/x/key')", 'variable', 'f/x/key'],
    ['wmill.run_script("f/ops/job")', 'script', 'f/ops/job'],
    ['await wmill.runScriptByPath("f/ops/job", {})', 'script', 'f/ops/job'],
    ['curl "$BASE/api/w/demo/variables/get_value/f/x/key"', 'variable', 'f/x/key'],
    ['curl -X POST "$BASE/api/w/demo/jobs/run/p/f/ops/job"', 'script', 'f/ops/job'],
    ['-- database f/x/db\nSELECT 1', 'resource', 'f/x/db'],
    ['-- database $res:f/x/db\nSELECT 1', 'resource', 'f/x/db'],
  ])('%s', (text, noun, name) => {
    const found = referencesIn(text);
    expect(found.map((one) => [one.noun, one.name])).toEqual([[noun, name]]);
    expect(found.map(({ from, to }) => text.slice(from, to))).toEqual([name]);
  });

  test.each(['resource = "f/x/db"', '"res:f/x/db"', "my_variables('f/x/key')", '$result:f/x'])('none in %s', (text) => {
    expect(referencesIn(text)).toEqual([]);
  });
});

describe('what a name means', () => {
  const paths = ['f/x/db', 'u/ann/db', 'g/all/key', 'f/x/only'];
  test('decides whether it is a use', () => {
    const isMeant = meaning({ noun: 'resource', path: 'f/x/only' }, paths);
    expect(['f/x/only', 'only', 'x/only', 'f/x/onl'].map((name) => isMeant('resource', name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isMeant('variable', 'f/x/only')).toBe(false);
    // Two are called db: a script that says so fails, so it uses neither.
    expect(meaning({ noun: 'resource', path: 'f/x/db' }, paths)('resource', 'db')).toBe(false);
    expect(meaning({ noun: 'resource', path: 'g/all/key' }, paths)('resource', 'key')).toBe(true);
  });

  const isMeant = meaning({ noun: 'resource', path: 'f/x/db' }, paths);
  test('is said with the place where it stands', () => {
    expect(placesIn(source('a\nb = "$res:f/x/db"\nget_resource("f/x/db")'), isMeant)).toEqual([
      { written: '$res:f/x/db', where: 'line 2' },
      { written: 'f/x/db', where: 'line 3' },
    ]);
    const draft = { content: 'x\nget_resource("f/x/db")', args: [{ database: '$res:f/x/db' }] };
    expect(placesIn(json(draft, true), isMeant)).toEqual([
      { written: 'f/x/db', where: 'line 2 of the code' },
      { written: '$res:f/x/db', where: 'args[0].database' },
    ]);
    expect(placesIn(json({ note: 'see $res:f/x/db', db: '$res:f/x/db' }), isMeant)).toEqual([
      { written: '$res:f/x/db', where: 'db' },
    ]);
  });

  test('is what a rewrite changes, and nothing else', () => {
    const text = 'a = "$res:f/x/db"; b = "$res:f/x/db2"; c = "f/x/db"; get_resource("f/x/db") # $res:u/ann/db';
    expect(rewritePart(source(text), isMeant, 'f/new/db')).toEqual(
      source('a = "$res:f/new/db"; b = "$res:f/x/db2"; c = "f/x/db"; get_resource("f/new/db") # $res:u/ann/db'),
    );
    const value = { a: ['$res:f/x/db', 1, null], b: 'the $res:f/x/db', c: { d: '$res:f/x/db' } };
    expect(rewritePart(json(value), isMeant, 'f/new/db')).toEqual(
      json({ a: ['$res:f/new/db', 1, null], b: 'the $res:f/x/db', c: { d: '$res:f/new/db' } }),
    );
  });

  test('a step that names a script uses it', () => {
    const ofScript = meaning({ noun: 'script', path: 'f/ops/job' }, []);
    const flow = { modules: [{ id: 'a', value: { type: 'script', path: 'f/ops/job' } }] };
    expect(placesIn(json(flow, true), ofScript)).toEqual([{ written: 'f/ops/job', where: 'step a: what it runs' }]);
    expect(rewritePart(json(flow, true), ofScript, 'f/new/job')).toEqual(
      json({ modules: [{ id: 'a', value: { type: 'script', path: 'f/new/job' } }] }, true),
    );
  });
});

describe('who may know and change what refers to it', () => {
  const ann: WorkspaceActor = {
    userId: '1',
    email: 'ann@example.com',
    username: 'ann',
    isInstanceAdmin: false,
    workspaceId: 'demo',
    role: 'developer',
    groups: ['all'],
    managedGroups: [],
    folders: { seen: 'viewer', edited: 'writer' },
    via: 'session',
    scopes: null,
    onlyWorkspaceId: null,
    credential: 'test',
  };
  const holder = (path: string, changes: Partial<Holder> = {}): Holder => ({
    noun: 'script',
    path,
    draft: null,
    parts: [source('$res:f/x/db')],
    seenWith: 'script:read',
    changedWith: 'script:write',
    ...changes,
  });
  const draft = (owner: string) =>
    holder('f/edited/b', { noun: 'draft', draft: { owner, kind: 'script' }, seenWith: 'script:write' });
  const found = usagesIn(
    [holder('f/edited/a'), holder('f/seen/a'), holder('f/secret/a'), draft('ann'), draft('bob')],
    () => true,
  );

  test('hidden ones are counted, not named', () => {
    const { usages, hidden } = usedByFor(ann, found);
    expect(usages.map(({ path, draft }) => [path, draft?.owner ?? null])).toEqual([
      ['f/edited/a', null],
      ['f/seen/a', null],
      ['f/edited/b', 'ann'],
      ['f/edited/b', 'bob'],
    ]);
    expect(hidden).toBe(1);
  });

  test('a move changes what he may change and names what it leaves', () => {
    const plan = movePlanFor(ann, found);
    expect(plan.changed.map(({ path, noun }) => `${noun} ${path}`)).toEqual(['script f/edited/a', 'draft f/edited/b']);
    expect(plan.left.map(({ path, why }) => [path, why])).toEqual([
      ['f/seen/a', expect.stringContaining('writer')],
      ['f/edited/b', expect.stringContaining('bob')],
    ]);
    expect(plan.hidden).toBe(1);
  });
});
