import type { ArgType, Signature, SignatureArg, TypeProperty } from '@/core/script/signature/model';
import type { ArgsSchema, JsonSchema } from './model';

/**
 * Resource types an engineer may declare in the script itself (`interface Postgresql { host: string }`): an object type
 * of such a name is picked, not typed in. A workspace's own list, where it is at hand, is the better answer.
 */
const commonResourceTypes = [
  'airtable',
  'aws',
  'azure',
  'bigquery',
  'clickhouse',
  'discord',
  'gcp_service_account',
  'github',
  'gitlab',
  'google',
  'mailgun',
  'mongodb',
  'mssql',
  'mysql',
  'notion',
  'openai',
  'postgresql',
  'redis',
  's3',
  's3_object',
  'sendgrid',
  'slack',
  'smtp',
  'snowflake',
  'ssh',
  'stripe',
  'telegram',
  'twilio',
];

export interface SchemaOptions {
  /** Names of the workspace's resource types. */
  resourceTypes?: Iterable<string>;
}

class SchemaWriter {
  constructor(private readonly resourceTypes: ReadonlySet<string>) {}

  argument(arg: SignatureArg): JsonSchema {
    const schema = this.type(arg.type);
    if (arg.description !== undefined) schema.description = arg.description;
    if (arg.default !== undefined) schema.default = arg.default;
    if (arg.isNullable) schema.nullable = true;
    if (arg.originalType !== undefined) schema.originalType = arg.originalType;
    return schema;
  }

  private type(type: ArgType): JsonSchema {
    switch (type.kind) {
      case 'string':
        return { type: 'string' };
      case 'int':
        return { type: 'integer' };
      case 'float':
        return { type: 'number' };
      case 'bool':
        return { type: 'boolean' };
      case 'datetime':
        return { type: 'string', format: 'date-time' };
      case 'date':
      case 'time':
      case 'email':
      case 'sql':
        return { type: 'string', format: type.kind };
      case 'bytes':
        return { type: 'string', contentEncoding: 'base64', originalType: 'bytes' };
      case 'enum':
        return this.choice(type.values);
      case 'list':
        return { type: 'array', items: this.type(type.of) };
      case 'object':
        return this.object(type);
      case 'resource':
        return { ...this.object(type), format: `resource-${type.name}` };
      case 'oneOf':
        return { type: 'object', oneOf: type.options.map((option, at) => this.option(option, at)) };
      case 'dynamic':
        return type.isMultiple
          ? { type: 'array', format: `dynmultiselect-${type.name}` }
          : { format: `dynselect-${type.name}` };
      case 'any':
        return type.text === undefined ? {} : { originalType: type.text };
    }
  }

  private choice(values: (string | number | boolean)[]): JsonSchema {
    if (values.every((value) => typeof value === 'string')) return { type: 'string', enum: values };
    if (values.every((value) => Number.isInteger(value))) return { type: 'integer', enum: values };
    if (values.every((value) => typeof value === 'number')) return { type: 'number', enum: values };
    return values.every((value) => typeof value === 'boolean') ? { type: 'boolean', enum: values } : { enum: values };
  }

  private object(type: Extract<ArgType, { kind: 'object' | 'resource' }>): JsonSchema {
    const { properties } = type;
    const schema: JsonSchema = { type: 'object' };
    if (type.kind === 'object' && type.name !== undefined && this.resourceTypes.has(type.name)) {
      schema.format = `resource-${type.name}`;
    }
    if (type.kind === 'object' && type.valueType !== undefined) schema.additionalProperties = this.type(type.valueType);
    if (properties === undefined || properties.length === 0) return schema;
    schema.properties = Object.fromEntries(properties.map((property) => [property.name, this.property(property)]));
    schema.required = properties.filter((property) => !property.isOptional).map((property) => property.name);
    schema.order = properties.map((property) => property.name);
    return schema;
  }

  private property(property: TypeProperty): JsonSchema {
    const schema = this.type(property.type);
    if (property.description !== undefined) schema.description = property.description;
    if (property.default !== undefined) schema.default = property.default;
    return schema;
  }

  /** One form of several is shown by the value of its only fixed key (`kind: 'circle'`), else by its name or place. */
  private option(option: ArgType, at: number): JsonSchema {
    const properties = option.kind === 'object' ? (option.properties ?? []) : [];
    const fixed = properties.flatMap(({ type }) =>
      type.kind === 'enum' && type.values.length === 1 ? type.values : [],
    )[0];
    const name = option.kind === 'object' ? option.name : undefined;
    return { ...this.type(option), title: String(fixed ?? name ?? `Form ${at + 1}`) };
  }
}

/** The schema a script's signature asks for: arguments in their order, required unless the script can do without. */
export function schemaFromSignature(signature: Signature, options: SchemaOptions = {}): ArgsSchema {
  const writer = new SchemaWriter(new Set(options.resourceTypes ?? commonResourceTypes));
  const { args } = signature;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(args.map((arg) => [arg.name, writer.argument(arg)])),
    required: args.filter((arg) => !arg.hasDefault && !arg.isOptional).map((arg) => arg.name),
    order: args.map((arg) => arg.name),
  };
}
