import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { preparePageRequest } from './page-headers';

Object.assign(process.env, {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  ENCRYPTION_KEY: 'a key that only tests know',
  NEXTAUTH_SECRET: 'a secret that only tests know',
  BASE_URL: 'https://fantail.example',
  MODE: 'server',
  TRUSTED_PROXIES: '10.0.0.0/8',
});

function prepared(url: string, headers: Record<string, string> = {}, peer = '198.51.100.1') {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  request.url = url;
  Object.assign(request.headers, headers);
  const response = new ServerResponse(request);
  preparePageRequest(request, response, false);
  return { request, response };
}

test('HOST: what Next and next-auth see is BASE_URL, whatever was sent', () => {
  const { request } = prepared('/login', {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '203.0.113.9',
    'x-middleware-subrequest': 'proxy',
    'x-fantail-path': '/elsewhere',
  });
  expect(request.headers).toMatchObject({
    'x-forwarded-host': 'fantail.example',
    'x-forwarded-proto': 'https',
    'x-fantail-path': '/login',
  });
  expect(request.headers['x-forwarded-for']).toBe('198.51.100.1');
  expect(request.headers['x-middleware-subrequest']).toBeUndefined();
});

test('LOGIN: only a proxy of ours says who calls', () => {
  const forwarded = { 'x-forwarded-for': '192.0.2.1, 203.0.113.9' };
  const seen = (peer: string) => prepared('/login', forwarded, peer).request.headers['x-forwarded-for'];
  expect([seen('10.1.2.3'), seen('198.51.100.1')]).toEqual(['203.0.113.9', '198.51.100.1']);
});

test('HYGIENE: scripts need the nonce of their own answer', () => {
  const [first, second] = [prepared('/'), prepared('/')];
  const policy = String(first.response.getHeader('content-security-policy'));
  expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/=]{20,}' 'strict-dynamic';/);
  expect(policy).not.toContain('unsafe-eval');
  expect(policy).toContain("object-src 'none'; base-uri 'none'");
  expect(first.request.headers['content-security-policy']).toBe(policy);
  expect(second.response.getHeader('content-security-policy')).not.toBe(policy);
});

test('HYGIENE: an address that is a secret is told to nobody', () => {
  expect(prepared('/claim/abc').response.getHeader('referrer-policy')).toBe('no-referrer');
  expect(prepared('/join/abc').response.getHeader('referrer-policy')).toBe('no-referrer');
  expect(prepared('/').response.getHeader('referrer-policy')).toBe('strict-origin-when-cross-origin');
  expect(prepared('/').response.getHeader('strict-transport-security')).toContain('max-age');
});
