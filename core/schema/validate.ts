import { isId } from '@/core/ids';
import type { Args, ArgsProblem, ArgsSchema, JsonSchema, JsonType } from './model';
import { isReference, isSameValue, resourceTypeOf, typesOf } from './rules';

/** Deeper values are refused: nothing a form or a script needs, and a way to exhaust the stack. */
const maxDepth = 64;
const maxProblems = 50;

const typeWords: Record<JsonType, string> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'empty',
};

const formats: Record<string, { isValid: (text: string) => boolean; word: string }> = {
  'date-time': { isValid: isDateTime, word: 'a date and time such as 2025-01-31T09:30:00Z' },
  date: { isValid: isDate, word: 'a date such as 2025-01-31' },
  time: {
    isValid: (text) => /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.test(text),
    word: 'a time such as 09:30',
  },
  email: { isValid: (text) => /^[^\s@]+@[^\s@]+$/.test(text), word: 'an e-mail address' },
  uri: { isValid: (text) => URL.canParse(text), word: 'a full address such as https://example.com' },
  uuid: { isValid: isId, word: 'a UUID' },
  ipv4: { isValid: (text) => /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/.test(text), word: 'an IPv4 address' },
};

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isDateTime(text: string): boolean {
  const [day, ...rest] = text.split(/[T ]/i);
  if (!isDate(day ?? '')) return false;
  const time = rest.join('');
  return (
    rest.length <= 2 &&
    (time === '' || /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?$/i.test(time))
  );
}

/**
 * A pattern whose repeated group repeats inside can take exponential time on a short text; such a pattern is not run.
 * Only the author of the script loses by it.
 */
function compile(pattern: string): RegExp | undefined {
  const bare = pattern.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_');
  if (/\((?:[^()]|\([^()]*\))*[*+}](?:[^()]|\([^()]*\))*\)[*+{]/.test(bare)) return undefined;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function typeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'string' ? 'string' : 'object';
}

function fits(types: JsonType[], type: JsonType): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

/** What a value is, short enough for a sentence; texts are not repeated, since they may be secret. */
function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeWords[typeOf(value)];
}

class Validator {
  readonly problems: ArgsProblem[] = [];

  value(schema: JsonSchema, value: unknown, path: string, depth: number): void {
    if (this.problems.length >= maxProblems) return;
    if (depth > maxDepth) {
      this.report(path, 'is nested too deeply', schema);
      return;
    }
    if (isReference(value)) return;
    if (schema.enum !== undefined && !schema.enum.some((choice) => isSameValue(choice, value))) {
      const choices = schema.enum.slice(0, 8).map((choice) => JSON.stringify(choice));
      const more = schema.enum.length > choices.length ? ', …' : '';
      this.report(path, `must be one of ${choices.join(', ')}${more}`, schema);
      return;
    }
    if (schema.const !== undefined && !isSameValue(schema.const, value)) {
      this.report(path, `must be ${JSON.stringify(schema.const)}`, schema);
      return;
    }
    const types = typesOf(schema);
    if (types.length > 0 && !fits(types, typeOf(value))) {
      this.wrongType(schema, types, value, path);
      return;
    }
    if (typeof value === 'string') this.text(schema, value, path);
    else if (typeof value === 'number') this.number(schema, value, path);
    else if (Array.isArray(value)) this.list(schema, value, path, depth);
    else if (typeof value === 'object' && value !== null) this.object(schema, { ...value }, path, depth);
    this.alternatives(schema, value, path, depth);
  }

  report(path: string, what: string, schema: JsonSchema): void {
    const label = schema.title || path;
    this.problems.push({ path, message: label === '' ? `The value ${what}.` : `"${label}" ${what}.` });
  }

  private wrongType(schema: JsonSchema, types: JsonType[], value: unknown, path: string): void {
    const resource = resourceTypeOf(schema);
    if (resource !== undefined) {
      this.report(path, `must be a resource of type ${resource}: choose one, or write "$res:" and its path`, schema);
      return;
    }
    const wanted = types.map((type) => typeWords[type]).join(' or ');
    this.report(path, `must be ${wanted}, but it is ${describe(value)}`, schema);
  }

