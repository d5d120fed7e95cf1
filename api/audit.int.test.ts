import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flushAudit, recordAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';

let database: TestDatabase;
let api: TestApi;
let ann: TestPerson;
let dev: TestPerson;

interface Line {
  id: number;
  timestamp: string;
  username: string;
  resource: string;
  outcome: string;
}

const entry = (number: number, changes: object = {}) => ({
  workspaceId: 'demo',
  actor: 'dev',
  via: 'session',
  action: 'script:write',
  object: `f/ops/s${number}`,
  outcome: 'done' as const,
  ip: null,
  ...changes,
});

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  ann = await makePerson('ann');
  dev = await makePerson('dev');
  await makeWorkspace('demo', ann, [[dev, 'developer']]);
  await makeWorkspace('other', ann);
  for (let number = 1; number <= 7; number += 1) await recordAudit(entry(number));
  await recordAudit(entry(8, { outcome: 'refused', object: 'f/Ops_%/x' }));
  await recordAudit(entry(9, { workspaceId: 'other' }));
});

afterAll(async () => {
  await api.close();
  await flushAudit();
  await database.drop();
});

const list = async (query: string): Promise<Line[]> => (await api.as(ann)('GET', `/w/demo/audit/list?${query}`)).json();
const objects = (lines: Line[]) => lines.map((line) => line.resource);

describe('the audit of a workspace', () => {
  test('is read by key in both directions, without gaps or repeats', async () => {
    const first = await list('username=dev&per_page=3');
    expect(objects(first)).toEqual(['f/Ops_%/x', 'f/ops/s7', 'f/ops/s6']);
    const second = await list(`username=dev&per_page=3&before_id=${first.at(-1)?.id}`);
    expect(objects(second)).toEqual(['f/ops/s5', 'f/ops/s4', 'f/ops/s3']);
    const back = await list(`username=dev&per_page=3&after_id=${second[0]?.id}`);
    expect(back).toEqual(first);
    const nearest = await list(`username=dev&per_page=2&after_id=${second[0]?.id}`);
    expect(objects(nearest)).toEqual(['f/ops/s7', 'f/ops/s6']);
  });

  test('is narrowed by outcome, object and time, each literally', async () => {
    expect(objects(await list('username=dev&outcome=refused'))).toEqual(['f/Ops_%/x']);
    expect(objects(await list('resource=ops_%25'))).toEqual(['f/Ops_%/x']);
    expect(objects(await list('username=dev&operation=script:&resource=s3'))).toEqual(['f/ops/s3']);
    expect(await list('after=2100-01-01T00:00:00Z')).toEqual([]);
    expect(await list('before=2000-01-01T00:00:00Z')).toEqual([]);
    expect((await api.as(ann)('GET', '/w/demo/audit/list?outcome=maybe')).status).toBe(400);
    expect((await api.as(ann)('GET', '/w/demo/audit/list?after_id=x')).status).toBe(400);
  });

  test('shows nothing of other workspaces, and nothing to who is no administrator', async () => {
    expect(objects(await list('per_page=1000'))).not.toContain('f/ops/s9');
    expect((await api.as(dev)('GET', '/w/demo/audit/list')).status).toBe(403);
  });

  test('names what a deploy was about, done or refused', async () => {
    const deploy = (path: string) =>
      api.as(dev)('POST', '/w/demo/scripts/create', { path, content: 'echo hi', language: 'bash', summary: '' });
    expect((await deploy('u/dev/mine')).status).toBe(201);
    expect((await deploy('u/ann/not_mine')).status).toBeGreaterThanOrEqual(400);
    await flushAudit();
    const found = await rows<{ object: string; outcome: string }>(
      `SELECT object, outcome FROM audit WHERE detail->>'endpoint' LIKE '%scripts/create' ORDER BY id`,
    );
    expect(found).toEqual([
      { object: 'u/dev/mine', outcome: 'done' },
      { object: 'u/ann/not_mine', outcome: 'refused' },
    ]);
  });
});

test('nothing unforeseen happened on the way here', () => {
  expect(api.errors).toEqual([]);
});
