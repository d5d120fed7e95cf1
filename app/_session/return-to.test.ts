import { expect, test } from 'vitest';
import { safeReturnTo } from './return-to';

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
