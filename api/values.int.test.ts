import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';

let database: TestDatabase;
let api: TestApi;
let admin: TestPerson;
let ann: TestPerson;
let bob: TestPerson;
let olga: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  admin = await makePerson('root');
  [ann, bob, olga] = [await makePerson('ann'), await makePerson('bob'), await makePerson('olga')];
  await makeWorkspace('demo', admin, [
    [ann, 'developer'],
    [bob, 'developer'],
    [olga, 'operator'],
  ]);
  const folder = { name: 'team', owners: ['u/root'], writers: ['u/ann'], viewers: ['u/bob', 'u/olga'] };
  await ok(admin, 'POST', 'folders/create', folder);
  await ok(admin, 'POST', 'folders/create', { name: 'boss', owners: ['u/root'], viewers: ['u/ann'] });
  await ok(admin, 'POST', 'folders/create', { name: 'hidden', owners: ['u/root'] });
});

afterAll(async () => {
  expect(api.errors).toEqual([]);
  await api.close();
  await database.drop();
});

const ask = (person: TestPerson, method: string, path: string, body?: unknown) =>
  api.as(person)(method, `/w/demo/${path}`, body, { 'x-fantail-page': '1' });

async function ok(person: TestPerson, method: string, path: string, body?: unknown): Promise<string> {
  const response = await ask(person, method, path, body);
  const text = await response.text();
  expect([response.status < 300, text], `${method} ${path}`).toEqual([true, text]);
  return text;
}

async function read<Schema extends z.ZodType>(schema: Schema, person: TestPerson, path: string) {
  return schema.parse(JSON.parse(await ok(person, 'GET', path)));
}

const resource = (path: string, value: unknown, type = 'postgresql') => ({ path, value, resource_type: type });
const script = (path: string, content: string, more: object = {}) => ({ path, content, language: 'bash', ...more });

const usage = z.object({
  noun: z.string(),
  path: z.string(),
  owner: z.string().optional(),
  places: z.array(z.object({ written: z.string(), where: z.string() })),
});
const usedBy = z.object({ usages: z.array(usage), hidden: z.number() });
const plan = z.object({
  changed: z.array(usage),
  left: z.array(usage.extend({ why: z.string() })),
  hidden: z.number(),
});
const history = z.array(
  z.object({
    number: z.number(),
    change: z.string(),
    detail: z.string(),
    path: z.string(),
    created_by: z.string(),
    is_live: z.boolean(),
  }),
);
const shown = z.object({ number: z.number(), value: z.unknown(), description: z.string() });
const diff = z.object({ before: shown.nullable(), after: shown });
const deployed = z.object({
  content: z.string(),
  deployment_message: z.string(),
  created_by: z.string(),
  hash: z.string(),
});

const liveScript = (path: string) => read(deployed, admin, `scripts/get/p/${path}`);

