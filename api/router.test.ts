import { expect, test } from 'vitest';
import fc from '@/test/property';
import { text } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';
import { createRouter } from './router';

const at = (method: Endpoint['method'], path: string) =>
  defineEndpoint({ method, path, access: 'public', handler: () => text(path) });

const router = createRouter([
  at('GET', '/version'),
  at('GET', '/w/:workspace/scripts/get/p/*path'),
  at('GET', '/w/:workspace/scripts/get/h/:hash'),
  at('GET', '/w/:workspace/scripts/*rest'),
  at('POST', '/w/:workspace/jobs/run/p/*path'),
  at('DELETE', '/w/:workspace/folders/:name'),
  at('GET', '/w/:workspace/folders/list'),
]);

const found = (method: string, path: string) => {
  const match = router.match(method, path);
  return match.kind === 'found' ? { path: match.endpoint.path, params: match.params } : match.kind;
};

test.each([
  ['GET', '/version', '/version', {}],
  ['HEAD', '/version', '/version', {}],
  ['GET', '/w/demo/scripts/get/p/f/a/b', '/w/:workspace/scripts/get/p/*path', { workspace: 'demo', path: 'f/a/b' }],
  ['GET', '/w/demo/scripts/get/p/f%2Fa%2Fb', '/w/:workspace/scripts/get/p/*path', { workspace: 'demo', path: 'f/a/b' }],
  [
    'GET',
    '/w/demo/scripts/get/p/u/a/x%2520y',
    '/w/:workspace/scripts/get/p/*path',
    { workspace: 'demo', path: 'u/a/x%20y' },
  ],
  ['GET', '/w/demo/scripts/get/h/ab12', '/w/:workspace/scripts/get/h/:hash', { workspace: 'demo', hash: 'ab12' }],
  ['GET', '/w/demo/scripts/other/x', '/w/:workspace/scripts/*rest', { workspace: 'demo', rest: 'other/x' }],
  ['POST', '/w/demo/jobs/run/p/f/a/b', '/w/:workspace/jobs/run/p/*path', { workspace: 'demo', path: 'f/a/b' }],
])('%s %s is answered by %s', (method, path, endpoint, params) => {
  expect(found(method, path)).toEqual({ path: endpoint, params });
});

test.each(['/', '/versions', '/version/x', '/w/demo', '/w//scripts/get/p/f/a', '/w/demo/jobs/run/p', '//version'])(
  '%s is nothing of ours',
  (path) => {
    expect(found('GET', path)).toBe('none');
  },
);

test('a known address with another method names the methods it has', () => {
  expect(router.match('GET', '/w/demo/jobs/run/p/f/a')).toEqual({ kind: 'wrong method', allowed: ['POST'] });
  expect(router.match('PUT', '/version')).toEqual({ kind: 'wrong method', allowed: ['GET', 'HEAD'] });
  expect(router.match('PUT', '/w/demo/folders/list')).toMatchObject({ kind: 'wrong method' });
});

test.each(['..', '%2e%2e', 'a%00b', 'a%2f..%2fb', '.', 'a%5cb', 'a//b', '%zz', '%c3%28'])(
  'a path with %s is refused (PATH)',
  (part) => {
    expect(() => router.match('GET', `/w/demo/scripts/get/p/f/${part}`)).toThrow(/address/);
  },
);

test('a name in the address never holds a slash', () => {
  expect(() => router.match('GET', '/w/a%2Fb/scripts/get/h/x')).toThrow(/slash/);
});

test('two endpoints for the same address are a mistake in the table', () => {
  expect(() => createRouter([at('GET', '/a/:x'), at('GET', '/a/:y')])).toThrow(/Two endpoints/);
});

test('every path of plain segments comes back as it was, encoded either way', () => {
  const segment = fc.stringMatching(/^[a-zA-Z0-9_ +&äß-]{1,8}$/);
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
      const path = segments.join('/');
      for (const sent of [encodeURI(path), encodeURIComponent(path)]) {
        expect(found('GET', `/w/demo/scripts/get/p/${sent}`)).toMatchObject({ params: { path } });
      }
    }),
  );
});
