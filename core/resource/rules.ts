import { nameOf } from '@/core/path';
import type { JsonSchema, JsonValue } from '@/core/schema/model';
import { MASK, reachOfMasking } from './masking';

/** Names of fields that hold secrets also where nobody declared them so. */
const SECRET_NAME =
  /pass|secret|token|key|cred|auth|cert|pem|private|signature|webhook|dsn|connection.?string|cookie|salt/i;

const isSaidToBeSecret = (name: string, schema: JsonSchema | undefined): boolean =>
  schema?.password === true || schema?.format === 'password' || SECRET_NAME.test(name);

/**
 * Whether a text field of a resource is a secret: declared so, named so, or not declared at all. Declared plain fields
 * are not: hiding `postgres` or `localhost` wherever it occurs would make logs and results unreadable.
 */
export const isSecretField = (name: string, schema: JsonSchema | undefined): boolean =>
  schema === undefined || isSaidToBeSecret(name, schema);

/** This machine, by the names that every machine has for itself: no secret where nothing says that it is one. */
const THIS_MACHINE = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|::1)$/;

type IsSecret = (text: string, name: string, schema: JsonSchema | undefined) => boolean;

const isSecretText: IsSecret = (text, name, schema) =>
  isSaidToBeSecret(name, schema) || (schema === undefined && !THIS_MACHINE.test(text));

/** Of what nobody declared, short texts are too ordinary (`prod`, `green`) to be hidden wherever they occur. */
const isMaskedText: IsSecret = (text, name, schema) =>
  isSecretText(text, name, schema) && (isSaidToBeSecret(name, schema) || reachOfMasking(text) === 'everywhere');

function textsIn(value: JsonValue, schema: JsonSchema | undefined, name: string, isSecret: IsSecret): string[] {
  if (typeof value === 'string') {
    if (parseReference(value) !== null) return [];
    return isSecret(value, name, schema) ? [value, ...passwordInUrl(value)] : passwordInUrl(value);
  }
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, schema?.items, name, isSecret));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, schema?.properties?.[key], key, isSecret));
}

/** The secrets among a resource's texts. */
export const secretsIn = (value: JsonValue, schema: JsonSchema | undefined, name = ''): string[] =>
  textsIn(value, schema, name, isSecretText);

/** Those of them that are hidden in the logs and results of who reads the resource. */
export const maskedIn = (value: JsonValue, schema: JsonSchema | undefined): string[] =>
  textsIn(value, schema, '', isMaskedText);

type Leaf = string | number;

/** The value with `hide` of each text or number in it that is a secret, or has one inside. */
export function mapSecrets(
  value: JsonValue,
  schema: JsonSchema | undefined,
  hide: (leaf: Leaf, secrets: readonly string[]) => JsonValue,
  name = '',
): JsonValue {
  if (typeof value === 'string') {
    const secrets = secretsIn(value, schema, name).filter((secret) => secret !== '');
    return secrets.length === 0 ? value : hide(value, secrets);
  }
  if (typeof value === 'number') {
    const isSecret = schema === undefined ? SECRET_NAME.test(name) : isSecretField(name, schema);
    return isSecret ? hide(value, [String(value)]) : value;
  }
  if (Array.isArray(value)) return value.map((item) => mapSecrets(item, schema?.items, hide, name));
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.entries(value).map(([key, item]) => [
    key,
    mapSecrets(item, schema?.properties?.[key], hide, key),
  ]);
  return Object.fromEntries(mapped);
}

/** The value as it may be searched and shown: the mask in the place of each secret. */
export const withoutSecrets = (value: JsonValue, schema: JsonSchema | undefined): JsonValue =>
  mapSecrets(value, schema, (leaf, secrets) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, MASK), String(leaf)),
  );

const SEALED_PREFIX = '$encrypted:';

/** The ciphertext in a text of a value that says it is one: `$encrypted:…`; null for any other text. */
export const sealedText = (text: string): string | null =>
  text.startsWith(SEALED_PREFIX) ? text.slice(SEALED_PREFIX.length) : null;

export const asSealedText = (ciphertext: string): string => `${SEALED_PREFIX}${ciphertext}`;

/** The value with what `open` makes of each ciphertext in it; `where` names its field. */
export function mapSealed(
  value: JsonValue,
  open: (ciphertext: string, where: string) => JsonValue,
  where = '',
): JsonValue {
  if (typeof value === 'string') {
    const sealed = sealedText(value);
    return sealed === null ? value : open(sealed, where);
  }
  if (typeof value !== 'object' || value === null) return value;
  const below = (key: string) => (where === '' ? key : `${where}.${key}`);
  if (Array.isArray(value)) return value.map((item, index) => mapSealed(item, open, below(String(index))));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapSealed(item, open, below(key))]));
}

/** `postgres://user:word@host`: the word is a secret whatever the field is called. */
function passwordInUrl(text: string): string[] {
  const word = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:([^/?#\s@]+)@/i.exec(text)?.[1];
  return word === undefined ? [] : [word];
}

/** What a `$res:NAME` or `$var:NAME` means, decided among the paths that could be meant. */
export type Pick =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly paths: readonly string[] };

/** The exact path, else the one below g/all, else the only one whose last part is the name. */
export function pickReference(name: string, paths: readonly string[]): Pick {
  const exact = paths.find((path) => path === name) ?? paths.find((path) => path === `g/all/${name}`);
  if (exact !== undefined) return { kind: 'found', path: exact };
  if (name.includes('/')) return { kind: 'none' };
  const called = paths.filter((path) => nameOf(path) === name);
  const [only] = called;
  if (only === undefined) return { kind: 'none' };
  return called.length === 1 ? { kind: 'found', path: only } : { kind: 'several', paths: called.toSorted() };
}

/** Reads `$res:path` or `$var:path`; null for any other text. */
export function parseReference(text: string): { readonly kind: 'resource' | 'variable'; readonly name: string } | null {
  const found = /^\$(res|var):(.+)$/s.exec(text);
  const name = found?.[2]?.trim();
  if (name === undefined || name === '') return null;
  return { kind: found?.[1] === 'res' ? 'resource' : 'variable', name };
}
