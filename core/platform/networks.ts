import { BlockList, isIP } from 'node:net';

/** Addresses that belong together: single ones and whole networks of both versions. */
export interface Networks {
  has(address: string): boolean;
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** The same address in its shortest spelling of the two: no zone, and version 4 as such where version 6 only wraps it. */
export function plainAddress(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/** Reads `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`; null for anything else. */
export function networkOf(text: string): Network | null {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return null;
  const most = version === 4 ? 32 : 128;
  if (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)) return null;
  return { address, bits: bits === undefined ? most : Number(bits), family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** The networks that these texts name; texts that name none are left out. */
export function networksOf(texts: readonly string[]): Networks {
  const block = new BlockList();
  const found = texts.map(networkOf).filter((network) => network !== null);
  for (const { address, bits, family } of found) block.addSubnet(address, bits, family);
  return {
    has(address) {
      const plain = plainAddress(address);
      const version = isIP(plain);
      return version !== 0 && block.check(plain, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}
