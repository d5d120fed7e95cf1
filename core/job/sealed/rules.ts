import { parsePrecise } from '@/core/precise-json';
import { MASK, SecretMasker } from '@/core/resource/masking';
import type { JsonValue } from '@/core/schema/model';
import { type Hidden, plainValue, type Valued } from './model';

export const MASK_JSON = JSON.stringify(MASK);

/** A text without its secrets. Short ones too, which the masking of logs leaves alone: nobody has to read this one. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = [...secrets].filter((secret) => secret !== '').sort((one, other) => other.length - one.length);
  const left = known.reduce((shown, secret) => shown.replaceAll(secret, MASK), text);
  const masker = new SecretMasker(secrets);
  return masker.push(left) + masker.end();
}

/** A value as everybody may see it: each text in it without the secrets. */
export function shownValue(value: JsonValue, secrets: readonly string[]): JsonValue {
  if (typeof value === 'string') return withoutSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((item) => shownValue(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [withoutSecrets(key, secrets), shownValue(item, secrets)]);
  return Object.fromEntries(entries);
}

const MIN_LENGTH = 6;

function textsIn(value: JsonValue, into: Set<string>): Set<string> {
  if (typeof value === 'string' || typeof value === 'number') into.add(String(value));
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) textsIn(item, into);
  return into;
}

/** Texts that were made of secrets and contain none of them: half of a token, a number that was read from one. */
function derivedTexts({ json, trueJson }: Valued, secrets: readonly string[]): string[] {
  const shown = textsIn(JSON.parse(json), new Set());
  const masker = new SecretMasker(secrets);
  return [...textsIn(JSON.parse(trueJson), new Set())].filter((text) => {
    if (text.length < MIN_LENGTH || shown.has(text)) return false;
    return masker.push(text) + masker.end() === text;
  });
}

/** What has to be sealed of a value; null when it may be shown as it is. `secrets` are those that it may be made of. */
export function hiddenOf(value: Valued, secrets: readonly string[]): Hidden | null {
  if (value.json === value.trueJson) return null;
  return { json: value.trueJson, secrets: [...secrets, ...derivedTexts(value, secrets)] };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Arguments that somebody gives for another run, in which what is left as it was shown means what it was. Objects as JSON
 * text; numbers keep their digits.
 */
export function withHiddenArgs(givenJson: string, old: Valued): Valued {
  const [given, shown, truth] = [givenJson, old.json, old.trueJson].map(parsePrecise);
  if (!isObject(given) || !isObject(shown) || !isObject(truth)) return plainValue(givenJson);
  const isHidden = (name: string) =>
    Object.hasOwn(shown, name) &&
    Object.hasOwn(truth, name) &&
    JSON.stringify(given[name]) === JSON.stringify(shown[name]) &&
    JSON.stringify(shown[name]) !== JSON.stringify(truth[name]);
  if (!Object.keys(given).some(isHidden)) return plainValue(givenJson);
  const entries = Object.entries(given).map(([name, value]) => [name, isHidden(name) ? truth[name] : value]);
  return { json: givenJson, trueJson: JSON.stringify(Object.fromEntries(entries)) };
}
