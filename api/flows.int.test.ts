import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { flowByVersion, liveFlow } from '@/core/flow/queries';
import { rows } from '@/core/platform/db';
import { emptyOldTrash } from '@/core/versioned/trash/commands';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';

let database: TestDatabase;
let api: TestApi;
let admin: TestPerson;
let dev: TestPerson;
let op: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  admin = await makePerson('root');
  dev = await makePerson('dev');
  op = await makePerson('op');
  stranger = await makePerson('stranger');
  await makeWorkspace('demo', admin, [
    [dev, 'developer'],
    [op, 'operator'],
  ]);
  await rows(
    `INSERT INTO folder (workspace_id, name, owners, writers, viewers) VALUES ('demo', 'ops', '{u/dev}', '{}', '{g/all}'),
       ('demo', 'hidden', '{u/root}', '{}', '{}')`,
  );
});
afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

const value = (content = 'def main(name: str):\n    return name', more: object = {}) => ({
  modules: [{ id: 'a', value: { type: 'rawscript', language: 'python3', content, ...more } }],
});
const call = (method: string, path: string, body?: unknown, person = dev) =>
  api.as(person)(method, `/w/demo/flows/${path}`, body);
const create = (body: object, person = dev) => call('POST', 'create', { value: value(), ...body }, person);
const get = async (path: string, person = dev) => (await call('GET', `get/${path}`, undefined, person)).json();
const warningsOf = (response: Response): string[] =>
  JSON.parse(decodeURIComponent(response.headers.get('x-fantail-warnings') ?? '[]'));

