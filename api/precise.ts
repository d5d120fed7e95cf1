import { parsePrecise } from '@/core/precise-json';

/**
 * A member of a JSON object as text, in which whole numbers that JavaScript cannot hold keep their digits: arguments are
 * stored as they were sent. `null` when the object lacks it.
 */
export function memberText(rawBody: string, key: string): string | null {
  const parsed = parsePrecise(rawBody);
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, key)) return null;
  return JSON.stringify(Reflect.get(parsed, key));
}
