import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 2^17 rounds of 8 blocks: about 128 MiB and a few tenths of a second a guess. */
const COST = 2 ** 17;
const BLOCK = 8;
const MAX_MEMORY_BYTES = 256 * COST * BLOCK;
const KEY_BYTES = 32;
/** Each derivation holds 128 MiB: more at once would be a way to exhaust the machine. */
const MOST_AT_ONCE = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await new Promise((resolve, reject) => {
      const limits = { N: COST, r: BLOCK, p: 1, maxmem: MAX_MEMORY_BYTES };
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, limits, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** `scrypt$<salt>$<key>`: what is stored instead of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64')}$${(await derive(password, salt)).toString('base64')}`;
}

/**
 * True when the password fits the stored hash. Without a hash (unknown person, or one who signs in elsewhere) it takes
 * just as long, so that the answer's time tells nothing.
 */
export async function isPasswordRight(password: string, stored: string | null): Promise<boolean> {
  const [scheme, salt = '', key = ''] = stored?.split('$') ?? [];
  const known = Buffer.from(key, 'base64');
  const derived = await derive(password, scheme === 'scrypt' ? Buffer.from(salt, 'base64') : randomBytes(16));
  return scheme === 'scrypt' && known.length === derived.length && timingSafeEqual(known, derived);
}
