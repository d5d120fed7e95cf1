import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { env } from './env';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** 32 bytes from any key text: base64 of 32 bytes as it is, any other text hashed. */
export function keyFromText(text: string): Buffer {
  const raw = Buffer.from(text, 'base64');
  return raw.length === 32 ? raw : createHash('sha256').update(text).digest();
}

const keyEncryptionKey = (): Buffer => keyFromText(env().ENCRYPTION_KEY);

/** The key of this process first; then, while keys are being changed, the one before it. */
function knownKeys(): Buffer[] {
  const { ENCRYPTION_KEY_OLD } = env();
  return [keyEncryptionKey(), ...(ENCRYPTION_KEY_OLD === undefined ? [] : [keyFromText(ENCRYPTION_KEY_OLD)])];
}

function seal(key: Buffer, plain: Buffer, context: string, iv = randomBytes(IV_BYTES)): string {
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

/** The first that opens; undefined when none does. GCM's tag says so, hence no ciphertext names its key. */
function openWithAny(keys: readonly Buffer[], sealed: string, context: string): Buffer | undefined {
  for (const key of keys) {
    try {
      return open(key, sealed, context);
    } catch {
      // Sealed with another key, or changed: the next key tells.
    }
  }
  return undefined;
}

const keyContext = (workspaceId: string) => `workspace-key|${workspaceId}`;

/** A data key, wrapped by a key-encryption key; only this form is stored. */
export const wrapDataKey = (key: Buffer, workspaceId: string, dataKey: Buffer): string =>
  seal(key, dataKey, keyContext(workspaceId));

/** The data key in a wrapping; undefined when none of `keys` made it. */
export const unwrapDataKey = (keys: readonly Buffer[], workspaceId: string, wrapped: string): Buffer | undefined =>
  openWithAny(keys, wrapped, keyContext(workspaceId));

export const newDataKey = (): Buffer => randomBytes(32);

/** A workspace's data keys as they are stored: wrappings, the newest data key first. */
export const splitWrappedKeys = (wrappedKeys: string): string[] => wrappedKeys.split(',');
export const joinWrappedKeys = (wrappings: readonly string[]): string => wrappings.join(',');

/** A new data key for a workspace, wrapped by the key-encryption key; only the wrapped form is stored. */
export const newWrappedKey = (workspaceId: string): string =>
  wrapDataKey(keyEncryptionKey(), workspaceId, newDataKey());

const unwrapped = new Map<string, readonly Buffer[]>();

/** The data keys that this process can open, the newest first. During a change of keys some wrappings are for others. */
function dataKeys(workspaceId: string, wrappedKeys: string): readonly Buffer[] {
  const known = unwrapped.get(wrappedKeys);
  if (known !== undefined) return known;
  const keys = splitWrappedKeys(wrappedKeys).flatMap((one) => unwrapDataKey(knownKeys(), workspaceId, one) ?? []);
  if (keys.length === 0) {
    throw new Error(
      `The data key of the workspace ${workspaceId} does not open with this process's ENCRYPTION_KEY. Start it with the key that the others use.`,
    );
  }
  unwrapped.set(wrappedKeys, keys);
  return keys;
}

/** What a ciphertext belongs to: moving it to another row makes it unreadable. */
export interface SecretPlace {
  workspaceId: string;
  /** `workspace.wrapped_key` as it is stored */
  wrappedKey: string;
  /** with `path`, what the ciphertext is bound to; key-rotation.ts knows both for each table */
  kind: 'resource' | 'variable' | 'alert' | 'job';
  path: string;
}

const contextOf = (place: Omit<SecretPlace, 'wrappedKey'>) => `${place.workspaceId}|${place.kind}|${place.path}`;

/** Encrypts one value under the workspace's newest data key. */
export function encryptValue(place: SecretPlace, plain: string): string {
  const [newest] = dataKeys(place.workspaceId, place.wrappedKey);
  if (newest === undefined) throw new Error('A workspace has at least one data key.');
  return seal(newest, Buffer.from(plain), contextOf(place));
}

/**
 * Encrypts one value so that the same text in the same place gives the same ciphertext, for files that are compared. It
 * tells no more than that: the text is the only thing that chooses the nonce, and each other text has another one.
 */
export function encryptAlike(place: SecretPlace, plain: string): string {
  const [newest] = dataKeys(place.workspaceId, place.wrappedKey);
  if (newest === undefined) throw new Error('A workspace has at least one data key.');
  const context = contextOf(place);
  const nonceKey = createHmac('sha256', newest).update('nonce').digest();
  const nonce = createHmac('sha256', nonceKey).update(`${context}|${plain}`).digest().subarray(0, IV_BYTES);
  return seal(newest, Buffer.from(plain), context, nonce);
}

/** Decrypts one value; throws when the ciphertext was changed or belongs to another row. */
export function decryptValue(place: SecretPlace, ciphertext: string): string {
  const plain = openWithAny(dataKeys(place.workspaceId, place.wrappedKey), ciphertext, contextOf(place));
  if (plain === undefined) throw new Error(`The ciphertext of ${place.path} was changed, or belongs to another row.`);
  return plain.toString();
}

/** The ciphertext under `newest`, whichever of `keys` it is under now; null when it is under `newest` already. */
export function resealed(
  place: Omit<SecretPlace, 'wrappedKey'>,
  ciphertext: string,
  newest: Buffer,
  keys: readonly Buffer[],
): string | null {
  if (openWithAny([newest], ciphertext, contextOf(place)) !== undefined) return null;
  const plain = openWithAny(keys, ciphertext, contextOf(place));
  if (plain === undefined) throw new Error(`The ciphertext of ${place.workspaceId}/${place.path} opens with no key.`);
  return seal(newest, plain, contextOf(place));
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
export const sha256 = (text: string): string => hash('sha256', text);

/** Compares without telling by its duration where the difference is. */
export function isSameSecret(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(sha256(left)), Buffer.from(sha256(right))];
  return timingSafeEqual(a, b);
}

/** Each job is given a token, so the keys for each purpose are kept: at most a handful, and two while keys change. */
const purposeKeys = new Map<string, Buffer>();

function keyFor(purpose: string, key: Buffer): Buffer {
  const name = `${purpose}|${key.toString('latin1')}`;
  const own = purposeKeys.get(name) ?? createHmac('sha256', key).update(purpose).digest();
  purposeKeys.set(name, own);
  return own;
}

const hashUnder = (key: Buffer, purpose: string, text: string): string =>
  createHmac('sha256', keyFor(purpose, key)).update(text).digest('base64url');

/** A keyed hash that only this installation can make, 43 characters; `purpose` keeps one use from serving another. */
export const keyedHash = (purpose: string, text: string): string => hashUnder(keyEncryptionKey(), purpose, text);

/** Whether `hash` is the keyed hash of `text`; while keys are being changed also by the key before. */
export const isKeyedHash = (hash: string, purpose: string, text: string): boolean =>
  knownKeys().some((key) => isSameSecret(hash, hashUnder(key, purpose, text)));
