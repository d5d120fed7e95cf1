import { expect, test } from 'vitest';
import { returnToOfCookie, safeReturnTo } from './return-to';

test.each(['/w/demo', '/w/demo/runs?status=failed#top', '/a%20b'])('%s is kept', (path) => {
  expect(safeReturnTo(path)).toBe(path);
});

test.each([
  undefined,
  ['/a', '/b'],
  '',
  'w/demo',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  '/a\n',
  'javascript:alert(1)',
  '/login?returnTo=/login',
])('%j leads to the start page', (path) => {
  expect(safeReturnTo(path)).toBe('/');
});

test.each([
  ['https://site.example/w/demo/runs?state=failed', '/w/demo/runs?state=failed'],
  ['/w/demo', '/w/demo'],
  ['https://site.example.evil.example/x', '/'],
  ['https://evil.example/w/demo', '/'],
  [undefined, '/'],
])('after a provider’s refusal, %s leads to %s', (cookie, path) => {
  expect(returnToOfCookie(cookie, 'https://site.example')).toBe(path);
});
