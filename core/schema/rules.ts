import type { Signature } from '@/core/script/signature/model';
import type { ArgsSchema, JsonSchema, JsonType } from './model';

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
