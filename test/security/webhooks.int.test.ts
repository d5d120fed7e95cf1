import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type Lab, openLab } from '@/test/lab';
import { until } from '@/test/process';
import { printTable } from './table';

printTable();

let lab: Lab;
let ann: TestPerson;
let bob: TestPerson;
let hashOfEcho = '';

beforeAll(async () => {
  lab = await openLab();
  ann = await makePerson('ann');
  bob = await makePerson('bob');
  await makeWorkspace('lab', ann, [[bob, 'developer']]);
  const echo =
    'export async function main(a: unknown, raw_string?: string) { return { a, raw_string: raw_string ?? null }; }';
  for (const path of ['u/ann/echo', 'u/ann/other', 'g/all/shared']) {
    const made = await lab.api.as(ann)('POST', '/w/lab/scripts/create', {
      path,
      language: 'bun',
      content: echo,
      lock: '',
    });
    if (path === 'u/ann/echo') hashOfEcho = await made.text();
  }
});

afterAll(() => lab.close());

async function tokenOf(person: TestPerson, scopes: readonly string[], more: object = {}): Promise<string> {
  const made = await lab.api.as(person)('POST', '/users/tokens/create', {
    label: 'hook',
    scopes,
    workspace_id: 'lab',
    ...more,
  });
  expect(made.status).toBe(201);
  return made.text();
}

/** As a webhook's sender does it: no session, no page, whatever headers it likes. */
const send = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
  fetch(`${lab.api.base}/api/w/lab/jobs/${path}`, {
    method: options.method ?? 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
  });

const jobCount = async () => (await rows<{ n: number }>('SELECT count(*)::int AS n FROM job'))[0]?.n ?? 0;

describe('HOOK 31: a token of one path', () => {
  let token = '';
  beforeAll(async () => {
    token = await tokenOf(ann, ['jobs:run:scripts:u/ann/echo']);
  });

  test.each([
    ['run/p/u/ann/echo', 201],
    ['run_wait_result/p/u/ann/echo', 200],
  ])('%s runs, with the token in the header or in the query', async (path, status) => {
    expect((await send(path, { headers: { authorization: `Bearer ${token}` }, body: '{"a":1}' })).status).toBe(status);
    expect((await send(`${path}?token=${token}`, { body: '{"a":1}' })).status).toBe(status);
  });

  test('by hash, too', async () => {
    expect((await send(`run/h/${hashOfEcho}?token=${token}`, { body: '{}' })).status).toBe(201);
    const answer = await send(`run_wait_result/h/${hashOfEcho}?token=${token}`, { body: '{"a":"by hash"}' });
    expect(await answer.json()).toEqual({ a: 'by hash', raw_string: null });
  });

  test('runs nothing else, lists nothing, reads nothing', async () => {
    const before = await jobCount();
    // Not even whether it exists is told.
    for (const path of [
      'run/p/u/ann/other',
      'run_wait_result/p/u/ann/other',
      'run/p/u/ann/echo2',
      'run/p/u/ann/echo/x',
    ]) {
      expect([path, (await send(`${path}?token=${token}`, { body: '{}' })).status]).toEqual([path, 404]);
    }
    const preview = await send(`run/preview?token=${token}`, { body: '{"content":"","language":"bash"}' });
    expect(preview.status).toBe(401);
    const headers = { authorization: `Bearer ${token}` };
    for (const path of [
      'jobs/list',
      'scripts/list',
      'variables/list',
      'resources/list',
      'scripts/get/p/u/ann/echo',
      'workspaces/get_settings',
    ]) {
      const answer = await fetch(`${lab.api.base}/api/w/lab/${path}`, { headers });
      expect([path, answer.status < 300 ? await answer.text() : '[]']).toEqual([path, '[]']);
    }
    expect(await jobCount()).toBe(before);
  });

  test('is a credential in the query of webhooks only', async () => {
    const whole = await tokenOf(ann, []);
    for (const path of ['scripts/list', 'variables/list', 'resources/list']) {
      expect([path, (await fetch(`${lab.api.base}/api/w/lab/${path}?token=${whole}`)).status]).toEqual([path, 401]);
    }
    const made = await fetch(`${lab.api.base}/api/w/lab/variables/create?token=${whole}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"path":"u/ann/x","value":"x"}',
    });
    expect(made.status).toBe(401);
  });

  test('that has expired, was revoked or is not known is answered 401, and starts nothing', async () => {
    const before = await jobCount();
    const expired = await tokenOf(ann, ['jobs:run:scripts:u/ann/echo']);
    await rows("UPDATE api_token SET expires_at = now() - interval '1 s' WHERE prefix = $1", [expired.split('_')[1]]);
    const revoked = await tokenOf(ann, ['jobs:run:scripts:u/ann/echo']);
    await rows('UPDATE api_token SET revoked_at = now() WHERE prefix = $1', [revoked.split('_')[1]]);
    const forged = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`;
    for (const bad of [expired, revoked, forged, 'x', '', `${token} `, `${token}%00`]) {
      expect([bad, (await send(`run/p/u/ann/echo?token=${encodeURIComponent(bad)}`, { body: '{}' })).status]).toEqual([
        bad,
        401,
      ]);
    }
    expect(await jobCount()).toBe(before);
  });

  test('run_wait_result is POST only: a link that is followed starts nothing', async () => {
    const before = await jobCount();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
      for (const path of ['run_wait_result/p/u/ann/echo', 'run/p/u/ann/echo', `run_wait_result/h/${hashOfEcho}`]) {
        const answer = await send(`${path}?token=${token}&payload=${Buffer.from('{}').toString('base64url')}`, {
          method,
        });
        expect([method, answer.status]).toEqual([method, method === 'OPTIONS' ? 204 : 405]);
      }
    }
    expect(await jobCount()).toBe(before);
  });
});

