import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerFeed } from '@/core/ledger/live';
import { rows } from '@/core/platform/db';
import { env } from '@/core/platform/env';
import { rotateDataKeys, withDatabase } from '@/core/platform/key-rotation';
import type { JsonValue } from '@/core/schema/model';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess, until } from '@/test/process';
import { everyRow } from '@/test/security/dump';

// Secrets go from step to step as they are, and are nowhere to be seen.

const TOKEN = 'TokenOfAnn-7Qz41Lx9Pw8Rt2';
const PASSWORD = 'PasswordOfAnn-3Kd82Mv6';
const ITEMS = ['first-item-Xk3', 'second-item-Yj9', 'third-item-Wq5'];
const BACKWARDS = [...TOKEN].reverse().join('');
const PIECE = TOKEN.slice(5, 19);
const HIDDEN = [TOKEN, PASSWORD, ...ITEMS, BACKWARDS, PIECE];

const sha = (text: string): string => hash('sha256', text);

let database: TestDatabase;
let api: TestApi;
let worker: TestProcess;
let ann: TestPerson;
let kim: TestPerson;

const python = (id: string, body: string, exprs?: Record<string, string>): JsonValue => ({
  id,
  value: {
    type: 'rawscript',
    language: 'python3',
    lock: '',
    content: `import hashlib\nimport wmill\ndef sha(text): return hashlib.sha256(text.encode()).hexdigest()\n${body}`,
    ...(exprs === undefined ? {} : { input_transforms: transforms(exprs) }),
  },
});

const transforms = (exprs: Record<string, string>) =>
  Object.fromEntries(Object.entries(exprs).map(([name, expr]) => [name, { type: 'javascript', expr }]));

const INNER = {
  modules: [python('inside', 'def main(word):\n    print(word)\n    return sha(word)', { word: 'flow_input.word' })],
};

const FLOW = {
  modules: [
    python(
      'bearer',
      'def main(header, url, back, host):\n    print(header, url, back, host)\n    return [sha(header), sha(url), sha(back), host]',
      {
        header: '"Bearer " + variable("u/ann/token")',
        url: 'resource("u/ann/db").password + "@" + resource("u/ann/db").host',
        back: 'variable("u/ann/token").split("").reverse().join("")',
        host: 'resource("u/ann/db").host',
      },
    ),
    python('read', 'def main():\n    return {"token": wmill.get_variable("u/ann/token"), "plain": 7}', {}),
    python('use', 'def main(token, n):\n    print(token)\n    return [sha(token), n]', {
      token: 'previous_result.token',
      n: 'previous_result.plain',
    }),
    python('bound', 'def main(token):\n    return sha(token)'),
    python('piece', 'def main(part):\n    print(part)\n    return sha(part)', {
      part: 'results.read.token.slice(5, 19)',
    }),
    {
      id: 'each',
      value: {
        type: 'forloopflow',
        iterator: { type: 'javascript', expr: 'variable("u/ann/list").split(",")' },
        parallel: true,
        skip_failures: false,
        modules: [
          python('one', 'def main(item):\n    print(item)\n    return sha(item)', { item: 'flow_input.iter.value' }),
        ],
      },
    },
    {
      id: 'sub',
      value: {
        type: 'flow',
        path: 'u/ann/inner',
        input_transforms: transforms({ word: '"<" + results.read.token + ">"' }),
      },
    },
    {
      id: 'branch',
      value: {
        type: 'branchone',
        branches: [
          {
            expr: `results.read.token === ${JSON.stringify('wrong')} || resource("u/ann/db").password.length === ${PASSWORD.length}`,
            modules: [python('taken', 'def main():\n    return "taken"', {})],
          },
        ],
        default: [],
      },
    },
    python('all', 'def main(results):\n    return results', {
      results: '[results.bearer, results.use, results.bound, results.piece, results.each, results.sub, results.branch]',
    }),
  ],
};

const EXPECTED = [
  [sha(`Bearer ${TOKEN}`), sha(`${PASSWORD}@db.example.com`), sha(BACKWARDS), 'db.example.com'],
  [sha(TOKEN), 7],
  sha(TOKEN),
  sha(PIECE),
  ITEMS.map(sha),
  sha(`<${TOKEN}>`),
  'taken',
];

const ask = async (person: TestPerson, method: string, address: string, body?: unknown) => {
  const answer = await api.as(person)(method, `/w/lab/${address}`, body);
  const text = await answer.text();
  return { status: answer.status, text, id: answer.headers.get('x-job-id') ?? text };
};

const made = async (address: string, body: unknown) => {
  const { status, text } = await ask(ann, 'POST', address, body);
  expect([status, text]).toEqual([201, expect.anything()]);
};

const endOf = (id: string) =>
  until(`the end of ${id}; the worker said:\n${worker.output()}`, async () => {
    const [row] = await rows<{ outcome: string; result: string }>(
      'SELECT outcome, result::text AS result FROM job WHERE id = $1 AND outcome IS NOT NULL',
      [id],
    );
    return row;
  });

