import { nameOf } from '@/core/path';
import type { JsonSchema, JsonValue } from '@/core/schema/model';

/** Names of fields that hold secrets also where nobody declared them so. */
const SECRET_NAME =
  /pass|secret|token|key|cred|auth|cert|pem|private|signature|webhook|dsn|connection.?string|cookie|salt/i;

/**
 * Whether a text field of a resource is a secret: declared so, named so, or not declared at all. Declared plain fields
 * are not: hiding `postgres` or `localhost` wherever it occurs would make logs and results unreadable.
 */
export function isSecretField(name: string, schema: JsonSchema | undefined): boolean {
  if (schema === undefined) return true;
  return schema.password === true || schema.format === 'password' || SECRET_NAME.test(name);
}

/** This machine, by the names that every machine has for itself: no secret where nothing says that it is one. */
const THIS_MACHINE = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|::1)$/;

/** The secrets among a resource's texts, for masking. */
export function secretsIn(value: JsonValue, schema: JsonSchema | undefined, name = ''): string[] {
  if (typeof value === 'string' && parseReference(value) !== null) return [];
  if (typeof value === 'string') {
    if (schema === undefined && !SECRET_NAME.test(name) && THIS_MACHINE.test(value)) return [];
    return isSecretField(name, schema) ? [value, ...passwordInUrl(value)] : passwordInUrl(value);
  }
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, schema?.items, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => secretsIn(item, schema?.properties?.[key], key));
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