  private text(schema: JsonSchema, value: string, path: string): void {
    const { minLength, maxLength, pattern, format, contentEncoding } = schema;
    const length = [...value].length;
    if (minLength !== undefined && length < minLength) {
      this.report(path, value === '' ? 'needs a value' : `must have at least ${minLength} characters`, schema);
    } else if (maxLength !== undefined && length > maxLength) {
      this.report(path, `must have at most ${maxLength} characters`, schema);
    }
    const known = format !== undefined && Object.hasOwn(formats, format) ? formats[format] : undefined;
    if (known !== undefined && !known.isValid(value)) this.report(path, `must be ${known.word}`, schema);
    if (contentEncoding === 'base64' && !/^[A-Za-z\d+/_-]*={0,2}$/.test(value.replace(/\s/g, ''))) {
      this.report(path, 'must be a file or base64', schema);
    }
    if (pattern !== undefined && compile(pattern)?.test(value.slice(0, 10_000)) === false) {
      const custom = schema.customErrorMessage;
      if (custom) this.problems.push({ path, message: custom });
      else this.report(path, `does not have the form ${pattern}`, schema);
    }
  }

  private number(schema: JsonSchema, value: number, path: string): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
    if (minimum !== undefined && value < minimum) this.report(path, `must be at least ${minimum}`, schema);
    if (maximum !== undefined && value > maximum) this.report(path, `must be at most ${maximum}`, schema);
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
      this.report(path, `must be more than ${exclusiveMinimum}`, schema);
    }
    if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) {
      this.report(path, `must be less than ${exclusiveMaximum}`, schema);
    }
    if (multipleOf !== undefined && multipleOf > 0) {
      const ratio = value / multipleOf;
      if (Math.abs(ratio - Math.round(ratio)) > 1e-9) this.report(path, `must be a multiple of ${multipleOf}`, schema);
    }
  }

  private list(schema: JsonSchema, values: unknown[], path: string, depth: number): void {
    const { minItems, maxItems, items, uniqueItems } = schema;
    if (minItems !== undefined && values.length < minItems) {
      this.report(path, `must have at least ${minItems} ${minItems === 1 ? 'entry' : 'entries'}`, schema);
    }
    if (maxItems !== undefined && values.length > maxItems) {
      this.report(path, `must have at most ${maxItems} ${maxItems === 1 ? 'entry' : 'entries'}`, schema);
    }
    if (uniqueItems === true && new Set(values.map((value) => JSON.stringify(value))).size < values.length) {
      this.report(path, 'must not have the same entry twice', schema);
    }
    if (items === undefined) return;
    for (const [at, value] of values.entries()) this.value(items, value, `${path}[${at}]`, depth + 1);
  }

  /** Missing and empty count as the same: a form cannot tell them apart. */
  object(schema: JsonSchema, values: Record<string, unknown>, path: string, depth: number): void {
    const properties = schema.properties ?? {};
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const required = new Set(schema.required ?? []);
    for (const name of new Set([...required, ...Object.keys(properties)])) {
      const property = (Object.hasOwn(properties, name) ? properties[name] : undefined) ?? {};
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value !== undefined && value !== null) this.value(property, value, at(name), depth + 1);
      else if (required.has(name) && !(value === null && allowsNull(property)) && property.default === undefined) {
        this.report(at(name), 'needs a value', property);
      }
    }
    const { additionalProperties } = schema;
    if (additionalProperties === undefined || additionalProperties === true) return;
    for (const [name, value] of Object.entries(values)) {
      if (Object.hasOwn(properties, name)) continue;
      if (additionalProperties === false) this.report(at(name), 'is not an argument here', {});
      else if (value !== null) this.value(additionalProperties, value, at(name), depth + 1);
    }
  }

  private alternatives(schema: JsonSchema, value: unknown, path: string, depth: number): void {
    const options = schema.oneOf ?? schema.anyOf ?? [];
    if (options.length === 0) return;
    const isOne = options.some((option) => {
      const attempt = new Validator();
      attempt.value(option, value, path, depth + 1);
      return attempt.problems.length === 0;
    });
    if (!isOne) this.report(path, `fits none of its ${options.length} forms`, schema);
  }
}

function allowsNull(schema: JsonSchema): boolean {
  const types = schema.type;
  return (
    schema.nullable === true ||
    types === 'null' ||
    (Array.isArray(types) && types.includes('null')) ||
    (typesOf(schema).length === 0 && schema.enum === undefined) ||
    schema.enum?.includes(null) === true
  );
}

/**
 * Checks arguments against their schema; an empty list means they fit. `$var:` and `$res:` texts fit anywhere, missing
 * arguments with a default are fine, and arguments the schema does not know are left to the script.
 */
export function validateArgs(schema: ArgsSchema, args: Args): ArgsProblem[] {
  const validator = new Validator();
  validator.object(schema, args, '', 0);
  return validator.problems;
}
