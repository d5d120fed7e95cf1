import { expect, test } from 'vitest';
import { addressKey, countersOf, LIMITS, waitAfterS } from './rules';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('LOGIN: %s counts as %s', (ip, key) => {
  expect(addressKey(ip)).toBe(key);
});

test('LOGIN: five attempts are free, then each wait is twice the last, up to the limit', () => {
  const waits = Array.from({ length: 18 }, (_, count) => waitAfterS(count, LIMITS.accountFromAddress));
  expect(waits.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8]);
  expect(waits.at(-1)).toBe(900);
});

test('LOGIN: a crowd slows an account down for half a minute at most, so that it locks nobody out', () => {
  const account = countersOf('ann@example.com', '192.0.2.7').find(
    (counter) => counter.key === 'account ann@example.com',
  );
  expect(account && waitAfterS(100_000, account.limit)).toBe(30);
});
