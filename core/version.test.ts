import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { API_VERSION, VERSION } from './version';

test('the version is said once', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(VERSION).toBe(version);
  // Clients read the digits after `v` and the second number: 1.585 and later speak the present app format.
  expect(API_VERSION).toMatch(/^CE v1\.819\.0-fantail\./);
});
