import { decode } from 'next-auth/jwt';
import { env } from './env';

/** True when browsers reach this server over TLS, so that cookies can be bound to it. */
export const isServedOverTls = (): boolean => env().BASE_URL.startsWith('https://');

/** True when BASE_URL was left to its default, so that other names of this machine are as good. */
export const isBaseUrlDefault = (): boolean => env().BASE_URL === `http://localhost:${env().PORT}`;

/** The session cookie's name; `__Host-` makes browsers refuse it from any other origin. */
export const sessionCookieName = (): string => (isServedOverTls() ? '__Host-fantail-session' : 'fantail-session');

/** Decrypting the same cookie again gives the same session id: only the session's row can change, and is always read. */
const known = new Map<string, { id: string; expiresAtS: number }>();
const MOST_KNOWN = 2000;

/** The session id inside next-auth's encrypted cookie; null when it was not made here or is too old. */
export async function sessionIdOf(cookie: string): Promise<string | null> {
  const nowS = Date.now() / 1000;
  const before = known.get(cookie);
  if (before !== undefined) return before.expiresAtS > nowS ? before.id : null;
  const content = await decode({ token: cookie, secret: env().NEXTAUTH_SECRET }).catch(() => null);
  if (typeof content?.sessionId !== 'string') return null;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(cookie, { id: content.sessionId, expiresAtS: Number(content.exp ?? 0) });
  return content.sessionId;
}
