import type { JsonSchema, JsonType, JsonValue } from '@/core/schema/model';

/** The control that a property gets. */
export type FieldKind =
  | { kind: 'text'; inputType: 'text' | 'email' | 'url' }
  | { kind: 'multiline'; isCode: boolean }
  | { kind: 'password' }
  | { kind: 'number'; isInteger: boolean }
  | { kind: 'boolean' }
  | { kind: 'choice'; options: JsonValue[] }
  | { kind: 'choices'; options: JsonValue[] }
  | { kind: 'moment'; inputType: 'date' | 'time' | 'datetime-local' }
  | { kind: 'resource'; resourceType: string }
  | { kind: 'bytes' }
  | { kind: 'list'; item: JsonSchema }
  | { kind: 'object' }
  | { kind: 'variant'; variants: JsonSchema[] }
  | { kind: 'json' };

/** Chooses the control by the most telling key of the schema. What nothing fits is edited as JSON. */
export function fieldKind(schema: JsonSchema): FieldKind {
  const format = schema.format ?? '';
  if (format.startsWith('resource-')) return { kind: 'resource', resourceType: format.slice('resource-'.length) };
  if (schema.const !== undefined) return { kind: 'choice', options: [schema.const] };
  if (schema.enum?.length) return { kind: 'choice', options: schema.enum };
  if (schema.contentEncoding === 'base64' || format === 'byte' || format === 'binary') return { kind: 'bytes' };
  const variants = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter((variant) => variant.type !== 'null');
  if (variants.length > 1 && variants.every((variant) => variant.properties)) return { kind: 'variant', variants };
  const [only] = variants;
  if (only && variants.length === 1 && schema.type === undefined) return fieldKind(only);
  return kindOfType(mainType(schema), schema, format);
}

/** The type that is not null; undefined when there are several or none. */
function mainType(schema: JsonSchema): JsonType | undefined {
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null');
  return types.length === 1 ? types[0] : undefined;
}

function kindOfType(type: JsonType | undefined, schema: JsonSchema, format: string): FieldKind {
  switch (type) {
    case 'string':
      return kindOfText(schema, format);
    case 'number':
    case 'integer':
      return { kind: 'number', isInteger: type === 'integer' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return kindOfList(schema.items);
    case 'object':
      return schema.properties && Object.keys(schema.properties).length > 0 ? { kind: 'object' } : { kind: 'json' };
    default:
      return schema.properties ? { kind: 'object' } : { kind: 'json' };
  }
}

function kindOfText(schema: JsonSchema, format: string): FieldKind {
  if (schema.password || format === 'password') return { kind: 'password' };
  switch (format) {
    case 'date':
    case 'time':
      return { kind: 'moment', inputType: format };
    case 'date-time':
      return { kind: 'moment', inputType: 'datetime-local' };
    case 'email':
      return { kind: 'text', inputType: 'email' };
    case 'uri':
    case 'url':
      return { kind: 'text', inputType: 'url' };
    case 'sql':
    case 'yaml':
    case 'code':
      return { kind: 'multiline', isCode: true };
    case 'multiline':
    case 'textarea':
      return { kind: 'multiline', isCode: false };
    default:
      return { kind: 'text', inputType: 'text' };
  }
}

function kindOfList(item: JsonSchema | undefined): FieldKind {
  if (!item || Object.keys(item).length === 0) return { kind: 'json' };
  if (item.enum?.length) return { kind: 'choices', options: item.enum };
  return { kind: 'list', item };
}

/** The order in which a form shows the properties: as `order` says, then as they were written. */
export function propertyNames(schema: JsonSchema): string[] {
  const names = Object.keys(schema.properties ?? {});
  const ordered = (schema.order ?? []).filter((name) => names.includes(name));
  return [...new Set([...ordered, ...names])];
}

/** What a choice is called. */
export function choiceLabel(schema: JsonSchema, option: JsonValue): string {
  const word = typeof option === 'string' ? option : JSON.stringify(option);
  return schema.enumLabels?.[word] ?? word;
}

/** A short word for the kind of value, beside the label. */
export function typeWord(schema: JsonSchema): string {
  const kind = fieldKind(schema);
  switch (kind.kind) {
    case 'resource':
      return kind.resourceType;
    case 'number':
      return kind.isInteger ? 'whole number' : 'number';
    case 'bytes':
      return 'file';
    case 'list':
    case 'choices':
      return 'list';
    case 'json':
      return 'JSON';
    case 'text':
      return kind.inputType === 'text' ? 'text' : kind.inputType;
    default:
      return '';
  }
}
