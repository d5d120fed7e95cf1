import { expect, test } from 'vitest';
import { ownLock } from './rules';

test.each<[string, string | null, string | null]>([
  ['python3', null, null],
  ['python3', '', ''],
  ['python3', '# python 3.12\nrequests==2.32.0\n', '# python 3.12\nrequests==2.32.0\n'],
  ['python3', '# py: 3.11\nrequests==2.32.0', null],
  ['bun', '{"dependencies":{},"bunLock":"x"}', '{"dependencies":{},"bunLock":"x"}'],
  ['bun', '{}\n//bun.lock\n<empty>', null],
  ['deno', '{"version":"3","remote":{}}', null],
  ['bash', 'anything', ''],
])('a lock of %s: %j', (language, lock, own) => {
  expect(ownLock(language, lock)).toBe(own);
});
