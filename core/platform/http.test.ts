import http from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FantailError } from '@/core/errors';
import { testEnvironment } from '@/test/environment';
import { env } from './env';
import { type Address, isAllowListed, isPublicAddress, sendOutgoing } from './http';

/** Stands for everything inside that must never be reached. */
let server: http.Server;
let port = 0;
let contacts: string[] = [];

beforeAll(async () => {
  Object.assign(process.env, testEnvironment('postgres://nowhere'), { OUTGOING_ALLOW: 'friend.example,10.77.0.0/16' });
  server = http.createServer((request, response) => {
    contacts.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
    const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
    if (to !== null)
      response
        .writeHead(request.url?.startsWith('/308') ? 308 : 302, { location: Buffer.from(to).toString('latin1') })
        .end();
    else if (request.url === '/large') response.end('x'.repeat(100_000));
    else if (request.url !== '/silent') response.end(`hello ${request.method}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  contacts = [];
});

const v4 = (address: string): Address => ({ address, family: 4 });
/** Names that somebody outside controls, and one that the administrator vouches for. */
const NAMES: Readonly<Record<string, readonly Address[]>> = {
  'friend.example': [v4('127.0.0.1')],
  'inside.example': [v4('127.0.0.1')],
  'mixed.example': [v4('93.184.215.14'), v4('10.0.0.1')],
  'mapped.example': [{ address: '::ffff:127.0.0.1', family: 6 }],
  'metadata.example': [v4('169.254.1.2')],
  'local6.example': [{ address: '::1', family: 6 }],
  'nat64.example': [{ address: '64:ff9b::7f00:1', family: 6 }],
};
const resolve = async (host: string) => {
  const found = NAMES[host];
  if (found === undefined) throw new Error('unknown');
  return found;
};

const call = (url: string, more: object = {}) => sendOutgoing({ url, ...more }, resolve);
const refusal = (url: string) =>
  call(url).then(
    ({ status }) => `answered ${status}`,
    (error: unknown) => (error instanceof FantailError ? error.code : String(error)),
  );

describe('sixty ways to reach what is inside', () => {
  const hosts = [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '017700000001',
    '0177.0.0.1',
    '127.0.0.1.',
    'localhost',
    'LOCALHOST',
    'localhost.',
    '0.0.0.0',
    '0',
    '0x0',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd00::1]',
    '[ff02::1]',
    '[100::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '169.254.0.1',
    '0xa9fe0102',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '１２７.0.0.1',
    '127。0。0。1',
    '①②⑦.0.0.1',
    'inside.example',
    'mixed.example',
    'mapped.example',
    'metadata.example',
    'local6.example',
    'nat64.example',
  ];

  test('there are sixty of them', () => expect(hosts).toHaveLength(60));

  test.each(hosts)('http://%s', async (host) => {
    expect(['bad_request', 'unavailable']).toContain(await refusal(`http://${host}:${port}/`));
    // What is refused is not even asked, also behind a redirect of somebody who may be called.
    expect(
      await refusal(`http://friend.example:${port}/?to=${encodeURIComponent(`http://${host}:${port}/secret`)}`),
    ).not.toMatch(/^answered/);
    expect(contacts.filter((one) => one === 'GET /secret' || one === 'GET /')).toEqual([]);
  });

  test.each([
    'ftp://friend.example/',
    'file:///etc/passwd',
    'gopher://friend.example/',
    'data:text/plain,x',
    'javascript:1',
    'http://',
    '//x',
    'http://user:password@friend.example/',
    'http://friend.example@127.0.0.1/',
    'unix:/run/x.sock',
    'http:\\\\127.0.0.1\\',
  ])('%s', async (url) => {
    expect(await refusal(url.replace('127.0.0.1', `127.0.0.1:${port}`))).toBe('bad_request');
    expect(contacts).toEqual([]);
  });

  test('a name that changes its mind is asked once, and the answer is used', async () => {
    let asked = 0;
    const changing = async () => [v4(asked++ === 0 ? '127.0.0.1' : '10.0.0.1')];
    expect((await sendOutgoing({ url: `http://friend.example:${port}/` }, changing)).status).toBe(200);
    expect(asked).toBe(1);
  });

  test('a line break in the path or a header is no second request', async () => {
    await call(`http://friend.example:${port}/a\r\nX-Injected: 1\r\n\r\nGET /b`);
    expect(contacts).toHaveLength(1);
    await expect(
      call(`http://friend.example:${port}/`, { headers: { 'x-name': 'a\r\nx-other: b' } }),
    ).rejects.toThrow();
  });
});

describe('what may be called', () => {
  test('a listed host, with its answer', async () => {
    const sent = await call(`http://friend.example:${port}/hook`, { method: 'POST', body: '{}' });
    expect(sent).toMatchObject({ status: 200, body: 'hello POST' });
  });

  test('redirects are followed three times, without credentials to another host', async () => {
    const loop = `http://friend.example:${port}/?to=%2F%3Fto%3D`;
    expect(await refusal(loop)).toMatch(/answered 200|bad_request/);
    const headers = { authorization: 'Bearer secret' };
    contacts = [];
    await call(`http://friend.example:${port}/308?to=/next`, { headers, method: 'POST', body: 'x' });
    expect(contacts[1]).toBe('POST /next Bearer secret');
    await call(`http://friend.example:${port}/?to=/next`, { headers, method: 'POST', body: 'x' });
    expect(contacts[3]).toBe('GET /next Bearer secret');
  });

  test('an answer that is too large or does not come ends the call', async () => {
    await expect(call(`http://friend.example:${port}/large`, { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'too_large',
    });
    await expect(call(`http://friend.example:${port}/silent`, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  test('public addresses are public, listed networks are listed', () => {
    for (const address of ['93.184.215.14', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111']) {
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    }
    expect(env().OUTGOING_ALLOW).toEqual(['friend.example', '10.77.0.0/16']);
    expect(isAllowListed(['10.77.0.0/16'], 'x', '80', '10.77.3.4')).toBe(true);
    expect(isAllowListed(['10.77.0.0/16'], 'x', '80', '10.78.3.4')).toBe(false);
    expect(isAllowListed(['x:8080'], 'x', '80', '10.0.0.1')).toBe(false);
    expect(isAllowListed(['x:8080'], 'x', '8080', '10.0.0.1')).toBe(true);
  });
});
