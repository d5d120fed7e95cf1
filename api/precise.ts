/** Writes as the text itself. JavaScript has it, the types of the language not yet. */
const asWritten = (source: string): unknown => {
  const make: unknown = Reflect.get(JSON, 'rawJSON');
  return typeof make === 'function' ? make.call(JSON, source) : Number(source);
};

/**
 * A member of a JSON object as text, in which whole numbers that JavaScript cannot hold keep their digits: arguments are
 * stored as they were sent. `null` when the object lacks it.
 */
export function memberText(rawBody: string, key: string): string | null {
  const parsed: unknown = JSON.parse(rawBody, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? '';
    const isRounded = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source);
    return isRounded ? asWritten(source) : value;
  });
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, key)) return null;
  return JSON.stringify(Reflect.get(parsed, key));
}
