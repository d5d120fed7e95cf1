import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';

let database: TestDatabase;
let api: TestApi;
let dev: TestPerson;
let op: TestPerson;
let stranger: TestPerson;

const CODE = 'def main(name: str, times: int = 2):\n    return name * times\n';

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  const root = await makePerson('root');
  dev = await makePerson('dev');
  op = await makePerson('op');
  stranger = await makePerson('stranger');
  await makeWorkspace('demo', root, [
    [dev, 'developer'],
    [op, 'operator'],
  ]);
  await rows(
    `INSERT INTO folder (workspace_id, name, owners, writers, viewers) VALUES ('demo', 'ops', '{u/dev}', '{}', '{g/all}')`,
  );
});
afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

const create = (body: object, person = dev, query = '') =>
  api.as(person)('POST', `/w/demo/scripts/create${query}`, { language: 'python3', content: CODE, ...body });

describe('scripts over HTTP', () => {
  test('create answers 201 and the hash; get has the keys that clients compare', async () => {
    const body = {
      path: 'f/ops/hello',
      summary: 'Says hello',
      description: '',
      lock: '',
      schema: { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties: {}, required: [] },
      ws_error_handler_muted: true,
      delete_after_secs: 60,
      timeout: 1800,
    };
    const made = await create(body, dev, '?skip_if_noop=true');
    const hash = await made.text();
    expect([made.status, made.headers.get('content-type')]).toEqual([201, 'text/plain; charset=utf-8']);
    const script = await (await api.as(dev)('GET', '/w/demo/scripts/get/p/f/ops/hello')).json();
    expect(script).toMatchObject({
      ...body,
      hash,
      created_by: 'dev',
      archived: false,
      has_preprocessor: false,
      parent_hashes: [],
    });
    const again = await create(body, dev, '?skip_if_noop=true');
    expect([again.status, await again.text()]).toEqual([201, hash]);
    const next = await create({ ...body, timeout: 60, parent_hash: hash, auto_parent: true });
    expect(next.status).toBe(201);
    const history = await (await api.as(dev)('GET', '/w/demo/scripts/history/p/f/ops/hello')).json();
    expect(history).toMatchObject([{ script_hash: await next.text() }, { script_hash: hash }]);
  });

  test('the official client sends no content type of its own', async () => {
    const body = JSON.stringify({ path: 'f/ops/plain', language: 'python3', content: CODE });
    const made = await api.as(dev)('POST', '/w/demo/scripts/create', body, {
      'content-type': 'text/plain;charset=UTF-8',
    });
    expect(made.status).toBe(201);
  });

  test('a conflict is 409 in words, a wrong field 400 with its name', async () => {
    await create({ path: 'f/ops/twice' });
    const late = await create({ path: 'f/ops/twice', content: `${CODE}#` });
    expect([late.status, await late.text()]).toEqual([
      409,
      expect.stringMatching(/^f\/ops\/twice exists already \(version/),
    ]);
    const wrong = await create({ path: 'f/ops/x', tag: 'has space' });
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('"tag"')]);
    const broken = await create({ path: 'f/ops/x', content: 'def main(:\n' });
    expect([broken.status, await broken.text()]).toEqual([400, expect.stringMatching(/^Line 1: /)]);
    const unknown = await create({ path: 'f/ops/x', language: 'cobol' });
    expect(unknown.status).toBe(400);
    expect((await api.as(dev)('GET', '/w/demo/scripts/get/p/f/ops/x')).status).toBe(404);
  });

  test('names nothing defines are said beside the hash', async () => {
    const made = await create({ path: 'f/ops/odd', content: 'def main():\n    return nowhere\n' });
    const warnings = JSON.parse(decodeURIComponent(made.headers.get('x-fantail-warnings') ?? '[]'));
    expect(warnings).toEqual([expect.stringContaining('nowhere')]);
  });

  test('an operator reads and runs, and changes nothing; a stranger learns nothing', async () => {
    await create({ path: 'f/ops/seen' });
    await create({ path: 'u/dev/own' });
    const get = async (person: TestPerson, path: string) =>
      (await api.as(person)('GET', `/w/demo/scripts/${path}`)).status;
    expect(await get(op, 'get/p/f/ops/seen')).toBe(200);
    expect(await get(op, 'get/p/u/dev/own')).toBe(404);
    expect(await get(stranger, 'get/p/f/ops/seen')).toBe(404);
    expect((await create({ path: 'f/ops/more' }, op)).status).toBe(403);
    expect((await api.as(op)('POST', '/w/demo/scripts/archive/p/f/ops/seen')).status).toBe(403);
    expect((await api.as(op)('DELETE', '/w/demo/scripts/trash/f/ops/seen')).status).toBe(403);
    const listed = await (await api.as(op)('GET', '/w/demo/scripts/list?per_page=100')).json();
    expect(listed.some(({ path }: { path: string }) => path.startsWith('u/'))).toBe(false);
  });

  test('source as text, also under the name of a file', async () => {
    await create({ path: 'f/ops/file' });
    for (const address of ['raw/p/f/ops/file', 'raw/p/f/ops/file.py']) {
      expect(await (await api.as(dev)('GET', `/w/demo/scripts/${address}`)).text()).toBe(CODE);
    }
  });

  test('archived is in the trash: listed there, restored with its version', async () => {
    const hash = await (await create({ path: 'f/ops/gone' })).text();
    const call = api.as(dev);
    expect((await call('POST', '/w/demo/scripts/archive/p/f/ops/gone')).status).toBe(200);
    expect(await (await call('GET', '/w/demo/scripts/exists/p/f/ops/gone')).json()).toBe(false);
    const trash = await (await call('GET', '/w/demo/scripts/list?show_archived=true')).json();
    expect(trash).toMatchObject([{ path: 'f/ops/gone', archived: true, trashed_by: 'dev' }]);
    expect((await call('POST', '/w/demo/scripts/trash/restore/f/ops/gone')).status).toBe(200);
    expect(await (await call('GET', '/w/demo/scripts/get/p/f/ops/gone')).json()).toMatchObject({ hash, is_live: true });
  });

  test('page 0 is page 1, and pages do not overlap', async () => {
    const pages = await Promise.all(
      [0, 1, 2].map(async (page) => {
        const answer = await api.as(dev)('GET', `/w/demo/scripts/list?page=${page}&per_page=3`);
        const found: { path: string }[] = await answer.json();
        return found.map(({ path }) => path);
      }),
    );
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[2]?.some((path) => pages[1]?.includes(path))).toBe(false);
  });
});

