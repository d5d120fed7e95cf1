'use client';

import type { JsonSchema, JsonValue } from '@/core/schema/model';
import { BytesField } from './bytes-field';
import { fieldKind } from './field-kind';
import { JsonSchemaField } from './json-field';
import { ListField } from './list-field';
import { NestedField } from './nested-field';
import { ResourceField } from './resource-field';
import { BooleanField, ChoiceField, ChoicesField, MomentField, NumberField } from './scalar-fields';
import { TextField } from './text-field';
import { VariantField } from './variant-field';

export type SchemaFieldProps = {
  name: string;
  schema: JsonSchema;
  /** undefined: absent. */
  value: JsonValue | undefined;
  onChange: (value: JsonValue | undefined) => void;
  isRequired: boolean;
  path: string;
  /** An item of a list is named by its place; its label is only spoken. */
  isItem?: boolean;
};

/** The field for one property, whatever it is. */
export function SchemaField(props: SchemaFieldProps) {
  const kind = fieldKind(props.schema);
  switch (kind.kind) {
    case 'text':
    case 'multiline':
    case 'password':
      return <TextField {...props} kind={kind} />;
    case 'number':
      return <NumberField {...props} isInteger={kind.isInteger} />;
    case 'boolean':
      return <BooleanField {...props} />;
    case 'choice':
      return <ChoiceField {...props} options={kind.options} />;
    case 'choices':
      return <ChoicesField {...props} options={kind.options} />;
    case 'moment':
      return <MomentField {...props} inputType={kind.inputType} />;
    case 'resource':
      return <ResourceField {...props} resourceType={kind.resourceType} />;
    case 'bytes':
      return <BytesField {...props} />;
    case 'list':
      return <ListField {...props} item={kind.item} />;
    case 'object':
      return <NestedField {...props} />;
    case 'variant':
      return <VariantField {...props} variants={kind.variants} />;
    case 'json':
      return <JsonSchemaField {...props} />;
    default:
      return kind satisfies never;
  }
}