const resultOf = async (id: string): Promise<unknown> => JSON.parse((await endOf(id)).result);

const stepOf = async (runId: string, key: string): Promise<string> => {
  const [row] = await rows<{ id: string }>('SELECT id FROM job WHERE parent_id = $1 AND step_key = $2', [runId, key]);
  return row?.id ?? '';
};

const jobOf = async (id: string) => JSON.parse((await ask(ann, 'GET', `jobs_u/get/${id}`)).text);

async function shownAnywhere(): Promise<string[]> {
  const everything = [...(await everyRow(database.url))].map(([table, text]) => `${table}\n${text}`);
  return HIDDEN.filter((secret) => everything.some((text) => text.includes(secret)));
}

let runId = '';

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  process.env.BASE_URL = api.base;
  void ledgerFeed().open();
  [ann, kim] = [await makePerson('ann'), await makePerson('kim')];
  await makeWorkspace('lab', ann, [[kim, 'admin']]);
  worker = await startWorker(database.url, { BASE_URL: api.base });
  await made('variables/create', { path: 'u/ann/token', value: TOKEN, is_secret: true });
  await made('variables/create', { path: 'u/ann/list', value: ITEMS.join(','), is_secret: true });
  const value = { host: 'db.example.com', user: 'shop', dbname: 'shop', password: PASSWORD };
  await made('resources/create', { path: 'u/ann/db', resource_type: 'postgresql', value });
  const schema = { type: 'object', properties: { word: { type: 'string' } } };
  await made('flows/create', { path: 'u/ann/inner', summary: '', schema, value: INNER });
  runId = (await ask(ann, 'POST', 'jobs/run/preview_flow', { value: FLOW, args: {} })).id;
});

afterAll(async () => {
  await worker.stop();
  await api.close();
  await ledgerFeed().close();
  await database.drop();
});

describe('a flow whose steps hand secrets on', () => {
  test('each step gets the real value, whichever way it comes by it', async () => {
    expect(await resultOf(runId)).toEqual(EXPECTED);
  });

  test('arguments and results show a mask', async () => {
    const bearer = await jobOf(await stepOf(runId, 'bearer'));
    expect(bearer.args).toEqual({
      header: 'Bearer *****',
      url: '*****@db.example.com',
      back: '*****',
      host: 'db.example.com',
    });
    const read = await jobOf(await stepOf(runId, 'read'));
    expect(read.result).toEqual({ token: '*****', plain: 7 });
    expect((await jobOf(await stepOf(runId, 'use'))).args).toEqual({ token: '*****', n: 7 });
    expect((await ask(ann, 'GET', `jobs/result_by_id/${runId}/read`)).text).toBe('{"token":"*****","plain":7}');
    expect((await ask(ann, 'GET', `jobs_u/flow_node/${runId}/each`)).text).not.toContain('item');
    const log = await ask(ann, 'GET', `jobs_u/get_logs/${await stepOf(runId, 'bearer')}`);
    expect(log.text).toBe('Bearer ***** *****@db.example.com ***** db.example.com\n');
    expect((await ask(ann, 'GET', `jobs_u/get_logs/${await stepOf(runId, 'piece')}`)).text).toBe('*****\n');
    expect((await ask(ann, 'GET', `jobs_u/get_logs/${await stepOf(runId, 'sub/flow/inside')}`)).text).toBe('<*****>\n');
  });

  test('no table holds any of them, nor what was made of them', async () => {
    expect(await shownAnywhere()).toEqual([]);
  });

  test('nothing is sealed where nothing is hidden', async () => {
    const found = await rows<{ key: string }>(
      `SELECT coalesce(j.step_key, '') || ' ' || s.part AS key FROM sealed_value s JOIN job j ON j.id = s.job_id ORDER BY 1`,
    );
    expect(found.map(({ key }) => key)).toEqual(
      [
        ' node/each',
        ' node/sub',
        'bearer args',
        'each/0/one args',
        'each/1/one args',
        'each/2/one args',
        'piece args',
        'read result',
        'sub/flow/inside args',
        'use args',
        'bound args',
      ].toSorted(),
    );
  });
});

