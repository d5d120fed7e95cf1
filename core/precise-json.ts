/**
 * JSON whose whole numbers keep their digits: those that JavaScript cannot hold become raw JSON, which is written again as
 * it was read and is a number for nobody in between.
 */
export interface RawNumber {
  /** its digits, as they were written */
  readonly rawJSON: string;
}

/** A number of JSON that keeps all its digits. `JSON.rawJSON`: JavaScript has it, the types of the language not yet. */
export function asWritten(source: string): unknown {
  const make: unknown = Reflect.get(JSON, 'rawJSON');
  return typeof make === 'function' ? make.call(JSON, source) : Number(source);
}

/** True of a number that `parsePrecise` kept as it was written. */
export function isRawNumber(value: unknown): value is RawNumber {
  const ask: unknown = Reflect.get(JSON, 'isRawJSON');
  return typeof ask === 'function' && ask.call(JSON, value) === true;
}

const MAY_BE_ROUNDED = /\d{16}/;
const WHOLE = /^-?\d+$/;

/** Like `JSON.parse`, and as fast where no number is long. */
export function parsePrecise(text: string): unknown {
  if (!MAY_BE_ROUNDED.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? '';
    const isRounded = typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE.test(source);
    return isRounded ? asWritten(source) : value;
  });
}
