import type { JsonValue } from '@/core/schema/model';

/** A place in a JSON value: the innermost step of a flow that it lies in, and the keys that lead on from there. */
export interface At {
  readonly step: string | null;
  readonly keys: readonly (string | number)[];
}

/** One step further in: a list's item or an object's key. */
export const inside = (at: At, key: string | number): At => ({ step: at.step, keys: [...at.keys, key] });

/** Where one is when one enters an object: a step of a flow has an id and a value with a type. */
export function entered(at: At, { id, value }: { readonly [key: string]: JsonValue }): At {
  const isStep =
    typeof id === 'string' && typeof value === 'object' && value !== null && !Array.isArray(value) && 'type' in value;
  return isStep ? { step: id, keys: [] } : at;
}

/** Places that have a word; the first that fits. What is in parentheses stands for the `*`. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:value\.)?input_transforms\.(.+?)(?:\.(?:value|expr))?$/, 'argument *'],
  [/^value\.path$/, 'what it runs'],
  [/^value\.content$/, 'its code'],
  [/^value\.iterator\b/, 'what it loops over'],
  [/^(?:value\.)?stop_after/, 'when the run stops'],
  [/^skip_if\b/, 'when it is skipped'],
  [/^suspend\b/, 'its question'],
  [/^schema\.properties\.(.+)\.default$/, 'the default of *'],
  [/^content$/, 'the code'],
  [/^(?:text|typed_text)$/, 'the text'],
  [/^(?:value\.)?(.+)$/, '*'],
];

const written = (keys: At['keys']): string =>
  keys.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');

/** A place as people say it: `step load: argument db`, `line 4`; `line` counts from 1, null: the text has only one. */
export function placeWords({ step, keys }: At, line: number | null): string {
  const way = written(keys);
  const [shape, word] = WORDS.find(([fits]) => fits.test(way)) ?? [];
  const what = shape === undefined || word === undefined ? '' : word.replace('*', () => shape.exec(way)?.[1] ?? '');
  const rest = line === null ? what : what === '' ? `line ${line}` : `line ${line} of ${what}`;
  return step === null ? rest : `step ${step}: ${rest}`;
}
