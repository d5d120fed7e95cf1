import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Endpoint } from '@/api/endpoint';
import { endpoints } from '@/api/route-table';
import { flushAudit } from '@/core/audit/commands';
import { ledgerFeed } from '@/core/ledger/live';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, startApi, type TestApi, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { addressOf, paramsIn, rawRequest } from './raw-request';
import { printTable } from './table';

printTable();

let database: TestDatabase;
let api: TestApi;
let root: TestPerson;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi();
  process.env.BASE_URL = api.base;
  void ledgerFeed().open();
  root = await makePerson('root', { isInstanceAdmin: true });
  await makeWorkspace('lab', root);
});

afterAll(async () => {
  await api.close();
  await ledgerFeed().close();
  await flushAudit();
  await database.drop();
});

function send(endpoint: Endpoint, address: string, body?: string, type = 'application/json') {
  const headers: Record<string, string> = { authorization: `Bearer ${root.token}` };
  if (body !== undefined) {
    headers['content-type'] = type;
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  return rawRequest(api.base, {
    method: endpoint.method,
    path: address,
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

/** Signing in counts attempts, and these wait for jobs, which no worker here would run. */
const isAsked = ({ path }: Endpoint) => !path.startsWith('/auth/') && !/run_wait_result|run_and_stream/.test(path);
const asked = endpoints.filter(isAsked);
const withBody = asked.filter((endpoint) => endpoint.readsBody && endpoint.accepts.includes('json'));

/** Names of the fields that an endpoint's schema declares. */
function fieldsOf(schema: z.ZodType | undefined): string[] {
  if (schema === undefined) return [];
  try {
    const described: unknown = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
    const parsed = z.looseObject({ properties: z.record(z.string(), z.unknown()) }).safeParse(described);
    return parsed.success ? Object.keys(parsed.data.properties) : [];
  } catch {
    return [];
  }
}

const INTERNALS =
  /syntax error|SQLSTATE|pg_catalog|PostgresError|prisma|node_modules|\n\s+at \S+ \(|unterminated|invalid input syntax/i;

function complaint(name: string, { status, body }: { status: number; body: string }): string[] {
  if (status >= 500) return [`${name}: ${status} ${body.slice(0, 160)}`];
  return INTERNALS.test(body) ? [`${name}: tells ${body.slice(0, 160)}`] : [];
}

/** What becomes more than data where SQL is glued together. */
const INJECTIONS = [
  "'",
  "''",
  '"',
  "' OR '1'='1",
  "'; SELECT pg_sleep(3); --",
  "') OR pg_sleep(3) IS NULL --",
  "x' UNION SELECT secret_hash FROM api_token --",
  '$1',
  '%',
  '_',
  '\\',
  "\\'; DROP TABLE script; --",
  '{"a":1}',
  '{{7*7}}#{7*7}<%= 7*7 %>',
  '\u0000',
  '\ud800',
  `${'A'.repeat(5000)}`,
];

describe('SQLI 11, T-SQL', () => {
  test('every parameter and query takes quotes, comments and placeholders as text', async () => {
    const complaints: string[] = [];
    const slow: string[] = [];
    for (const endpoint of asked) {
      const places = [...paramsIn(endpoint).map(({ name }) => ({ name, isQuery: false }))];
      for (const name of fieldsOf(endpoint.schemas.query)) places.push({ name, isQuery: true });
      for (const { name, isQuery } of places) {
        for (const text of INJECTIONS) {
          const encoded = encodeURIComponent(text.toWellFormed());
          const address = isQuery
            ? `${addressOf(endpoint)}?${name}=${encoded}`
            : addressOf(endpoint, { [name]: encoded });
          const ask = async () => {
            const beganMs = performance.now();
            const answer = await send(endpoint, address, endpoint.readsBody ? '{}' : undefined);
            return { answer, isSlow: performance.now() - beganMs > 2_500 };
          };
          const { answer, isSlow } = await ask();
          // A busy machine is slow once; a statement that sleeps is slow each time.
          if (isSlow && (await ask()).isSlow && (await ask()).isSlow) slow.push(address);
          complaints.push(...complaint(`${endpoint.method} ${address.slice(0, 120)}`, answer));
        }
      }
    }
    expect(complaints).toEqual([]);
    expect(slow).toEqual([]);
    expect(await rows("SELECT 1 FROM information_schema.tables WHERE table_name = 'script'")).toHaveLength(1);
  }, 300_000);

  test('so does every field of every body', async () => {
    const complaints: string[] = [];
    for (const endpoint of withBody) {
      const names = fieldsOf(endpoint.schemas.body);
      for (const text of INJECTIONS) {
        const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, text])));
        complaints.push(
          ...complaint(`${endpoint.method} ${endpoint.path} ${text}`, await send(endpoint, addressOf(endpoint), body)),
        );
        for (const name of names) {
          complaints.push(
            ...complaint(
              `${endpoint.method} ${endpoint.path} ${name}=${text}`,
              await send(endpoint, addressOf(endpoint), JSON.stringify({ [name]: text })),
            ),
          );
        }
      }
    }
    expect(complaints).toEqual([]);
  }, 240_000);
});

describe('T-OPINJ', () => {
  test('objects, lists, numbers and null in the place of texts are refused or harmless, and never an operator', async () => {
    const complaints: string[] = [];
    const strange = [{ not: '' }, { contains: '' }, { $ne: null }, [], [''], null, true, 1e300, -1, { in: ['a'] }];
    for (const endpoint of withBody) {
      for (const name of fieldsOf(endpoint.schemas.body)) {
        for (const value of strange) {
          const answer = await send(endpoint, addressOf(endpoint), JSON.stringify({ [name]: value }));
          complaints.push(...complaint(`${endpoint.method} ${endpoint.path} ${name}=${JSON.stringify(value)}`, answer));
        }
      }
      for (const body of ['null', '[]', '"text"', '7', 'true', '{}', '[{}]']) {
        complaints.push(
          ...complaint(`${endpoint.method} ${endpoint.path} ${body}`, await send(endpoint, addressOf(endpoint), body)),
        );
      }
    }
    expect(complaints).toEqual([]);
  }, 240_000);

  test('a repeated or nested name in a query is no list and no object to the database', async () => {
    const complaints: string[] = [];
    for (const endpoint of asked.filter(({ method }) => method === 'GET')) {
      for (const name of fieldsOf(endpoint.schemas.query)) {
        for (const query of [`${name}=a&${name}=b`, `${name}[not]=a`, `${name}[]=a`, `${name}`, `${name}=&x=1`]) {
          complaints.push(
            ...complaint(`${endpoint.path}?${query}`, await send(endpoint, `${addressOf(endpoint)}?${query}`)),
          );
        }
      }
    }
    expect(complaints).toEqual([]);
  }, 120_000);
});

const polluted = () => [
  Reflect.get({}, 'polluted'),
  Reflect.get([], 'polluted'),
  Reflect.get(Object.prototype, 'isAdmin'),
];

describe('PROTO 23, T-PROTO', () => {
  const bodies = [
    '{"__proto__":{"polluted":1,"isAdmin":true}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"args":{"__proto__":{"polluted":1}}}',
    '{"a":[{"__proto__":{"polluted":1}}]}',
    '{"value":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"\\u005f_proto__":{"polluted":1}}',
  ];

  test('every route that reads JSON refuses it, and nothing is polluted', async () => {
    const taken: string[] = [];
    for (const endpoint of withBody) {
      for (const body of bodies) {
        const { status } = await send(endpoint, addressOf(endpoint), body);
        if (status !== 400) taken.push(`${endpoint.method} ${endpoint.path} ${body} ${status}`);
      }
    }
    expect(taken).toEqual([]);
    expect(polluted()).toEqual([undefined, undefined, undefined]);
  }, 60_000);

  test('nor do names in addresses, queries and forms', async () => {
    const complaints: string[] = [];
    for (const endpoint of asked) {
      for (const query of [
        '__proto__[polluted]=1',
        'constructor[prototype][polluted]=1',
        '__proto__=1',
        'constructor=1',
      ]) {
        complaints.push(
          ...complaint(`${endpoint.path}?${query}`, await send(endpoint, `${addressOf(endpoint)}?${query}`)),
        );
      }
      for (const { name } of paramsIn(endpoint)) {
        for (const text of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString']) {
          const address = addressOf(endpoint, { [name]: text });
          complaints.push(...complaint(address, await send(endpoint, address, endpoint.readsBody ? '{}' : undefined)));
        }
      }
    }
    expect(complaints).toEqual([]);
    expect(polluted()).toEqual([undefined, undefined, undefined]);
  }, 120_000);
});

describe('CTYPE 22, T-CTYPE', () => {
  const bomb = '{"files":[{"filepath":"/etc/passwd","path":"/etc/passwd"}],"file":{"filepath":"/proc/self/environ"}}';

  test('a body is read as its route says, not as its header wishes', async () => {
    const taken: string[] = [];
    const types = [
      'multipart/form-data; boundary=x',
      'application/xml',
      'text/html',
      'application/x-yaml',
      'application/json; charset=utf-16',
      'application/octet-stream',
      '',
    ];
    for (const endpoint of withBody) {
      for (const type of types) {
        const { status } = await send(endpoint, addressOf(endpoint), bomb, type);
        if (status !== 415) taken.push(`${endpoint.method} ${endpoint.path} ${type} ${status}`);
      }
    }
    expect(taken.filter((line) => !/octet-stream/.test(line))).toEqual([]);
  }, 60_000);

  test('what looks like an upload is plain data', async () => {
    await send(
      { ...endpoints[0], method: 'POST' } as Endpoint,
      '/api/w/lab/scripts/create',
      JSON.stringify({ path: 'u/root/echo', language: 'bash', content: 'echo', lock: '' }),
    );
    const answer = await send(
      { ...endpoints[0], method: 'POST' } as Endpoint,
      '/api/w/lab/jobs/run/p/u/root/echo',
      bomb,
    );
    expect(answer.status).toBe(201);
    const [job] = await rows<{ args: string }>('SELECT args FROM job WHERE id = $1', [answer.body]);
    expect(job?.args).toBe(bomb);
  });

  test('duplicate keys, byte order marks and broken text are one thing or refused', async () => {
    const post = { ...endpoints[0], method: 'POST' } as Endpoint;
    const create = (body: string) => send(post, '/api/w/lab/variables/create', body);
    expect((await create('{"path":"u/root/a","path":"u/root/b","value":"x"}')).body).toContain('u/root/b');
    expect((await create('\ufeff{"path":"u/root/c","value":"x"}')).status).toBe(201);
    expect((await create('{"path":"u/root/d","value":"x"} trailing')).status).toBe(400);
    expect((await create("{'path':'u/root/e','value':'x'}")).status).toBe(400);
    expect((await create('{"path":"u/root/f","value":NaN}')).status).toBe(400);
  });
});

describe('YAML/JSON 30', () => {
  const post = { ...endpoints[0], method: 'POST' } as Endpoint;
  const took = async (body: string) => {
    const beganMs = performance.now();
    const { status } = await send(post, '/api/w/lab/variables/create', body);
    return { status, ms: performance.now() - beganMs };
  };
  /** The quickest of three: what else the machine does makes single ones slower. */
  const tookAtBest = async (body: string) => {
    const times = [await took(body), await took(body), await took(body)];
    return { statuses: times.map(({ status }) => status), ms: Math.min(...times.map(({ ms }) => ms)) };
  };

  test.each([
    ['nested 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000), 400],
    ['objects nested 50,000 deep', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 400],
    ['a key of a megabyte less a little', `{"${'k'.repeat(1_000_000)}":1}`, 400],
    ['fifty thousand keys', `{${Array.from({ length: 50_000 }, (_, n) => `"k${n}":1`).join(',')}}`, 400],
    ['a number of half a million digits', `{"path":"u/root/n","value":${'9'.repeat(500_000)}}`, 400],
    ['an unclosed one', '{"a":'.repeat(10_000), 400],
    ['more than a megabyte', JSON.stringify({ path: 'u/root/x', value: 'x'.repeat(1_100_000) }), 413],
    ['a list of half a million', `[${'0,'.repeat(490_000)}0]`, 400],
  ])('%s is refused in a moment', async (_name, body, status) => {
    const { statuses, ms } = await tookAtBest(body);
    expect(statuses).toEqual([status, status, status]);
    expect(ms).toBeLessThan(1_000);
  });

  test('its sender may also be slow to say how much: a stream without a length ends at the limit', async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('x'.repeat(65_536)));
      },
    });
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { authorization: `Bearer ${root.token}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    };
    const status = await fetch(`${api.base}/api/w/lab/variables/create`, init).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
  });
});

describe('bad input on every route', () => {
  test('too large is 413 before anything is parsed; nothing is half written', async () => {
    const before = await rows(
      'SELECT (SELECT count(*) FROM script) AS s, (SELECT count(*) FROM variable) AS v, (SELECT count(*) FROM job) AS j',
    );
    const wrong: string[] = [];
    for (const endpoint of withBody) {
      const { status } = await send(endpoint, addressOf(endpoint), `{"x":"${'x'.repeat(endpoint.maxBodyBytes)}"}`);
      if (status !== 413) wrong.push(`${endpoint.method} ${endpoint.path} ${status}`);
    }
    expect(wrong).toEqual([]);
    expect(
      await rows(
        'SELECT (SELECT count(*) FROM script) AS s, (SELECT count(*) FROM variable) AS v, (SELECT count(*) FROM job) AS j',
      ),
    ).toEqual(before);
  }, 120_000);

  test('a wrong type is 400 and names the field', async () => {
    const post = { ...endpoints[0], method: 'POST' } as Endpoint;
    const answer = await send(post, '/api/w/lab/variables/create', '{"path":"u/root/x","value":7}');
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('value')]);
    const script = await send(
      post,
      '/api/w/lab/scripts/create',
      '{"path":"u/root/x","language":"bash","content":{"a":1}}',
    );
    expect([script.status, script.body]).toEqual([400, expect.stringContaining('content')]);
  });

  test('nothing unforeseen happened on the way here', () => {
    expect(api.errors.map((entry) => JSON.stringify(entry).slice(0, 300))).toEqual([]);
  });
});