describe('flows over HTTP', () => {
  test('create answers 201, get has what clients compare, unknown keys survive', async () => {
    const body = {
      path: 'f/ops/hello',
      summary: 'Says hello',
      description: '',
      value: { ...value(), notes: [{ id: 'n', text: 'x' }], future_key: { z: 1, a: 2 } },
      schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      tag: 'heavy',
      labels: ['x'],
      skip_draft_deletion: true,
    };
    const made = await create(body);
    expect([made.status, await made.text()]).toEqual([201, 'f/ops/hello']);
    const { skip_draft_deletion: _, ...kept } = body;
    const flow = await get('f/ops/hello');
    expect(flow).toMatchObject({
      ...kept,
      archived: false,
      edited_by: 'dev',
      ws_error_handler_muted: false,
      version_id: expect.any(Number),
    });
    expect(JSON.stringify(flow.value)).toBe(JSON.stringify(body.value));
    expect(await (await call('GET', `get/v/${flow.version_id}`)).json()).toEqual(flow);
    expect(await (await call('GET', 'list_paths')).json()).toEqual(['f/ops/hello']);
    expect(await (await call('GET', 'list_search')).json()).toEqual([{ path: 'f/ops/hello', value: body.value }]);
    expect(await (await call('GET', 'exists/f/ops/hello')).json()).toBe(true);
  });

  test('versions are immutable, the same text makes none, an old parent is refused', async () => {
    await create({ path: 'f/ops/steps', summary: 'one' });
    const first = await get('f/ops/steps');
    expect(first).toMatchObject({ is_schema_inferred: true, schema: { required: ['name'] } });
    const update = (body: object) => call('POST', 'update/f/ops/steps', { value: value(), ...body });
    expect((await update({ summary: 'one' })).status).toBe(200);
    expect((await get('f/ops/steps')).version_id).toBe(first.version_id);
    expect((await update({ summary: 'two', deployment_message: 'better' })).status).toBe(200);
    const stale = await update({ summary: 'three', parent_version: first.version_id });
    expect([stale.status, await stale.text()]).toEqual([409, expect.stringContaining('changed after you began')]);
    const second = await get('f/ops/steps');
    expect(await (await call('GET', 'history/p/f/ops/steps')).json()).toMatchObject([
      { id: second.version_id, deployment_msg: 'better', is_live: true },
      { id: first.version_id, deployment_msg: '', is_live: false },
    ]);
    expect(await (await call('GET', 'get_latest_version/f/ops/steps')).json()).toMatchObject({ id: second.version_id });
    expect((await call('GET', `get/v/${first.version_id}`)).status).toBe(200);
    const restored = await call('POST', 'restore_version/f/ops/steps', { version: first.version_id });
    expect(restored.status).toBe(201);
    expect(await get('f/ops/steps')).toMatchObject({ summary: 'one', hash: first.hash });
  });

  test('of two deploys at once one wins', async () => {
    await create({ path: 'f/ops/race' });
    const parent = (await get('f/ops/race')).version_id;
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        call('POST', 'update/f/ops/race', { value: value(), summary: `v${n}`, parent_version: parent }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    const made = await Promise.all([1, 2, 3].map(() => create({ path: 'f/ops/first' })));
    expect(made.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  });

  test('what means nothing is refused with its step, what runs elsewhere is kept with a warning', async () => {
    const cyclic = {
      modules: [
        { id: 'a', depends_on: ['b'], value: { type: 'identity' } },
        { id: 'b', value: { type: 'identity' } },
      ],
    };
    const refused = await create({ path: 'f/ops/cyclic', value: cyclic });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('Step "a": These steps wait'),
    ]);
    const broken = await create({ path: 'f/ops/broken', value: value('def main(:') });
    expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('Step "a", line 1')]);
    const foreign = { modules: [{ id: 'ai', value: { type: 'aiagent', tools: [] } }] };
    const kept = await create({ path: 'f/ops/foreign', value: foreign });
    expect([kept.status, warningsOf(kept)]).toEqual([201, [expect.stringContaining('"aiagent" cannot be run')]]);
    expect((await get('f/ops/foreign')).value).toEqual(foreign);
    expect(await liveFlow('demo', 'f/ops/foreign')).toMatchObject({ executable: null, problems: [expect.any(String)] });
  });

  test('the form with modules at its top is read as well', async () => {
    const made = await call('POST', 'create', {
      path: 'f/ops/bare',
      summary: 'Bare',
      modules: value().modules,
      worker_group: { value: 'heavy' },
    });
    expect(made.status).toBe(201);
    expect(await get('f/ops/bare')).toMatchObject({ summary: 'Bare', tag: 'heavy', value: value() });
  });

  test('a move takes the history along, the trash gives everything back, deleting twice is no mistake', async () => {
    await create({ path: 'f/ops/old', summary: 'moves' });
    expect(await (await call('POST', 'move/f/ops/old', { new_path: 'f/ops/new' })).text()).toBe('f/ops/new');
    expect(await (await call('GET', 'exists/f/ops/old')).json()).toBe(false);
    const history = await (await call('GET', 'history/p/f/ops/new')).json();
    expect(history.map(({ path }: { path: string }) => path)).toEqual(['f/ops/new', 'f/ops/old']);
    expect((await call('POST', 'move/f/ops/new', { new_path: 'f/ops/hello' })).status).toBe(409);
    for (let times = 0; times < 2; times++) expect((await call('DELETE', 'delete/f/ops/new')).status).toBe(200);
    expect(await liveFlow('demo', 'f/ops/new')).toBeNull();
    expect((await get('f/ops/new')).archived).toBe(true);
    expect((await call('POST', 'archive/f/ops/new', { archived: false })).status).toBe(200);
    expect(await liveFlow('demo', 'f/ops/new')).toMatchObject({ path: 'f/ops/new', summary: 'moves' });
    await call('POST', 'archive/f/ops/new', { archived: true });
    const trash = await (await api.as(dev)('GET', '/w/demo/trash/list?item_kind=flow')).json();
    expect(trash).toMatchObject([
      { item_kind: 'flow', item_path: 'f/ops/new', deleted_by: 'dev' },
      { item_path: 'f/ops/old' },
    ]);
    const one = await (await api.as(dev)('GET', `/w/demo/trash/get/${trash[0].id}`)).json();
    expect(one).toMatchObject({ item_data: { path: 'f/ops/new', summary: 'moves' } });
    expect((await api.as(dev)('POST', `/w/demo/trash/restore/${trash[0].id}`)).status).toBe(200);
    expect(await (await call('GET', 'exists/f/ops/new')).json()).toBe(true);
    await call('POST', 'archive/f/ops/new', { archived: true });
    await rows(`UPDATE flow SET trashed_at = now() - interval '31 days' WHERE path IN ('f/ops/new', 'f/ops/old')`);
    expect(await emptyOldTrash('flow')).toBe(2);
    expect((await call('GET', 'get/f/ops/new')).status).toBe(404);
  });

  test('the text comes back with its comments, and goes on when the definition alone is sent', async () => {
    const typed = (comment: string) =>
      `# ${comment}\nmodules:\n  - value: {type: identity}  # nothing yet\n    id: a\n`;
    const modules = [{ value: { type: 'identity' }, id: 'a' }];
    const update = (body: object) => call('POST', 'update/f/ops/typed', body);
    const textNow = async () => (await get('f/ops/typed')).typed_text;
    await call('POST', 'create', { path: 'f/ops/typed', modules, typed_text: typed('one') });
    const first = await get('f/ops/typed');
    expect(first.typed_text).toBe(typed('one'));
    await update({ modules, typed_text: typed('two') });
    const second = await get('f/ops/typed');
    expect([second.typed_text, second.hash]).toEqual([typed('two'), first.hash]);
    expect(second.version_id).not.toBe(first.version_id);
    // An official client sends the definition only.
    await update({ value: { modules } });
    expect((await get('f/ops/typed')).version_id).toBe(second.version_id);
    await call('POST', 'restore_version/f/ops/typed', { version: first.version_id });
    expect(await textNow()).toBe(typed('one'));
    await call('POST', 'move/f/ops/typed', { new_path: 'f/ops/typed2' });
    expect((await get('f/ops/typed2')).typed_text).toBe(typed('one'));
    // A client that sends back what it read, changed: the old text says something else now.
    await call('POST', 'update/f/ops/typed2', { value: value(), typed_text: typed('one') });
    expect(await get('f/ops/typed2')).not.toHaveProperty('typed_text');
  });

  test('lists filter, and a draft is each person’s own', async () => {
    await api.as(dev)('PUT', '/w/demo/drafts/flow/f/ops/hello', { summary: 'not yet' });
    const list = async (query: string, person = dev) =>
      (await call('GET', `list?${query}`, undefined, person)).json() as Promise<{ path: string; has_draft: boolean }[]>;
    expect(await list('search=says hello')).toMatchObject([{ path: 'f/ops/hello', has_draft: true }]);
    expect(await list('search=says hello', op)).toMatchObject([{ has_draft: false }]);
    expect((await list('path_start=f/ops/s')).map(({ path }) => path)).toEqual(['f/ops/steps']);
    expect(await (await call('GET', 'get/draft/f/ops/hello')).json()).toMatchObject({
      draft: { summary: 'not yet' },
      draft_only: false,
    });
    await call('POST', 'update/f/ops/hello', { value: value(), summary: 'Says hello' });
    expect(await list('search=says hello')).toMatchObject([{ has_draft: false }]);
  });
});

