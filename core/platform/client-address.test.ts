import { describe, expect, test } from 'vitest';
import fc from '@/test/property';
import { clientAddress } from './client-address';
import { parseEnv } from './env';
import { networkOf, networksOf } from './networks';

const proxies = networksOf(['10.0.0.0/8', '127.0.0.1', 'fd00::/8', '::1']);
const nobody = networksOf([]);

describe('LOGIN: whose address counts', () => {
  test.each([
    ['the peer, where nobody is trusted', '10.0.0.1', '203.0.113.9', nobody, '10.0.0.1'],
    ['the peer, who is no proxy of ours', '198.51.100.1', '203.0.113.9', proxies, '198.51.100.1'],
    ['whom the proxy was called by', '10.0.0.1', '203.0.113.9', proxies, '203.0.113.9'],
    ['whom the proxy was called by, not what he claimed', '10.0.0.1', '1.1.1.1, 203.0.113.9', proxies, '203.0.113.9'],
    ['not an address of ours that he claimed', '10.0.0.1', '127.0.0.1, 203.0.113.9', proxies, '203.0.113.9'],
    ['whom the first of two proxies was called by', '10.0.0.1', '203.0.113.9,10.9.9.9', proxies, '203.0.113.9'],
    ['a machine inside, when all are inside', '10.0.0.1', '10.1.1.1, 10.9.9.9', proxies, '10.1.1.1'],
    ['a caller of version 6', '::1', '2001:db8::7', proxies, '2001:db8::7'],
    ['a proxy whose address is wrapped', '::ffff:10.0.0.1', '203.0.113.9', proxies, '203.0.113.9'],
    ['a caller whose address is wrapped', '10.0.0.1', '::ffff:203.0.113.9', proxies, '203.0.113.9'],
    ['an address with a port', '10.0.0.1', '203.0.113.9:4711', proxies, '203.0.113.9'],
    ['an address with brackets and a port', '10.0.0.1', '[2001:db8::7]:4711', proxies, '2001:db8::7'],
    ['the proxy, where it knows no address', '10.0.0.1', '203.0.113.9, unknown', proxies, '10.0.0.1'],
    ['the proxy, where it says nothing', '10.0.0.1', '', proxies, '10.0.0.1'],
    ['nobody, where the peer has left', '', '203.0.113.9', proxies, ''],
  ])('%s', (_what, peer, forwardedFor, trusted, counts) => {
    expect(clientAddress(peer, forwardedFor, trusted)).toBe(counts);
  });

  test('whatever somebody sends ahead changes nothing about him', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (claimed, other) => {
        for (const ahead of [claimed, other, '10.0.0.1', `${other}, 127.0.0.1`]) {
          expect(clientAddress('10.0.0.1', `${ahead}, 203.0.113.9`, proxies)).toBe('203.0.113.9');
        }
      }),
    );
  });
});

describe('TRUSTED_PROXIES', () => {
  const secrets = { DATABASE_URL: 'postgres://x', ENCRYPTION_KEY: 'a key', NEXTAUTH_SECRET: 'a secret of some length' };
  const trusted = (text?: string) => parseEnv({ ...secrets, TRUSTED_PROXIES: text }).TRUSTED_PROXIES;

  test('nobody, unless somebody is named', () => {
    for (const list of [trusted(), trusted(''), trusted(' , ')]) expect(list.has('127.0.0.1')).toBe(false);
  });

  test('addresses and networks of both versions', () => {
    const list = trusted('127.0.0.1, 10.0.0.0/8 ,fd00::/8');
    expect(
      ['127.0.0.1', '10.255.0.1', 'fd12::1', '::ffff:10.0.0.1', 'fd12::1%eth0'].every((one) => list.has(one)),
    ).toBe(true);
    expect(['127.0.0.2', '11.0.0.1', 'fe80::1', 'proxy', ''].some((one) => list.has(one))).toBe(false);
  });

  test.each(['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '::/129', 'fe80::1%eth0', '10.0.0.0/-1'])(
    '%s stops the start',
    (text) => {
      expect(networkOf(text)).toBeNull();
      expect(() => trusted(`127.0.0.1,${text}`)).toThrow(`TRUSTED_PROXIES names "${text}"`);
    },
  );

  test.each(['0.0.0.0/0', '::/0'])('%s would be everybody', (text) => {
    expect(() => trusted(text)).toThrow('everybody');
  });

  test('a network that OUTGOING_ALLOW misspells stops the start, too', () => {
    expect(() => parseEnv({ ...secrets, OUTGOING_ALLOW: 'mail.example,10.0.0.0/' })).toThrow('OUTGOING_ALLOW names');
    expect(() => parseEnv({ ...secrets, OUTGOING_ALLOW: 'mail.example:25,10.0.0.0/8,::1' })).not.toThrow();
  });
});