test('drafts are each person’s own', async () => {
  const call = api.as(dev);
  expect((await call('PUT', '/w/demo/drafts/script/f/ops/idea', { content: 'x' })).status).toBe(200);
  expect(await (await call('GET', '/w/demo/drafts/script/f/ops/idea')).json()).toMatchObject({
    value: { content: 'x' },
  });
  expect((await api.as(op)('GET', '/w/demo/drafts/script/f/ops/idea')).status).toBe(403);
  expect(await (await call('GET', '/w/demo/drafts/list/script')).json()).toMatchObject([{ path: 'f/ops/idea' }]);
  expect((await call('DELETE', '/w/demo/drafts/script/f/ops/idea')).status).toBe(204);
  expect(await (await call('GET', '/w/demo/drafts/script/f/ops/idea')).json()).toBeNull();
});

describe('resources and variables', () => {
  test('made, listed without values, read with the right to, changed, moved, deleted', async () => {
    const call = api.as(dev);
    const value = { host: 'db', password: 'hunter22' };
    const made = await call('POST', '/w/demo/resources/create', {
      path: 'f/ops/db',
      value,
      resource_type: 'postgresql',
    });
    expect(made.status).toBe(201);
    const list = await (await api.as(op)('GET', '/w/demo/resources/list?resource_type=postgresql')).text();
    expect(list).toContain('f/ops/db');
    expect(list).not.toContain('hunter22');
    expect((await api.as(op)('GET', '/w/demo/resources/get_value/f/ops/db')).status).toBe(403);
    expect(await (await call('GET', '/w/demo/resources/get_value/f/ops/db')).json()).toEqual(value);
    expect(await (await call('GET', '/w/demo/resources/get_value_interpolated/db')).json()).toEqual(value);
    await call('POST', '/w/demo/resources/update/f/ops/db', { path: 'f/ops/db2' });
    expect(await (await call('GET', '/w/demo/resources/get/f/ops/db2')).json()).toMatchObject({
      value,
      resource_type: 'postgresql',
    });
    expect((await call('DELETE', '/w/demo/resources/delete/f/ops/db2')).status).toBe(200);
    expect((await call('GET', '/w/demo/resources/get/f/ops/db2')).status).toBe(404);
    await flushAudit();
    const reads = await rows(
      "SELECT object FROM audit WHERE action = 'resource:read' AND object = 'f/ops/db' AND outcome = 'done'",
    );
    expect(reads.length).toBeGreaterThan(0);
  });

  test('a secret variable is never listed, and is not made plain with its old value', async () => {
    const call = api.as(dev);
    await call('POST', '/w/demo/variables/create', {
      path: 'u/dev/WORD',
      value: 'deep-secret',
      is_secret: true,
      description: '',
    });
    await call('POST', '/w/demo/variables/create', { path: 'u/dev/REGION', value: 'eu', is_secret: false });
    const listed = await (await call('GET', '/w/demo/variables/list')).json();
    expect(listed).toMatchObject([
      { path: 'u/dev/REGION', value: 'eu' },
      { path: 'u/dev/WORD', is_secret: true },
    ]);
    expect(JSON.stringify(listed)).not.toContain('deep-secret');
    const plain = await call('POST', '/w/demo/variables/update/u/dev/WORD', { is_secret: false });
    expect(plain.status).toBe(400);
    expect(await (await call('GET', '/w/demo/variables/get_value/WORD')).json()).toBe('deep-secret');
    const hidden = await (await call('GET', '/w/demo/variables/get/u/dev/WORD?decrypt_secret=false')).json();
    expect(hidden.value).toBeUndefined();
    expect((await api.as(stranger)('GET', '/w/demo/variables/list')).status).toBe(404);
  });

  test('types: built-in ones and the workspace’s own', async () => {
    const call = api.as(dev);
    const types = await (await call('GET', '/w/demo/resources/type/list')).json();
    expect(types.map(({ name }: { name: string }) => name)).toContain('postgresql');
    const schema = { type: 'object', properties: { token: { type: 'string', password: true } }, required: ['token'] };
    expect((await call('POST', '/w/demo/resources/type/create', { name: 'crm', schema })).status).toBe(201);
    expect(await (await call('GET', '/w/demo/resources/type/get/crm')).json()).toMatchObject({ name: 'crm', schema });
  });
});
