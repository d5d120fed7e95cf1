import { z } from 'zod/mini';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

/**
 * The part of JSON Schema that forms and validation understand (draft 2020-12, and draft-07 where it says the same),
 * with the extensions other clients write. Keys we do not know are kept, so that a file survives a round trip.
 */
export interface JsonSchema {
  $schema?: string;
  type?: JsonType | JsonType[];
  title?: string;
  description?: string;
  placeholder?: string;
  default?: JsonValue;
  enum?: JsonValue[];
  enumLabels?: Record<string, string>;
  const?: JsonValue;
  /** `date-time`, `date`, `time`, `email`, `uri`, `uuid`, `password`, `sql`, `resource-<type>`, `dynselect-<function>`, … */
  format?: string;
  pattern?: string;
  /** The sentence shown when `pattern` does not match. */
  customErrorMessage?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
  /** The order in which a form shows `properties`. */
  order?: string[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  contentEncoding?: string;
  /** The author's spelling of the type, where the language has finer types than JSON. */
  originalType?: string;
  /** The value is kept as a secret variable; forms hide it. */
  password?: boolean;
  /** null is a value of its own, also where one is required. */
  nullable?: boolean;
  disabled?: boolean;
  [extra: string]: unknown;
}

/** The schema of a script's or flow's arguments: always an object, with its parts present. */
export interface ArgsSchema extends JsonSchema {
  type: 'object';
  properties: Record<string, JsonSchema>;
  required: string[];
}

/** One reason why arguments do not fit. `path` is the way to the value: `db.port`, `items[2]`; '' is the whole. */
export interface ArgsProblem {
  path: string;
  /** A sentence. */
  message: string;
}

export type Args = Record<string, JsonValue>;

const jsonType = z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
const count = z.number().check(z.gte(0));

/** A key of the wrong shape is dropped, not refused: schemas come from files and from other clients. */
function lenient<T extends z.ZodMiniType>(shape: T) {
  return z.catch(z.optional(shape), undefined);
}

const nested = z.lazy((): z.ZodMiniType<JsonSchema> => jsonSchema);
const nestedByName = z.record(z.string(), z.catch(nested, {}));

const jsonSchema: z.ZodMiniType<JsonSchema> = z.looseObject({
  $schema: lenient(z.string()),
  type: lenient(z.union([jsonType, z.array(jsonType)])),
  title: lenient(z.string()),
  description: lenient(z.string()),
  placeholder: lenient(z.string()),
  default: lenient(z.json()),
  enum: lenient(z.array(z.json())),
  enumLabels: lenient(z.record(z.string(), z.string())),
  const: lenient(z.json()),
  format: lenient(z.string()),
  pattern: lenient(z.string()),
  customErrorMessage: lenient(z.string()),
  minLength: lenient(count),
  maxLength: lenient(count),
  minimum: lenient(z.number()),
  maximum: lenient(z.number()),
  exclusiveMinimum: lenient(z.number()),
  exclusiveMaximum: lenient(z.number()),
  multipleOf: lenient(z.number()),
  items: lenient(nested),
  minItems: lenient(count),
  maxItems: lenient(count),
  uniqueItems: lenient(z.boolean()),
  properties: lenient(nestedByName),
  additionalProperties: lenient(z.union([z.boolean(), nested])),
  required: lenient(z.array(z.string())),
  order: lenient(z.array(z.string())),
  oneOf: lenient(z.array(nested)),
  anyOf: lenient(z.array(nested)),
  contentEncoding: lenient(z.string()),
  originalType: lenient(z.string()),
  password: lenient(z.boolean()),
  nullable: lenient(z.boolean()),
  disabled: lenient(z.boolean()),
});

/** Reads one property's schema from outside; what is not a schema becomes the schema that accepts anything. */
export function parseJsonSchema(input: unknown): JsonSchema {
  const parsed = jsonSchema.safeParse(input);
  return parsed.success ? parsed.data : {};
}

/** Reads the schema of a script's or flow's arguments from outside; an absent one has no arguments. */
export function parseArgsSchema(input: unknown): ArgsSchema {
  const schema = parseJsonSchema(input);
  return { ...schema, type: 'object', properties: schema.properties ?? {}, required: schema.required ?? [] };
}