describe('who may', () => {
  test('operators read what they may run and write nothing; strangers and hidden folders stay out', async () => {
    expect((await call('GET', 'get/f/ops/hello', undefined, op)).status).toBe(200);
    expect((await create({ path: 'f/ops/ops' }, op)).status).toBe(403);
    expect((await call('POST', 'update/f/ops/hello', { value: value() }, op)).status).toBe(403);
    expect((await call('POST', 'validate', value(), op)).status).toBe(403);
    expect((await call('GET', 'get/f/ops/hello', undefined, stranger)).status).toBe(404);
    expect((await create({ path: 'f/hidden/x' }, admin)).status).toBe(201);
    expect((await call('GET', 'get/f/hidden/x')).status).toBe(404);
    expect(await (await call('GET', 'list?path_start=f/hidden')).json()).toEqual([]);
    const { version_id } = await get('f/hidden/x', admin);
    expect((await call('GET', `get/v/${version_id}`)).status).toBe(404);
    // A move needs rights at both ends.
    expect((await call('POST', 'move/f/ops/hello', { new_path: 'f/hidden/y' })).status).toBeGreaterThanOrEqual(403);
    expect((await call('DELETE', 'trash/f/ops/hello')).status).toBe(403);
  });

  test('every change is in the audit', async () => {
    await flushAudit();
    const found = await rows<{ object: string }>(
      `SELECT DISTINCT object FROM audit WHERE action = 'flow:write' AND object LIKE 'f/%' ORDER BY object`,
    );
    expect(found.map(({ object }) => object)).toEqual(
      expect.arrayContaining(['f/ops/hello', 'f/ops/new', 'f/ops/steps']),
    );
  });
});