describe('used by, and moving', () => {
  beforeAll(async () => {
    await ok(ann, 'POST', 'resources/create', resource('f/team/db', { host: 'h', user: 'u', dbname: 'd' }));
    await ok(ann, 'POST', 'variables/create', { path: 'f/team/key', value: 'plain text', is_secret: false });
    await ok(ann, 'POST', 'scripts/create', script('f/team/uses', 'curl "$res:f/team/db" # $var:f/team/key'));
    const schema = { type: 'object', properties: { db: { type: 'object', default: '$res:f/team/db' } }, required: [] };
    await ok(ann, 'POST', 'scripts/create', script('f/team/default', 'echo 1', { schema }));
    await ok(admin, 'POST', 'scripts/create', script('f/boss/uses', 'curl /variables/get_value/f/team/key $res:db'));
    await ok(admin, 'POST', 'scripts/create', script('f/hidden/uses', 'echo $res:f/team/db'));
    await ok(admin, 'POST', 'scripts/create', script('f/team/calls', 'curl "/jobs/run/p/f/team/uses"'));
    await ok(ann, 'POST', 'resources/create', resource('u/ann/wraps', { inner: '$res:f/team/db' }, 'any_type'));
    await ok(ann, 'PUT', 'drafts/script/f/team/uses', { content: 'draft\n$res:f/team/db' });
    await ok(admin, 'PUT', 'drafts/script/f/team/uses', { content: '$res:f/team/db' });
  });

  test('names scripts, their defaults, drafts and resources, and counts what is hidden', async () => {
    const found = await read(usedBy, ann, 'resources/used_by/f/team/db');
    expect(found.usages.map((one) => [one.noun, one.path, one.owner, one.places.map(({ where }) => where)])).toEqual([
      ['script', 'f/boss/uses', undefined, ['line 1']],
      ['script', 'f/team/default', undefined, ['the default of db']],
      ['script', 'f/team/uses', undefined, ['line 1']],
      ['draft', 'f/team/uses', 'ann', ['line 2 of the code']],
      ['draft', 'f/team/uses', 'root', ['the code']],
      ['resource', 'u/ann/wraps', undefined, ['inner']],
    ]);
    expect(found.hidden).toBe(1);
    const script = await read(usedBy, olga, 'scripts/used_by/p/f/team/uses');
    expect(script.usages.map(({ path }) => path)).toEqual(['f/team/calls']);
    expect((await ask(bob, 'GET', 'resources/used_by/f/hidden/x')).status).toBe(404);
  });

  test('a move says first what it will change, then does exactly that in one step', async () => {
    const expected = await read(plan, ann, 'resources/move_plan/f/team/db?new_path=f/team/main_db');
    const named = (usages: z.infer<typeof usage>[]) => usages.map(({ noun, path }) => `${noun} ${path}`);
    expect(named(expected.changed)).toEqual([
      'script f/team/default',
      'script f/team/uses',
      'draft f/team/uses',
      'resource u/ann/wraps',
    ]);
    expect(expected.left.map(({ path, why }) => [path, why])).toEqual([
      ['f/boss/uses', expect.stringContaining('writer')],
      ['f/team/uses', expect.stringContaining('root')],
    ]);
    expect(expected.hidden).toBe(1);
    const before = await liveScript('f/team/uses');

    await ok(ann, 'POST', 'resources/update/f/team/db', { path: 'f/team/main_db' });

    const after = await liveScript('f/team/uses');
    expect(after.content).toBe('curl "$res:f/team/main_db" # $var:f/team/key');
    expect(after.deployment_message).toBe('f/team/db was moved to f/team/main_db; references to it follow.');
    expect([after.created_by, after.hash === before.hash]).toEqual(['ann', false]);
    expect((await liveScript('f/hidden/uses')).content).toBe('echo $res:f/team/db');
    expect(await ok(ann, 'GET', 'scripts/get/p/f/team/default')).toContain('"default":"$res:f/team/main_db"');
    expect(await ok(ann, 'GET', 'resources/get_value/u/ann/wraps')).toBe('{"inner":"$res:f/team/main_db"}');
    expect(await ok(ann, 'GET', 'drafts/script/f/team/uses')).toContain('draft\\n$res:f/team/main_db');
    expect(await ok(admin, 'GET', 'drafts/script/f/team/uses')).toContain('$res:f/team/db"');
    expect(await ok(ann, 'GET', 'resources/get_value_interpolated/u/ann/wraps')).toContain('"host":"h"');
    expect((await ask(ann, 'GET', 'resources/get/f/team/db')).status).toBe(404);
    // What was left says the old path, and goes on to find it at the new one.
    const { usages, hidden } = await read(usedBy, ann, 'resources/used_by/f/team/main_db');
    expect(named(usages).toSorted()).toEqual(named([...expected.changed, ...expected.left]).toSorted());
    expect(hidden).toBe(1);
  });

  test('a variable moves in the same way', async () => {
    await ok(ann, 'POST', 'variables/update/f/team/key', { path: 'u/ann/key' });
    expect((await liveScript('f/team/uses')).content).toBe('curl "$res:f/team/main_db" # $var:u/ann/key');
    expect((await liveScript('f/boss/uses')).content).toContain('f/team/key');
    const paths = async () =>
      (await read(usedBy, ann, 'variables/used_by/u/ann/key')).usages.map(({ path }) => path).toSorted();
    expect(await paths()).toContain('f/boss/uses');
    // Who takes the old path takes over those who say it.
    await ok(ann, 'POST', 'variables/create', { path: 'f/team/key', value: 'another', is_secret: false });
    expect(await paths()).not.toContain('f/boss/uses');
    expect(await ok(ann, 'GET', 'variables/used_by/f/team/key')).toContain('f/boss/uses');
    await ok(ann, 'DELETE', 'variables/delete/f/team/key');
    expect(await ok(ann, 'GET', 'variables/get_value/u/ann/key')).toBe('"plain text"');
  });

  test('to a path that is taken nothing moves and nothing is rewritten', async () => {
    await ok(ann, 'POST', 'resources/create', resource('f/team/taken', {}));
    const before = await liveScript('f/team/uses');
    const refused = await ask(ann, 'POST', 'resources/update/f/team/main_db', { path: 'f/team/taken' });
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('exists already')]);
    expect(await liveScript('f/team/uses')).toEqual(before);
    expect((await ask(ann, 'POST', 'resources/update/f/team/main_db', { path: 'f/hidden/x' })).status).toBe(404);
    expect((await ask(bob, 'POST', 'resources/update/f/team/main_db', { path: 'u/bob/x' })).status).toBe(403);
  });

  test('a script that cannot be written takes the whole move back', async () => {
    // Another deploy holds the head between the look and the move: the move is refused as one.
    await rows(`CREATE FUNCTION no_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.deployment_message LIKE '%was moved to u/ann/elsewhere%' THEN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END IF;
      RETURN NEW; END $$`);
    await rows('CREATE TRIGGER no_version BEFORE INSERT ON script_version FOR EACH ROW EXECUTE FUNCTION no_version()');
    const refused = await ask(ann, 'POST', 'resources/update/f/team/main_db', { path: 'u/ann/elsewhere' });
    expect(refused.status).toBe(503);
    expect((await ask(ann, 'GET', 'resources/get/f/team/main_db')).status).toBe(200);
    expect((await ask(ann, 'GET', 'resources/get/u/ann/elsewhere')).status).toBe(404);
    await rows('DROP TRIGGER no_version ON script_version');
  });
});

