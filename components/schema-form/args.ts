import type { Args, JsonSchema, JsonValue } from '@/core/schema/model';
import { isReference } from '@/core/schema/rules';
import { fieldKind, propertyNames } from './field-kind';

/**
 * The arguments to send: what was typed where it still fits the schema, else the default. The form's owner may keep more
 * than this (values of arguments that were renamed or changed type while the code is being written), so that they
 * come back when the schema does.
 */
export function argsFor(schema: JsonSchema, typed: Args): Args {
  const args: Args = {};
  for (const name of propertyNames(schema)) {
    const property = schema.properties?.[name] ?? {};
    const value = shownValue(property, typed[name]) ?? absentValue(property, schema.required?.includes(name) ?? false);
    if (value !== undefined) args[name] = value;
  }
  return args;
}

/** The value a field shows: what was typed if it fits, else the default. */
export function shownValue(schema: JsonSchema, typed: JsonValue | undefined): JsonValue | undefined {
  return typed !== undefined && fits(schema, typed) ? typed : schema.default;
}

/** A box that is not ticked says no; everything else that is left empty is absent. */
function absentValue(schema: JsonSchema, isRequired: boolean): JsonValue | undefined {
  const { kind } = fieldKind(schema);
  if (!isRequired) return undefined;
  if (kind === 'boolean') return false;
  return kind === 'list' || kind === 'choices' ? [] : undefined;
}

/** Whether the value has the shape that the field edits; limits and patterns are the validator's. */
export function fits(schema: JsonSchema, value: JsonValue): boolean {
  if (value === null) return schema.nullable === true || [schema.type ?? []].flat().includes('null');
  if (isReference(value)) return true;
  const kind = fieldKind(schema);
  switch (kind.kind) {
    case 'text':
    case 'multiline':
    case 'password':
    case 'moment':
    case 'bytes':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return kind.options.some((option) => isSame(option, value));
    case 'choices':
      return Array.isArray(value) && value.every((item) => kind.options.some((option) => isSame(option, item)));
    case 'list':
      return Array.isArray(value) && value.every((item) => fits(kind.item, item));
    case 'resource':
    case 'object':
    case 'variant':
      return isObject(value);
    case 'json':
      return true;
    default:
      return kind satisfies never;
  }
}

export function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSame(one: JsonValue, other: JsonValue): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** What a new item of a list starts with. */
export function newItem(schema: JsonSchema): JsonValue {
  if (schema.default !== undefined) return schema.default;
  const kind = fieldKind(schema);
  switch (kind.kind) {
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    case 'choice':
      return kind.options[0] ?? null;
    case 'list':
    case 'choices':
      return [];
    case 'object':
      return argsFor(schema, {});
    case 'variant':
      return variantStart(kind.variants[0] ?? {});
    case 'json':
      return null;
    default:
      return '';
  }
}

/** The parts of a variant that are fixed, and its defaults: what choosing it begins with. */
export function variantStart(variant: JsonSchema): { [key: string]: JsonValue } {
  const fixed = Object.entries(variant.properties ?? {}).flatMap(([name, property]) => {
    const value = fixedValue(property);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...argsFor(variant, {}), ...Object.fromEntries(fixed) };
}

/** The only value that a property can have. */
export function fixedValue(schema: JsonSchema): JsonValue | undefined {
  return schema.const ?? (schema.enum?.length === 1 ? schema.enum[0] : undefined);
}

/** The variant that a value belongs to: the one whose fixed parts it has. */
export function variantOf(variants: JsonSchema[], value: JsonValue | undefined): number {
  if (!isObject(value)) return -1;
  return variants.findIndex((variant) => {
    const fixed = Object.entries(variant.properties ?? {}).filter(([, property]) => fixedValue(property) !== undefined);
    if (fixed.length === 0) return (variant.required ?? []).every((name) => name in value);
    return fixed.every(([name, property]) => isSame(fixedValue(property) ?? null, value[name] ?? null));
  });
}

/** The way to a part of a value, as problems write it: `db.port`, `items[2]`. */
export function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

export type ParsedNumber = { value: number } | { error: string };

/** Reads what was typed into a number field; null when it is empty. */
export function parseNumber(typed: string, isInteger: boolean): ParsedNumber | null {
  const text = typed.trim();
  if (text === '') return null;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { error: `“${text}” is not a number.` };
  const value = Number(text);
  if (!Number.isFinite(value)) return { error: 'This number is too large.' };
  if (isInteger && !Number.isInteger(value)) return { error: 'Only whole numbers fit here.' };
  if (isInteger && !Number.isSafeInteger(value)) {
    return { error: 'Numbers this large would be rounded. Take a text argument for them.' };
  }
  return { value };
}
