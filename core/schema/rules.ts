import type { Signature } from '@/core/script/signature/model';
import type { Args, ArgsSchema, JsonSchema, JsonType, JsonValue } from './model';

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, at) => isSameValue(item, b[at]));
  }
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].every((name) => isSameValue(left.get(name), right.get(name)));
}

/** The JSON types a schema allows, `null` left out; none means any. */
export function typesOf(schema: JsonSchema): JsonType[] {
  const types = schema.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.filter((type) => type !== 'null');
}

/** `postgresql` for a schema whose value is a resource of that type. */
export function resourceTypeOf(schema: JsonSchema): string | undefined {
  return schema.format?.startsWith('resource-') ? schema.format.slice('resource-'.length) : undefined;
}

/** A text that stands for a variable's or resource's value; it fits everywhere and is resolved when the job starts. */
export function isReference(value: unknown): value is string {
  return typeof value === 'string' && /^\$(?:var|res):./.test(value);
}

/** Whether a value typed for one schema makes sense for the other. A schema without a type goes with everything. */
export function isSameType(a: JsonSchema, b: JsonSchema): boolean {
  const [left, right] = [typesOf(a), typesOf(b)];
  if (left.length === 0 || right.length === 0) return true;
  const loose = (type: JsonType) => (type === 'integer' ? 'number' : type);
  if (!left.some((type) => right.map(loose).includes(loose(type)))) return false;
  const [leftResource, rightResource] = [resourceTypeOf(a), resourceTypeOf(b)];
  if (leftResource !== undefined && rightResource !== undefined && leftResource !== rightResource) return false;
  if (a.contentEncoding !== b.contentEncoding) return false;
  return a.items === undefined || b.items === undefined || isSameType(a.items, b.items);
}

/** The names of the arguments in the order of the form. */
export function argNames(of: ArgsSchema | Signature): string[] {
  if (!('properties' in of)) return of.args.map((arg) => arg.name);
  const ordered = (of.order ?? []).filter((name) => Object.hasOwn(of.properties, name));
  return [...new Set([...ordered, ...Object.keys(of.properties)])];
}

/** The values a form starts with. */
export function defaultsOf(schema: ArgsSchema): Args {
  const defaults = Object.entries(schema.properties).flatMap(([name, property]): [string, JsonValue][] =>
    property.default === undefined ? [] : [[name, property.default]],
  );
  return Object.fromEntries(defaults);
}

/**
 * What stays in a form whose schema changed: typed values whose name and type still match, the new defaults elsewhere. A
 * value that was only the old default follows the default.
 */
export function keepTypedValues(oldSchema: ArgsSchema, newSchema: ArgsSchema, values: Args): Args {
  const kept = defaultsOf(newSchema);
  for (const [name, property] of Object.entries(newSchema.properties)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const before = Object.hasOwn(oldSchema.properties, name) ? oldSchema.properties[name] : undefined;
    if (value === undefined || before === undefined || !isSameType(before, property)) continue;
    const isUntouched = before.default !== undefined && isSameValue(value, before.default);
    const isChoice = property.enum === undefined || property.enum.some((choice) => isSameValue(choice, value));
    if (!isUntouched && (isChoice || isReference(value))) kept[name] = value;
  }
  return kept;
}

const yes = /^(?:true|t|yes|y|on|1)$/i;
const no = /^(?:false|f|no|n|off|0)$/i;

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function coerceText(types: JsonType[], text: string): JsonValue {
  const bare = text.trim();
  if (types.includes('boolean') && (yes.test(bare) || no.test(bare))) return yes.test(bare);
  if (types.includes('integer') && /^[+-]?\d+$/.test(bare) && Number.isSafeInteger(Number(bare))) return Number(bare);
  if (types.includes('number') && bare !== '' && Number.isFinite(Number(bare))) return Number(bare);
  if (types.includes('array') && bare.startsWith('[')) return parsed(bare);
  if (types.includes('object') && bare.startsWith('{')) return parsed(bare);
  return text;
}

/**
 * Turns what a text field, a query string or a loose client gives into the type the schema asks for: `"42"` → 42,
 * `"yes"` → true, 42 → `"42"`. What cannot be turned stays as it is, for validation to name.
 */
export function coerceInput(schema: JsonSchema, value: JsonValue): JsonValue {
  const types = typesOf(schema);
  if (value === null || types.length === 0 || isReference(value)) return value;
  if (typeof value === 'string') {
    const coerced = types.includes('string') ? value : coerceText(types, value);
    return typeof coerced === 'string' ? coerced : coerceInput(schema, coerced);
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    const isWanted =
      typeof value === 'number' ? types.includes('number') || types.includes('integer') : types.includes('boolean');
    if (isWanted) return value;
    if (types.includes('boolean') && (value === 0 || value === 1)) return value === 1;
    return types.includes('string') ? String(value) : value;
  }
  const { items, properties } = schema;
  if (Array.isArray(value)) return items === undefined ? value : value.map((item) => coerceInput(items, item));
  return properties === undefined ? value : coerceProperties(properties, value);
}

function coerceProperties(properties: Record<string, JsonSchema>, values: Args): Args {
  const entries = Object.entries(values).map(([name, value]): [string, JsonValue] => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return [name, property === undefined ? value : coerceInput(property, value)];
  });
  return Object.fromEntries(entries);
}

/** `coerceInput` for all arguments; names the schema does not know stay as they are. */
export function coerceArgs(schema: ArgsSchema, args: Args): Args {
  return coerceProperties(schema.properties, args);
}
