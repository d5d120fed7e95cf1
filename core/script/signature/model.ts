import type { JsonValue } from '@/core/schema/model';

/** One key of an object type, in the order the author wrote it. */
export interface TypeProperty {
  name: string;
  type: ArgType;
  /** The key may be absent. */
  isOptional: boolean;
  description?: string;
  /** What it is when it is absent, where that is a plain value. */
  default?: JsonValue;
}

/**
 * What a parameter accepts, independent of the language it was written in.
 * `name` on enum and object is the author's own type name in snake_case; `text` on any is the source of a type that has
 * no closer description (a union of a string and a list, a class of some library).
 */
export type ArgType =
  | { kind: 'string' }
  | { kind: 'int' }
  | { kind: 'float' }
  | { kind: 'bool' }
  | { kind: 'datetime' }
  | { kind: 'date' }
  | { kind: 'time' }
  | { kind: 'bytes' }
  | { kind: 'email' }
  | { kind: 'sql' }
  | { kind: 'enum'; values: (string | number | boolean)[]; name?: string }
  | { kind: 'list'; of: ArgType }
  /** `properties` absent: any keys. `valueType`: the type of the values of unnamed keys (`dict[str, int]`). */
  | { kind: 'object'; name?: string; properties?: TypeProperty[]; valueType?: ArgType }
  /** `properties`: the keys the script declares for this resource; only these may be passed to it. */
  | { kind: 'resource'; name: string; properties?: TypeProperty[] }
  | { kind: 'oneOf'; options: ArgType[] }
  /** Choices computed by the function `name` of the same script. */
  | { kind: 'dynamic'; name: string; isMultiple: boolean }
  | { kind: 'any'; text?: string };

export interface SignatureArg {
  name: string;
  type: ArgType;
  /** The script itself supplies a value when none is given. */
  hasDefault: boolean;
  /** Present only when `hasDefault` and the default is a plain value. */
  default?: JsonValue;
  /** Source of a default that is computed by the script (`datetime.now()`), so no value can be shown. */
  defaultExpression?: string;
  /** The author marked it as one that may be left out (`name?: string`). */
  isOptional: boolean;
  /** null is a value the author expects (`str | None`, any SQL argument). */
  isNullable: boolean;
  description?: string;
  /** The author's spelling of the type, where the language has finer types than ours (SQL). */
  originalType?: string;
  /** 1-based: the `$n` of a Bash or SQL argument. Absent where arguments go by name or by order. */
  position?: number;
}

export interface Signature {
  /** Whether the script can be run; a file of shared functions has no `main`. Bash and SQL always can. */
  main: boolean;
  /** Docstring or JSDoc of `main`, without the lines that describe single arguments. */
  description: string;
  args: SignatureArg[];
  returns?: ArgType;
  /** The script also has a function `preprocessor`, which turns a trigger's payload into arguments. */
  hasPreprocessor: boolean;
}

export interface SignatureError {
  /** A sentence naming the argument and the line. */
  message: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
}

export type SignatureResult = { ok: true; signature: Signature } | { ok: false; error: SignatureError };

export const inferableLanguages = ['python3', 'bun', 'deno', 'nativets', 'bunnative', 'bash', 'postgresql'] as const;
export type InferableLanguage = (typeof inferableLanguages)[number];

/** Whether arguments of a script in this language can be read from its source. */
export function isInferable(language: string): language is InferableLanguage {
  return inferableLanguages.some((known) => known === language);
}
