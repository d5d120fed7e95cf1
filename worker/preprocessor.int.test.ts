import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type Lab, openLab } from '@/test/lab';
import { until } from '@/test/process';

let lab: Lab;
let ada: TestPerson;
beforeAll(async () => {
  lab = await openLab();
  ada = await makePerson('ada', { isInstanceAdmin: true });
  await makeWorkspace('lab', ada);
  expect((await lab.api.as(ada)('POST', '/w/lab/folders/create', { name: 'x' })).status).toBe(200);
});
afterAll(() => lab.close());

const wanted = (path: string, body?: unknown, headers?: Record<string, string>) =>
  lab.ask(ada)(body === undefined ? 'GET' : 'POST', path, body, headers);

const deploy = (path: string, language: string, content: string, more: object = {}) =>
  wanted('/scripts/create', { path, language, content, lock: '', auto_parent: true, ...more });

const ended = (id: string) =>
  until(`the end of ${id}; the worker said:\n${lab.worker.output()}`, async () => {
    const now = JSON.parse(await wanted(`/jobs_u/get/${id}`));
    return now.type === 'CompletedJob' ? now : null;
  });
const run = async (where: string, body: unknown, headers?: Record<string, string>) =>
  ended(await wanted(`/jobs/run/${where}`, body, headers));

const PYTHON = `
def preprocessor(event):
    return {"id": event["body"]["order"]["id"], "via": event["headers"]["x-shop"], "q": event["query"]}

def main(id: int, via: str, q: dict, n: int = 2):
    return [id, via, q, n]
`;
const TYPESCRIPT = `
export async function preprocessor(event: { body: any; headers: Record<string, string>; query: object }) {
  return { via: event.headers['x-shop'], id: event.body.order.id, q: event.query };
}
export async function main(id: number, via: string, q: object, n = 2) {
  return [id, via, q, n];
}
`;

describe.each([
  ['python3', PYTHON],
  ['bun', TYPESCRIPT],
  ['deno', TYPESCRIPT],
  ['bunnative', TYPESCRIPT],
  ['nativets', TYPESCRIPT],
])('in %s', (language, content) => {
  test('a webhook goes through the preprocessor, and the job keeps what it made', async () => {
    await deploy(`f/x/${language}`, language, content);
    const job = await run(`p/f/x/${language}?page=3&tag=default`, { order: { id: 7 } }, { 'x-shop': 'north' });
    expect(job).toMatchObject({ success: true, preprocessed: true, result: [7, 'north', { page: '3' }, 2] });
    expect(job.args).toEqual({ id: 7, via: 'north', q: { page: '3' } });
  });

  test('without it, main gets what was sent', async () => {
    const args = { id: 1, via: 'form', q: {} };
    const job = await run(`p/f/x/${language}?skip_preprocessor=true`, args);
    expect(job).toMatchObject({ success: true, args, result: [1, 'form', {}, 2] });
    expect(job).not.toHaveProperty('preprocessed');
  });
});

test('a preprocessor without an event takes the arguments that were sent', async () => {
  await deploy('f/x/plain', 'python3', 'def preprocessor(a):\n  return {"b": a + 1}\ndef main(b):\n  return b * 10\n');
  expect(await wanted('/jobs/run_wait_result/p/f/x/plain', { a: 1 })).toBe('20');
  const { hash } = JSON.parse(await wanted('/scripts/get/p/f/x/plain'));
  expect(await wanted(`/jobs/run_wait_result/h/${hash}`, { a: 2 })).toBe('30');
  const cli = { 'x-fantail-client': 'cli' };
  expect(await wanted('/jobs/run_wait_result/p/f/x/plain', { b: 2 }, cli)).toBe('20');
  expect(await wanted('/jobs/run_wait_result/p/f/x/plain?skip_preprocessor=false', { a: 2 }, cli)).toBe('30');
});

