/** How many failures pass freely, and how long the wait after that grows to. */
export interface SignInLimit {
  readonly free: number;
  readonly longestWaitS: number;
}

/** Failures are forgotten this long after the last one. */
export const FORGET_AFTER_S = 900;

/**
 * Three counters for one attempt. The first stops guessing from one place. The second stops one place from trying many
 * accounts. The third slows a crowd down, but never by more than half a minute: it must not be a way to lock somebody out.
 */
export const LIMITS = {
  accountFromAddress: { free: 5, longestWaitS: 900 },
  address: { free: 50, longestWaitS: 900 },
  account: { free: 50, longestWaitS: 30 },
} as const satisfies Record<string, SignInLimit>;

/** One address, or one network in version 6, where everybody has 2^64 addresses. */
export function addressKey(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = plain.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}

/** The counters that an attempt is checked against. */
export function countersOf(email: string, ip: string): readonly { key: string; limit: SignInLimit }[] {
  const address = addressKey(ip);
  return [
    { key: `account ${email} from ${address}`, limit: LIMITS.accountFromAddress },
    { key: `address ${address}`, limit: LIMITS.address },
    { key: `account ${email}`, limit: LIMITS.account },
  ];
}

/** Seconds to wait after failure number `count` before the next attempt: none, then 1, 2, 4 … */
export function waitAfterS(count: number, limit: SignInLimit): number {
  return count < limit.free ? 0 : Math.min(2 ** (count - limit.free), limit.longestWaitS);
}
