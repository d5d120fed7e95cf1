import type { JsonSchema, JsonValue } from '@/core/schema/model';
import { isSecretField, parseReference } from '../rules';

/** Stands where a secret is; its length says nothing. */
export const MASK = '••••••••';
/** The same, where the other side has another one. */
export const CHANGED_MASK = `${MASK} (changed)`;

/** One side of a comparison: `undefined` where there is nothing at this place. */
interface Side {
  readonly value: JsonValue | undefined;
  readonly schema: JsonSchema | undefined;
}

const PASSWORD_IN_URL = /^([a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:)([^/?#\s@]+)(@.*)$/is;

const maskOf = (own: string, other: JsonValue | undefined): string =>
  other === undefined || other === own ? MASK : CHANGED_MASK;

/** `postgres://user:word@host`: the word is a secret whatever the field is called. */
function maskUrl(text: string, other: JsonValue | undefined): string {
  const found = PASSWORD_IN_URL.exec(text);
  if (found === null) return text;
  const otherWord = typeof other === 'string' ? (PASSWORD_IN_URL.exec(other)?.[2] ?? other) : other;
  return `${found[1]}${maskOf(found[2] ?? '', otherWord)}${found[3]}`;
}

const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function maskLeaf(name: string, own: Side, other: Side): JsonValue {
  const { value = null, schema } = own;
  const isSecret = isSecretField(name, schema) && value !== '';
  if (typeof value === 'string') {
    if (parseReference(value) !== null) return value;
    return isSecret ? maskOf(value, other.value) : maskUrl(value, other.value);
  }
  // A PIN may be a number; numbers and switches that nobody declared or named so are not hidden.
  return isSecret && typeof value === 'number' && schema !== undefined ? maskOf(String(value), asText(other)) : value;
}

const asText = ({ value }: Side): JsonValue | undefined => (typeof value === 'number' ? String(value) : value);

function mask(name: string, own: Side, other: Side): JsonValue {
  const { value, schema } = own;
  if (Array.isArray(value)) {
    const others = Array.isArray(other.value) ? other.value : [];
    return value.map((item, index) =>
      mask(
        name,
        { value: item, schema: schema?.items },
        { value: others[index] ?? (others.length > 0 ? null : undefined), schema: other.schema?.items },
      ),
    );
  }
  if (!isObject(value)) return maskLeaf(name, own, other);
  const others = isObject(other.value) ? other.value : {};
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    mask(
      key,
      { value: item, schema: schema?.properties?.[key] },
      { value: Object.hasOwn(others, key) ? others[key] : undefined, schema: other.schema?.properties?.[key] },
    ),
  ]);
  return Object.fromEntries(entries);
}

/**
 * A resource's value without its secrets, made to be compared with another: an equal secret looks equal, a different
 * one says that it changed. `other` undefined: there is nothing to compare with.
 */
export function maskedResource(own: Side, other: Side): JsonValue {
  return mask('', own, other);
}

/** The same for a variable: one text, secret or not. */
export function maskedVariable(
  own: { readonly value: string; readonly isSecret: boolean },
  other: { readonly value: string } | null,
): string {
  return own.isSecret ? maskOf(own.value, other?.value) : own.value;
}