describe('scripts in flows', () => {
  test('a script names the flows that run it, and those that its new parameters break', async () => {
    const script = (content: string) =>
      api.as(dev)('POST', '/w/demo/scripts/create', {
        path: 'f/ops/lib',
        language: 'python3',
        content,
        lock: '',
        auto_parent: true,
      });
    expect((await script('def main(a: str):\n  return a')).status).toBe(201);
    const step = (transforms: object | undefined) => ({
      modules: [
        { id: 's', value: { type: 'script', path: 'f/ops/lib', ...(transforms && { input_transforms: transforms }) } },
      ],
    });
    await create({ path: 'f/ops/uses', value: step({ a: { type: 'static', value: 'x' } }) });
    await create({ path: 'f/ops/by-name', value: step(undefined), schema: { type: 'object', properties: { a: {} } } });
    await create({ path: 'f/hidden/uses', value: step({ a: { type: 'static', value: 'x' } }) }, admin);
    expect(await (await call('GET', 'used_by/script/f/ops/lib')).json()).toMatchObject({
      flows: [{ path: 'f/ops/by-name' }, { path: 'f/ops/uses' }],
      hidden: 1,
    });
    expect(warningsOf(await script('def main(a: str, b: int = 1):\n  return a'))).toEqual([
      expect.stringContaining('1 more'),
    ]);
    expect(warningsOf(await script('def main(b: int):\n  return b'))).toEqual([
      'The flow f/ops/by-name breaks: step "s" has nothing for b, which it needs.',
      'The flow f/ops/uses breaks: step "s" passes a, which it does not take; step "s" does not pass b, which it needs.',
      expect.stringContaining('1 more'),
    ]);
  });

  test('locks: the author’s is kept, resolved ones are filled in for runs and not into the text', async () => {
    const content = 'import requests\ndef main():\n  return 1';
    await create({ path: 'f/ops/locked', value: value(content, { lock: '# python 3.12\nrequests==2.0' }) });
    expect((await liveFlow('demo', 'f/ops/locked'))?.executable?.modules[0]?.body).toMatchObject({
      lock: '# python 3.12\nrequests==2.0',
    });
    await rows(`UPDATE flow_version SET locks = '{"a":"resolved"}', value = (value::jsonb #- '{modules,0,value,lock}')::json
      WHERE path = 'f/ops/locked'`);
    const [row] = await rows<{ id: string }>(`SELECT id::text AS id FROM flow_version WHERE path = 'f/ops/locked'`);
    // The same code keeps its lock without asking a resolver: none is running here.
    const updated = await call('POST', 'update/f/ops/locked', { value: value(content), summary: 'again' });
    expect(updated.status).toBe(200);
    const live = await liveFlow('demo', 'f/ops/locked');
    expect(live?.versionId).not.toBe(row?.id);
    expect(live?.executable?.modules[0]?.body).toMatchObject({ lock: 'resolved' });
    expect((await get('f/ops/locked')).value.modules[0].value).not.toHaveProperty('lock');
    expect(await flowByVersion('demo', 'nonsense')).toBeNull();
  });
});

describe('while typing', () => {
  test('validate answers problems, findings, bindings and inputs', async () => {
    const flow = {
      modules: [
        { id: 'a', value: { type: 'rawscript', language: 'python3', content: 'def main(x: int):\n  return {"y": 1}' } },
        { id: 'b', value: { type: 'rawscript', language: 'python3', content: 'def main(y):\n  return NOWHERE' } },
        {
          id: 'c',
          value: {
            type: 'script',
            path: 'f/ops/nothing',
            input_transforms: { q: { type: 'javascript', expr: 'results.z +' } },
          },
        },
      ],
    };
    const answer = await (await call('POST', 'validate', flow)).json();
    expect(answer).toMatchObject({
      is_runnable: true,
      problems: [],
      schema: { properties: { x: { type: 'integer' } }, required: ['x'] },
      bindings: [
        { module_id: 'a', args: [{ name: 'x', source: { kind: 'flow_input' } }] },
        { module_id: 'b', args: [{ name: 'y', source: { kind: 'key', id: 'a', isPrevious: true } }] },
      ],
    });
    expect(answer.findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          module_id: 'b',
          severity: 'error',
          line: 2,
          message: expect.stringContaining('NOWHERE'),
        }),
        expect.objectContaining({ module_id: 'c', severity: 'error', field: 'input_transforms.q' }),
        expect.objectContaining({ module_id: 'c', message: expect.stringContaining('no script f/ops/nothing') }),
      ]),
    );
    expect(await (await call('POST', 'validate', { modules: [{}] })).json()).toMatchObject({
      is_runnable: false,
      problems: [{ module_id: 'a', path: ['modules', 0] }],
    });
  });

  test('evaluate tries an expression or a message without secrets', async () => {
    const evaluate = async (body: object) => (await call('POST', 'evaluate', body)).json();
    expect(
      await evaluate({ source: 'results.a.n + flow_input.m', results: { a: { n: 1 } }, flow_input: { m: 2 } }),
    ).toEqual({
      value: 3,
    });
    expect(await evaluate({ source: 'x', names: { x: [1] } })).toEqual({ value: [1] });
    expect(await evaluate({ source: 'variable("f/x/y")' })).toEqual({ error: expect.stringContaining('in runs only') });
    expect(
      await evaluate({ source: 'Hi {{ flow_input.name }}', is_template: true, flow_input: { name: 'Ada' } }),
    ).toEqual({
      text: 'Hi Ada',
    });
    expect(await evaluate({ source: 'for(;;); return 1' })).toEqual({ error: expect.stringContaining('second') });
  });
});
