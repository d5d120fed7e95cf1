import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { env } from './env';
import { type Networks, plainAddress } from './networks';

/** One entry of X-Forwarded-For as an address; '' when it names none (`unknown`, a name, a made-up text). */
function addressOf(entry: string): string {
  const text = entry.trim();
  // Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711.
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return isIP(bare) === 0 ? '' : plainAddress(bare);
}

/**
 * Whose request this is. Each proxy on the way appends the address that it was called from, so the list is read from its
 * end, and only as long as those who wrote it are trusted: the first address that is none of ours is the client's, and
 * what stands before it is his own claim. Without trusted proxies, and for calls past them, that is the peer itself.
 */
export function clientAddress(peer: string, forwardedFor: string, trusted: Networks): string {
  let client = plainAddress(peer);
  const entries = forwardedFor.split(',');
  while (entries.length > 0 && trusted.has(client)) {
    const before = addressOf(entries.pop() ?? '');
    if (before === '') break;
    client = before;
  }
  return client;
}

/** The address that counts for limits and in the audit; '' when the connection is gone already. */
export function clientAddressOf({ socket, headers }: IncomingMessage): string {
  const forwardedFor = [headers['x-forwarded-for'] ?? ''].flat().join(',');
  return clientAddress(socket.remoteAddress ?? '', forwardedFor, env().TRUSTED_PROXIES);
}
