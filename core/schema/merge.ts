import { own } from '@/core/own';
import type { ArgsSchema, JsonSchema } from './model';
import { argNames, isSameType, isSameValue, typesOf } from './rules';

export interface MergedSchema {
  schema: ArgsSchema;
  /** Sentences about arguments on which the schema and the script disagree. */
  mismatches: string[];
}

/** What only the script decides; everything else in a stored property is somebody's refinement. */
const structural = new Set([
  'type',
  'properties',
  'items',
  'required',
  'order',
  'oneOf',
  'anyOf',
  'additionalProperties',
  'contentEncoding',
  'originalType',
  'nullable',
]);
/** Keys where the script's own word counts when it says one. */
const scriptFirst = new Set(['default', 'format', 'enum']);

const words: Record<string, string> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'a yes or no',
  object: 'an object',
  array: 'a list',
};

function describe(schema: JsonSchema): string {
  const types = typesOf(schema).map((type) => own(words, type) ?? type);
  const resource = schema.format?.startsWith('resource-') ? ` (${schema.format})` : '';
  return `${types.join(' or ') || 'anything'}${resource}`;
}

const propertyOf = (schema: JsonSchema | undefined, name: string) => own(schema?.properties ?? {}, name);

function mergeNested(stored: JsonSchema, inferred: JsonSchema, previous: JsonSchema | undefined): JsonSchema {
  const nested: JsonSchema = {};
  if (inferred.items !== undefined) {
    nested.items =
      stored.items !== undefined && isSameType(stored.items, inferred.items)
        ? mergeProperty(stored.items, inferred.items, previous?.items)
        : inferred.items;
  }
  if (inferred.properties !== undefined) {
    const entries = Object.entries(inferred.properties).map(([name, property]): [string, JsonSchema] => {
      const before = propertyOf(stored, name);
      const isKept = before !== undefined && isSameType(before, property);
      return [name, isKept ? mergeProperty(before, property, propertyOf(previous, name)) : property];
    });
    nested.properties = Object.fromEntries(entries);
  }
  return nested;
}

/** Lays the refinements of a stored property over what the script says. */
function mergeProperty(stored: JsonSchema, inferred: JsonSchema, previous: JsonSchema | undefined): JsonSchema {
  // A script that does not say the type leaves all of it to the schema.
  const isUntyped = typesOf(inferred).length === 0 && inferred.enum === undefined && inferred.format === undefined;
  const merged: JsonSchema = { ...inferred };
  for (const [key, value] of Object.entries(stored)) {
    if (value === undefined || (structural.has(key) && !isUntyped)) continue;
    if (scriptFirst.has(key) && inferred[key] !== undefined) continue;
    const isInferredEarlier = previous !== undefined && isSameValue(value, previous[key]);
    if (!isInferredEarlier) merged[key] = value;
  }
  if (stored.description === '' && inferred.description !== undefined) merged.description = inferred.description;
  return { ...merged, ...mergeNested(stored, inferred, previous) };
}

function mergeOne(name: string, stored: JsonSchema, inferred: JsonSchema, previous: JsonSchema | undefined) {
  if (isSameType(stored, inferred)) return { property: mergeProperty(stored, inferred, previous) };
  const { title, description } = stored;
  const property = { ...inferred, ...(title && { title }), ...(description && { description }) };
  const isOldInference = previous !== undefined && isSameType(stored, previous);
  if (isOldInference) return { property };
  const mismatch = `Argument "${name}" is ${describe(stored)} in the schema and ${describe(inferred)} in the script; the script counts.`;
  return { property, mismatch };
}

/**
 * Brings a stored schema up to date with the script. Refinements (title, description, limits, password, choices, …) stay
 * while name and type match; an argument that only the schema knows stays and is reported.
 *
 * `previous` is what the script behind `stored` was inferred as, where that is known: what was inferred then and is gone
 * now goes, so that renaming an argument leaves nothing behind.
 */
export function mergeSchema(stored: ArgsSchema, inferred: ArgsSchema, previous?: ArgsSchema): MergedSchema {
  const mismatches: string[] = [];
  const properties: Record<string, JsonSchema> = {};
  const add = (name: string, property: JsonSchema) =>
    Object.defineProperty(properties, name, { value: property, enumerable: true, configurable: true, writable: true });

  for (const name of argNames(inferred)) {
    const fromScript = propertyOf(inferred, name) ?? {};
    const kept = propertyOf(stored, name);
    if (kept === undefined) {
      add(name, fromScript);
      continue;
    }
    const { property, mismatch } = mergeOne(name, kept, fromScript, propertyOf(previous, name));
    add(name, property);
    if (mismatch !== undefined) mismatches.push(mismatch);
  }
  const onlyStored = argNames(stored).filter(
    (name) => propertyOf(inferred, name) === undefined && propertyOf(previous, name) === undefined,
  );
  for (const name of onlyStored) {
    add(name, propertyOf(stored, name) ?? {});
    mismatches.push(`The schema has an argument "${name}" that the script does not take.`);
  }
  const required = [...inferred.required, ...stored.required.filter((name) => onlyStored.includes(name))];
  const order = [...argNames(inferred), ...onlyStored];
  const $schema = stored.$schema ?? inferred.$schema;
  const schema: ArgsSchema = { ...inferred, ...stored, properties, required, order };
  return { schema: $schema === undefined ? schema : { ...schema, $schema }, mismatches };
}