describe('HOOK 31: replays', () => {
  const once = (key: string, body: string, person = ann, path = 'run/p/u/ann/echo') =>
    send(path, { headers: { authorization: `Bearer ${person.token}`, 'idempotency-key': key }, body });

  test('the same key answers the same job, also from twenty senders at once and by query', async () => {
    const before = await jobCount();
    const answers = await Promise.all(Array.from({ length: 20 }, () => once('delivery-1', '{"a":1}')));
    const ids = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect([answers.every(({ status }) => status === 201), ids.size]).toEqual([true, 1]);
    const byQuery = await send(`run/p/u/ann/echo?idempotency_key=delivery-1&token=${ann.token}`, { body: '{"a":1}' });
    expect([byQuery.status, await byQuery.text()]).toEqual([201, [...ids][0]]);
    expect(await jobCount()).toBe(before + 1);
  });

  test('run_wait_result answers the first job’s result', async () => {
    const path = 'run_wait_result/p/u/ann/echo';
    const first = await once('delivery-2', '{"a":"first"}', ann, path);
    const second = await once('delivery-2', '{"a":"first"}', ann, path);
    expect(second.headers.get('x-job-id')).toBe(first.headers.get('x-job-id'));
    expect(await second.json()).toEqual({ a: 'first', raw_string: null });
  });

  test('a changed body under the same key is refused', async () => {
    expect((await once('delivery-3', '{"a":1}')).status).toBe(201);
    const changed = await once('delivery-3', '{"a":2}');
    expect([changed.status, await changed.text()]).toEqual([409, expect.stringContaining('other arguments')]);
  });

  test('a key is its sender’s and its script’s own: nobody gets the job of somebody else', async () => {
    const path = 'run_wait_result/p/g/all/shared';
    const anns = await once('delivery-4', '{"a":"hers"}', ann, path);
    const bobs = await once('delivery-4', '{"a":"hers"}', bob, path);
    const other = await once('delivery-4', '{"a":"hers"}', ann, 'run_wait_result/p/u/ann/other');
    const ids = [anns, bobs, other].map((answer) => answer.headers.get('x-job-id'));
    expect(new Set(ids).size).toBe(3);
  });

  test('an empty key is none, an endless one is refused', async () => {
    const before = await jobCount();
    await once('', '{}');
    await once('', '{}');
    expect(await jobCount()).toBe(before + 2);
    expect((await once('k'.repeat(256), '{}')).status).toBe(400);
  });

  test('a sender that leaves and asks again finds its job', async () => {
    await lab.api.as(ann)('POST', '/w/lab/scripts/create', {
      path: 'u/ann/slow',
      language: 'bash',
      content: 'sleep 2; echo done',
      lock: '',
    });
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${ann.token}`, 'idempotency-key': 'impatient' };
    const url = `${lab.api.base}/api/w/lab/jobs/run_wait_result/p/u/ann/slow`;
    const first = fetch(url, { method: 'POST', headers, signal: leaving.signal }).catch(() => null);
    await until('the job to run', async () => (await rows("SELECT 1 FROM job WHERE path = 'u/ann/slow'")).length > 0);
    leaving.abort();
    await first;
    const again = await fetch(url, { method: 'POST', headers });
    expect([again.status, await again.json()]).toEqual([200, 'done']);
  });
});

test('HOOK 31: headers become arguments when asked for, credentials never', async () => {
  const answer = await send('run/p/u/ann/echo?include_header=X-Event,Authorization,Cookie,__proto__,constructor', {
    headers: { authorization: `Bearer ${ann.token}`, 'x-event': 'push', cookie: 'a=b' },
    body: '{"a":1}',
  });
  const [job] = await rows<{ args: string }>('SELECT args FROM job WHERE id = $1', [await answer.text()]);
  expect(JSON.parse(job?.args ?? '')).toEqual({ a: 1, 'X-Event': 'push' });
});