describe('flows', () => {
  test('are found and rewritten as scripts are: inline code, inputs, defaults', async () => {
    await ok(ann, 'POST', 'resources/create', resource('f/team/crm', { url: 'x' }, 'any_type'));
    const steps = [
      {
        id: 'a',
        value: {
          type: 'rawscript',
          language: 'bash',
          content: 'curl "$res:f/team/crm"',
          input_transforms: { crm: { type: 'static', value: '$res:f/team/crm' } },
        },
      },
      { id: 'b', value: { type: 'script', path: 'f/team/calls', input_transforms: {} } },
    ];
    const schema = {
      type: 'object',
      properties: { crm: { type: 'object', default: '$res:f/team/crm' } },
      required: [],
    };
    const typed_text = `# The customers.\nschema: ${JSON.stringify(schema)}\nmodules: ${JSON.stringify(steps)}\n`;
    const body = { path: 'f/team/flow', summary: '', value: { modules: steps }, schema, typed_text };
    await ok(ann, 'POST', 'flows/create', body);
    const found = await read(usedBy, ann, 'resources/used_by/f/team/crm');
    expect(found.usages.map(({ noun, path, places }) => [noun, path, places.map(({ where }) => where)])).toEqual([
      ['flow', 'f/team/flow', ['step a: its code', 'step a: argument crm', 'the default of crm']],
    ]);
    const ofScript = await read(usedBy, ann, 'scripts/used_by/p/f/team/calls');
    expect(ofScript.usages.map(({ noun, path }) => `${noun} ${path}`)).toEqual(['flow f/team/flow']);

    await ok(ann, 'POST', 'resources/update/f/team/crm', { path: 'f/team/crm_2' });
    const flow = await ok(ann, 'GET', 'flows/get/f/team/flow');
    const { typed_text: typedNow, ...definition } = JSON.parse(flow);
    expect(JSON.stringify(definition).match(/\$res:f\/team\/crm_2/g)).toHaveLength(3);
    expect(typedNow).toBe(typed_text.replaceAll('$res:f/team/crm', '$res:f/team/crm_2'));
    expect(flow).not.toMatch(/\$res:f\/team\/crm"/);
    const [row] = await rows<{ count: number; message: string; uses: string[] }>(
      `SELECT count(*)::int AS count, max(deployment_message) AS message, (array_agg(uses ORDER BY id DESC))[1:1] AS uses
       FROM flow_version WHERE path = 'f/team/flow'`,
    );
    expect(row).toMatchObject({
      count: 2,
      message: 'f/team/crm was moved to f/team/crm_2; references to it follow.',
      uses: [['script:f/team/calls']],
    });
  });
});

describe('history', () => {
  const path = 'u/ann/versioned';
  const value = (password: string, host: string) => ({ host, user: 'u', dbname: 'd', password });

  test('each change is a version; nothing changed is none', async () => {
    await ok(ann, 'POST', 'resources/create', resource(path, value('first secret', 'one')));
    await ok(ann, 'POST', `resources/update/${path}`, { value: value('second secret', 'two') });
    await ok(ann, 'POST', `resources/update/${path}`, { value: value('second secret', 'two') });
    await ok(admin, 'POST', `resources/update/${path}`, { description: 'said' });
    const versions = await read(history, ann, `resources/history/${path}`);
    expect(versions.map(({ number, change, created_by, is_live }) => [number, change, created_by, is_live])).toEqual([
      [3, 'changed', 'root', true],
      [2, 'changed', 'ann', false],
      [1, 'created', 'ann', false],
    ]);
  });

  test('a comparison shows what is plain and says which secret changed', async () => {
    const { before, after } = await read(diff, ann, `resources/diff/2/${path}`);
    expect([before?.value, after.value]).toEqual([
      { host: 'one', user: 'u', dbname: 'd', password: '••••••••' },
      { host: 'two', user: 'u', dbname: 'd', password: '•••••••• (changed)' },
    ]);
    const same = await read(diff, ann, `resources/diff/3/${path}`);
    expect(JSON.stringify(same)).not.toContain('(changed)');
    const all = await ok(ann, 'GET', `resources/history/${path}`);
    expect(`${JSON.stringify([before, after, same])}${all}`).not.toMatch(/first secret|second secret/);
    expect((await ask(olga, 'GET', `resources/history/${path}`)).status).toBe(403);
    expect((await ask(bob, 'GET', `resources/history/${path}`)).status).toBe(404);
  });

  test('an old version is restored, also after a move', async () => {
    await ok(ann, 'POST', `resources/update/${path}`, { path: `${path}_2` });
    await ok(ann, 'POST', `resources/restore_version/${path}_2`, { number: 1 });
    expect(await ok(ann, 'GET', `resources/get_value/${path}_2`)).toContain('first secret');
    const versions = await read(history, ann, `resources/history/${path}_2`);
    expect(versions.map(({ change, detail }) => [change, detail]).slice(0, 2)).toEqual([
      ['restored', 'version 1'],
      ['moved', path],
    ]);
    expect((await ask(ann, 'GET', `resources/history/${path}`)).status).toBe(404);
  });

  test('what was deleted comes back with its history, unless something else is there now', async () => {
    await ok(ann, 'DELETE', `resources/delete/${path}_2`);
    const versions = await read(history, ann, `resources/history/${path}_2`);
    expect(versions[0]).toMatchObject({ change: 'deleted', is_live: false });
    await ok(ann, 'POST', `resources/restore_version/${path}_2`, { number: versions[0]?.number });
    expect(await ok(ann, 'GET', `resources/get_value/${path}_2`)).toContain('first secret');
    await ok(ann, 'DELETE', `resources/delete/${path}_2`);
    await ok(ann, 'POST', 'resources/create', resource(`${path}_2`, {}));
    expect(await read(history, ann, `resources/history/${path}_2`)).toHaveLength(1);
  });

  test('deleted values go for ever after a month', async () => {
    await ok(ann, 'POST', 'variables/create', { path: 'u/ann/gone', value: 'x' });
    await ok(ann, 'DELETE', 'variables/delete/u/ann/gone');
    await rows("UPDATE value_version SET created_at = now() - interval '31 days' WHERE path = 'u/ann/gone'");
    await ok(ann, 'POST', 'variables/create', { path: 'u/ann/other', value: 'x' });
    await ok(ann, 'DELETE', 'variables/delete/u/ann/other');
    expect(await rows("SELECT 1 FROM value_version WHERE path = 'u/ann/gone'")).toEqual([]);
    expect(await rows("SELECT 1 FROM value_version WHERE path = 'u/ann/other'")).toHaveLength(2);
  });

  test('of a secret variable nothing is shown, of a plain one everything', async () => {
    await ok(ann, 'POST', 'variables/create', { path: 'u/ann/v', value: 'hush one', is_secret: true });
    await ok(ann, 'POST', 'variables/update/u/ann/v', { value: 'hush two' });
    await ok(ann, 'POST', 'variables/update/u/ann/v', { value: 'open three', is_secret: false });
    await ok(ann, 'POST', 'variables/update/u/ann/v', { value: 'open four' });
    const texts = await Promise.all([1, 2, 3, 4].map((number) => ok(ann, 'GET', `variables/diff/${number}/u/ann/v`)));
    expect(texts.join()).not.toContain('hush');
    // Against a secret even the plain side is not shown: the pair would tell.
    expect(texts[2]).not.toContain('open three');
    expect(texts[3]).toContain('open three');
    expect(texts[3]).toContain('open four');
  });
});

describe('ciphertext of files', () => {
  const sealed = z.object({ value: z.string(), is_secret: z.boolean() });
  const portable = () => read(sealed, ann, 'variables/get/u/ann/sealed?decrypt_secret=false&include_encrypted=true');

  test('comes back as it went, also after the secret has changed, and only to its own path', async () => {
    await ok(ann, 'POST', 'variables/create', { path: 'u/ann/sealed', value: 'one', is_secret: true });
    const { value } = await portable();
    expect(value).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(value, 'base64').length % 16).toBe(0);
    await ok(ann, 'POST', 'variables/update/u/ann/sealed', { value: 'two' });
    await ok(ann, 'POST', 'variables/update/u/ann/sealed?already_encrypted=true', { value, is_secret: true });
    expect(await ok(ann, 'GET', 'variables/get_value/u/ann/sealed')).toBe('"one"');
    expect((await portable()).value).toBe(value);
    for (const [path, wrong] of [
      ['u/ann/stolen', value],
      ['u/ann/garbage', 'bm90IGEgY2lwaGVydGV4dCE='],
      ['u/ann/plain', 'plain'],
    ]) {
      const body = { path, value: wrong, is_secret: true };
      const refused = await ask(ann, 'POST', 'variables/create?already_encrypted=true', body);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('is not a ciphertext')]);
    }
    await ok(ann, 'POST', 'variables/update/u/ann/sealed', { value: 'three' });
    await ok(ann, 'POST', 'variables/update/u/ann/sealed', { value: `$encrypted:${value}` });
    expect(await ok(ann, 'GET', 'variables/get_value/u/ann/sealed')).toBe('"one"');
    await ok(ann, 'DELETE', 'variables/delete/u/ann/sealed');
    await ok(ann, 'POST', 'variables/create?already_encrypted=true', { path: 'u/ann/sealed', value, is_secret: true });
    expect(await ok(ann, 'GET', 'variables/get_value/u/ann/sealed')).toBe('"one"');
  });

  describe('of a resource', () => {
    const lamp = { host: 'db.example.com', port: 5432, user: 'reader', dbname: 'shop', password: 'hunter22', token: 7 };
    const found = z.object({ value: z.record(z.string(), z.unknown()) });
    const shown = async (query = '') => (await read(found, ann, `resources/get/u/ann/lamp${query}`)).value;
    const SEALED = '?decrypt_secret=false&include_encrypted=true';

    test('has its secrets sealed, the same each time; and they open at its own path only', async () => {
      await ok(ann, 'POST', 'resources/create', resource('u/ann/lamp', lamp));
      const sealed = await shown(SEALED);
      expect(sealed).toMatchObject({ host: 'db.example.com', port: 5432, user: 'reader' });
      expect(sealed.password).toMatch(/^\$encrypted:[A-Za-z0-9+/]+=*$/);
      expect(await shown(SEALED)).toEqual(sealed);
      expect(await shown('?decrypt_secret=false')).toEqual({ ...lamp, password: '*****', token: '*****' });
      await ok(ann, 'POST', 'resources/update/u/ann/lamp', { value: { ...lamp, password: 'other', token: 8 } });
      await ok(ann, 'POST', 'resources/update/u/ann/lamp', { value: { ...sealed, host: 'db2.example.com' } });
      expect(await shown()).toEqual({ ...lamp, host: 'db2.example.com' });
      await ok(ann, 'POST', 'resources/create?update_if_exists=true', resource('u/ann/lamp', sealed));
      expect(await shown()).toEqual(lamp);
      const stolen = await ask(ann, 'POST', 'resources/create', resource('u/ann/copy', sealed));
      expect([stolen.status, await stolen.text()]).toEqual([
        400,
        expect.stringContaining('of the resource u/ann/copy is not a ciphertext of this resource'),
      ]);
    });

    test.each([
      ['garbage', { key: '$encrypted:bm90IGEgY2lwaGVydGV4dCE=' }],
      ['text', ['$encrypted:words']],
      ['nothing', '$encrypted:'],
    ])('is refused when it is %s, and nothing is stored', async (_, value) => {
      const refused = await ask(ann, 'POST', 'resources/create', resource('u/ann/broken', value, 'any'));
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('is not a ciphertext')]);
      expect(await ok(ann, 'GET', 'resources/exists/u/ann/broken')).toBe('false');
    });
  });
});