test.each([
  ['python3', 'def preprocessor():\n  return [1]\ndef main():\n  return 1\n', /returned a list/],
  ['python3', 'def preprocessor():\n  pass\ndef main():\n  return 1\n', /returned nothing/],
  ['python3', 'def preprocessor(a):\n  return {}\ndef main():\n  return 1\n', /preprocessor needs the argument a/],
  ['bun', 'export function preprocessor() { return "x"; }\nexport function main() { return 1; }', /returned a string/],
])('what is no object fails the job with a sentence (%s)', async (language, content, sentence) => {
  await deploy('f/x/bad', language, content);
  const job = await run('p/f/x/bad', {});
  expect(job).toMatchObject({ success: false, preprocessed: false });
  expect(job.result.error.message).toMatch(sentence);
});

test('what was made serves the next attempts, and running it again', async () => {
  const content = `import os
def preprocessor(a):
    return {"b": a + 1}
def main(b):
    if os.environ["FANTAIL_ATTEMPT"] == "1":
        raise Exception("again")
    return b
`;
  await deploy('f/x/twice', 'python3', content, { retry: { attempts: 1, seconds: 0 } });
  const job = await run('p/f/x/twice', { a: 1 });
  expect(job).toMatchObject({ success: true, result: 2, args: { b: 2 }, preprocessed: true });
  const again = await ended(await wanted(`/jobs/rerun/${job.id}`, {}));
  expect(again.args).toEqual({ b: 2 });
  expect(again).not.toHaveProperty('preprocessed');
});

test('a request that was never preprocessed is one again when it is run again', async () => {
  await deploy('f/x/failing', 'python3', 'def preprocessor(a):\n  return {"b": 1 / a}\ndef main(b):\n  return b\n');
  const job = await run('p/f/x/failing', { a: 0 });
  expect(job).toMatchObject({ success: false, args: { a: 0 } });
  expect(await ended(await wanted(`/jobs/rerun/${job.id}`, {}))).toMatchObject({ preprocessed: false });
});

test('a secret that the preprocessor was given is not written down', async () => {
  await wanted('/variables/create', { path: 'f/x/key', value: 'hunter2-hunter2', is_secret: true, description: '' });
  await deploy('f/x/secret', 'python3', 'def preprocessor(key):\n  return {"k": key}\ndef main(k):\n  return len(k)\n');
  const job = await run('p/f/x/secret', { key: '$var:f/x/key' });
  expect(job).toMatchObject({ success: true, result: 15, args: { key: '$var:f/x/key' }, preprocessed: false });
});

test('a delivery that comes twice is one job, whatever its headers say', async () => {
  const send = (attempt: string) =>
    wanted(
      '/jobs/run/p/f/x/python3',
      { order: { id: 9 } },
      { 'idempotency-key': 'd-1', 'x-shop': 'a', 'x-try': attempt },
    );
  const id = await send('1');
  await ended(id);
  expect(await send('2')).toBe(id);
});

describe('a flow', () => {
  const flow = (preprocessor: string, language = 'python3') => ({
    path: 'f/x/flow',
    summary: '',
    description: '',
    schema: null,
    value: {
      preprocessor_module: {
        id: 'preprocessor',
        value: { type: 'rawscript', language, content: preprocessor, input_transforms: {} },
      },
      modules: [
        {
          id: 'a',
          value: {
            type: 'rawscript',
            language: 'python3',
            content: 'def main(id):\n  return id\n',
            input_transforms: { id: { type: 'javascript', expr: 'flow_input.id' } },
          },
        },
      ],
    },
  });

  test('takes a webhook through its preprocessor module', async () => {
    await wanted('/flows/create', flow('def preprocessor(event):\n  return {"id": event["body"]["n"] + 1}\n'));
    const job = await run('f/f/x/flow', { n: 4 });
    expect(job).toMatchObject({ success: true, result: 5, args: { id: 5 }, preprocessed: true });
    expect(await wanted('/jobs/run_wait_result/f/f/x/flow', { n: 5 })).toBe('6');
    const plain = await run('f/f/x/flow?skip_preprocessor=true', { id: 8 });
    expect(plain).toMatchObject({ success: true, result: 8 });
    expect(plain).not.toHaveProperty('preprocessed');
  });

  test('fails with a sentence when its preprocessor makes no object', async () => {
    await wanted('/flows/update/f/x/flow', flow('def main(n):\n  return n\n'));
    const job = await run('f/f/x/flow', { n: 4 });
    expect(job).toMatchObject({ success: false, preprocessed: false });
    expect(JSON.stringify(job.result)).toMatch(/returned no object/);
  });
});
