import { inferCalled } from '@/core/script/rules';
import { bashVariables } from './bash';

/** An argument that a step's code takes. */
export interface Parameter {
  readonly name: string;
  /** the code can do without */
  readonly isOptional: boolean;
}

// A flow is read at every start of a run, and its code changes only with its version.
const MAX_KEPT_CHARS = 8_000_000;
const kept = new Map<string, readonly Parameter[]>();
let keptChars = 0;

/**
 * The parameters of a step's code in the order of its `main`; none when they cannot be read. A bash step also takes the
 * upper-case variables that it reads and nowhere sets, under the lower-case names that inputs have.
 */
export function parametersOf(language: string, content: string): readonly Parameter[] {
  const key = `${language}\n${content}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const read = inferCalled(language, content);
  const own = read.ok
    ? read.signature.args.map(({ name, hasDefault, isOptional }) => ({ name, isOptional: hasDefault || isOptional }))
    : [];
  const names = new Set(own.map(({ name }) => name));
  const upper = language === 'bash' ? bashVariables(content).map((name) => name.toLowerCase()) : [];
  const variables = upper.filter((name) => !names.has(name));
  const parameters = [...own, ...variables.map((name) => ({ name, isOptional: true }))];
  if (keptChars > MAX_KEPT_CHARS) {
    kept.clear();
    keptChars = 0;
  }
  kept.set(key, parameters);
  keptChars += key.length;
  return parameters;
}