describe('list_search', () => {
  const found = z.array(z.object({ path: z.string(), value: z.string(), truncated: z.boolean() }));

  test('shows values to those who may read them, and no secret to anybody', async () => {
    const url = 'https://me:open-sesame@example.com/path';
    const value = { host: `needle.example.com/${'x'.repeat(5000)}`, password: 'hunter22', url, token: 123456789 };
    await ok(admin, 'POST', 'resources/create', resource('f/team/searched', value));
    await ok(admin, 'POST', 'resources/create', resource('f/hidden/searched', value));
    await ok(admin, 'POST', 'resources/create', resource('f/team/untyped', { word: 'open-words' }, 'no_such_type'));
    for (const person of [ann, bob]) {
      const all = await read(found, person, 'resources/list_search');
      const paths = all.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining(['f/team/searched', 'f/team/untyped']));
      expect(paths).not.toContain('f/hidden/searched');
      const one = all.find(({ path }) => path === 'f/team/searched');
      expect(one).toMatchObject({ truncated: true, value: expect.stringContaining('needle.example.com') });
      expect(one?.value).toHaveLength(4000);
      for (const secret of ['hunter22', 'open-sesame', '123456789', 'open-words'])
        expect(JSON.stringify(all)).not.toContain(secret);
    }
    expect((await ask(olga, 'GET', 'resources/list_search')).status).toBe(403);
  });

  test('has the sources of scripts, also page by page', async () => {
    const listed = z.array(z.object({ path: z.string(), content: z.string() }));
    await ok(ann, 'POST', 'scripts/create', script('f/team/searched', 'echo needle'));
    const all = await read(listed, bob, 'scripts/list_search');
    expect(all).toContainEqual({ path: 'f/team/searched', content: 'echo needle' });
    const pages = await Promise.all(
      [1, 2].map((page) => read(listed, bob, `scripts/list_search?per_page=1&page=${page}`)),
    );
    expect(pages.flat()).toEqual(all.slice(0, 2));
    await ok(ann, 'POST', 'scripts/archive/p/f/team/searched');
    expect((await read(listed, bob, 'scripts/list_search')).map(({ path }) => path)).not.toContain('f/team/searched');
  });
});
