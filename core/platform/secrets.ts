import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { env } from './env';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** 32 bytes from any ENCRYPTION_KEY: base64 of 32 bytes as it is, any other text hashed. */
function keyEncryptionKey(): Buffer {
  const raw = Buffer.from(env().ENCRYPTION_KEY, 'base64');
  return raw.length === 32 ? raw : createHash('sha256').update(env().ENCRYPTION_KEY).digest();
}

function seal(key: Buffer, plain: Buffer, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

function open(key: Buffer, sealed: string, context: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}

/** A new data key for a workspace, wrapped by the key-encryption key; only the wrapped form is stored. */
export function newWrappedKey(workspaceId: string): string {
  return seal(keyEncryptionKey(), randomBytes(32), `workspace-key|${workspaceId}`);
}

const unwrapped = new Map<string, Buffer>();

function dataKey(workspaceId: string, wrappedKey: string): Buffer {
  const known = unwrapped.get(wrappedKey);
  if (known !== undefined) return known;
  const key = open(keyEncryptionKey(), wrappedKey, `workspace-key|${workspaceId}`);
  unwrapped.set(wrappedKey, key);
  return key;
}

/** What a ciphertext belongs to: moving it to another row makes it unreadable. */
export interface SecretPlace {
  workspaceId: string;
  wrappedKey: string;
  kind: 'resource' | 'variable';
  path: string;
}

const contextOf = (place: SecretPlace) => `${place.workspaceId}|${place.kind}|${place.path}`;

/** Encrypts one value under the workspace's data key. */
export function encryptValue(place: SecretPlace, plain: string): string {
  return seal(dataKey(place.workspaceId, place.wrappedKey), Buffer.from(plain), contextOf(place));
}

/** Decrypts one value; throws when the ciphertext was changed or belongs to another row. */
export function decryptValue(place: SecretPlace, ciphertext: string): string {
  return open(dataKey(place.workspaceId, place.wrappedKey), ciphertext, contextOf(place)).toString();
}

const BLOCK_BYTES = 16;

/**
 * A ciphertext as files and other clients carry it: padded to whole blocks of 16 bytes, because the official CLI takes
 * only such text for a secret that is already encrypted. The same ciphertext always gives the same text.
 */
export function portableCiphertext(ciphertext: string): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  const missing = BLOCK_BYTES - (bytes.length % BLOCK_BYTES);
  return Buffer.concat([bytes, Buffer.alloc(missing, missing)]).toString('base64');
}

/** The ciphertext in its portable form; null for text that is none. */
export function ciphertextOfPortable(text: string): string | null {
  const bytes = Buffer.from(text, 'base64');
  const missing = bytes.at(-1) ?? 0;
  const isWhole = bytes.length % BLOCK_BYTES === 0 && bytes.length - missing >= IV_BYTES + TAG_BYTES;
  if (!isWhole || missing < 1 || missing > BLOCK_BYTES || bytes.toString('base64') !== text) return null;
  return bytes.subarray(0, bytes.length - missing).toString('base64');
}

/** Random text of `bytes` bytes for tokens and session ids. */
export const randomText = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** SHA-256 in hex: how tokens and session ids are stored (they are random, so no slow hash is needed). */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares without telling by its duration where the difference is. */
export function isSameSecret(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(sha256(left)), Buffer.from(sha256(right))];
  return timingSafeEqual(a, b);
}

/** A keyed hash that only this installation can make, 43 characters; `purpose` keeps one use from serving another. */
export function keyedHash(purpose: string, text: string): string {
  const key = createHmac('sha256', keyEncryptionKey()).update(purpose).digest();
  return createHmac('sha256', key).update(text).digest('base64url');
}