describe('running again', () => {
  test('a step on its own, with the same arguments and with others beside the masked ones', async () => {
    const step = await stepOf(runId, 'bearer');
    expect(await resultOf((await ask(ann, 'POST', `jobs/rerun/${step}`, {})).id)).toEqual(EXPECTED[0]);
    const args = { ...(await jobOf(step)).args, host: 'elsewhere', back: 'typed' };
    expect(await resultOf((await ask(ann, 'POST', `jobs/rerun/${step}`, { args })).id)).toEqual([
      sha(`Bearer ${TOKEN}`),
      sha(`${PASSWORD}@db.example.com`),
      sha('typed'),
      'elsewhere',
    ]);
  });

  test('the flow from a step on, and from inside a loop', async () => {
    for (const step_key of ['use', 'each/1', 'sub/flow/inside']) {
      const { id } = await ask(ann, 'POST', `jobs/restart/f/${runId}`, { step_key });
      expect([step_key, await resultOf(id)]).toEqual([step_key, EXPECTED]);
    }
  });

  test('somebody else does not get them that way', async () => {
    const step = await ask(kim, 'POST', `jobs/rerun/${await stepOf(runId, 'bearer')}`, {});
    expect([step.status, step.text]).toEqual([403, expect.stringContaining('rights of u/ann')]);
    const flow = await ask(kim, 'POST', `jobs/restart/f/${runId}`, { step_key: 'use' });
    expect([flow.status, flow.text]).toEqual([403, expect.stringContaining('Run the flow from its start')]);
  });

  test('after the workspace has got new keys, and not when a value was changed', async () => {
    await withDatabase(database.url, (client) => rotateDataKeys(client, env().ENCRYPTION_KEY));
    const step = await stepOf(runId, 'bearer');
    expect(await resultOf((await ask(ann, 'POST', `jobs/rerun/${step}`, {})).id)).toEqual(EXPECTED[0]);
    const { id } = await ask(ann, 'POST', `jobs/restart/f/${runId}`, { step_key: 'use' });
    expect(await resultOf(id)).toEqual(EXPECTED);
    await rows(
      `UPDATE sealed_value s SET ciphertext = o.ciphertext FROM sealed_value o
      WHERE s.job_id = $1 AND o.job_id <> $1 AND o.part = 'args'`,
      [step],
    );
    const spoiled = await ask(ann, 'POST', `jobs/rerun/${step}`, {});
    expect([spoiled.status, spoiled.text]).toEqual([409, expect.stringContaining('do not open')]);
  });
});

test('what a preprocessor makes of a request may hold secrets, also when the flow is run again', async () => {
  const preprocessor = python(
    'preprocessor',
    'def preprocessor(n):\n    return {"word": wmill.get_variable("u/ann/token"), "n": n}',
    {},
  );
  const tells = python('a', 'def main(word, n):\n    return [sha(word), n]', {
    word: 'flow_input.word',
    n: 'flow_input.n',
  });
  const value = { preprocessor_module: preprocessor, modules: [tells] };
  await made('flows/create', { path: 'u/ann/pre', summary: '', schema: {}, value });
  const { id } = await ask(ann, 'POST', 'jobs/run/f/u/ann/pre', { n: 3 });
  expect(await resultOf(id)).toEqual([sha(TOKEN), 3]);
  expect((await jobOf(id)).args).toEqual({ word: '*****', n: 3 });
  expect(await resultOf((await ask(ann, 'POST', `jobs/rerun/${id}`, {})).id)).toEqual([sha(TOKEN), 3]);
  const { status } = await ask(kim, 'POST', `jobs/rerun/${id}`, {});
  expect(status).toBe(403);
});

test('a result from the cache is whole for the next step, and only for whom it was made', async () => {
  const kept = python(
    'kept',
    'import time\ndef main():\n    return {"token": wmill.get_variable("u/ann/token"), "at": time.time_ns()}',
    {},
  );
  const tells = python('tells', 'def main(token, at):\n    return [sha(token), at]', {
    token: 'results.kept.token',
    at: 'results.kept.at',
  });
  const value = { modules: [{ ...Object(kept), cache_ttl: 600 }, tells] };
  const run = async (person: TestPerson) =>
    resultOf((await ask(person, 'POST', 'jobs/run/preview_flow', { value, args: {} })).id);
  const first = await run(ann);
  expect(first).toEqual([sha(TOKEN), expect.any(Number)]);
  expect(await run(ann)).toEqual(first);
  const other = await run(kim);
  expect(other).toEqual([sha(TOKEN), expect.any(Number)]);
  expect(other).not.toEqual(first);
});

test('an expression that fails with a secret does not say it; a question shows a mask', async () => {
  const fails = { modules: [python('a', 'def main(x): return x', { x: 'JSON.parse(variable("u/ann/token"))' })] };
  const { id } = await ask(ann, 'POST', 'jobs/run/preview_flow', { value: fails, args: {} });
  expect((await endOf(id)).outcome).toBe('failed');
  const question = {
    id: 'ask',
    value: {
      type: 'approval',
      approvers: [{ type: 'user', name: 'ann' }],
      timeout: 600,
      message: 'Use {{ variable("u/ann/token") }} now?',
    },
  };
  const asks = { modules: [question] };
  const run = await ask(ann, 'POST', 'jobs/run/preview_flow', { value: asks, args: {} });
  const [row] = await until('the question', async () => {
    const found = await rows<{ question: string }>(
      'SELECT question::text AS question FROM approval WHERE run_id = $1',
      [run.id],
    );
    return found.length > 0 ? found : undefined;
  });
  expect(row?.question).toContain('Use ***** now?');
  await ask(ann, 'POST', `jobs_u/queue/cancel/${run.id}`, { reason: 'over' });
  expect((await endOf(run.id)).outcome).toBe('cancelled');
  expect(await shownAnywhere()).toEqual([]);
});
