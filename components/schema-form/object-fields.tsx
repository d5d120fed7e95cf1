'use client';

import { plainLabel } from '@/components/ui/plain-label';
import type { JsonSchema, JsonValue } from '@/core/schema/model';
import { childPath, fixedValue, shownValue } from './args';
import { propertyNames } from './field-kind';
import { useFormContext } from './form-context';
import { SchemaField } from './schema-field';

type JsonObject = { [key: string]: JsonValue };

export type ObjectFieldsProps = {
  schema: JsonSchema;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  path: string;
  /** Parts that have only one value are set by choosing the variant, not by the reader. */
  isVariant?: boolean;
};

/** The fields of an object, one under the other. */
export function ObjectFields({ schema, value, onChange, path, isVariant = false }: ObjectFieldsProps) {
  const { isPlain = false } = useFormContext();
  const properties = schema.properties ?? {};
  const names = propertyNames(schema).filter((name) => !isVariant || fixedValue(properties[name] ?? {}) === undefined);
  return names.map((name) => (
    <SchemaField
      key={name}
      name={name}
      schema={isPlain ? titled(name, properties[name] ?? {}) : (properties[name] ?? {})}
      value={shownValue(properties[name] ?? {}, value[name])}
      isRequired={schema.required?.includes(name) ?? false}
      path={childPath(path, name)}
      onChange={(next) => onChange(withPart(value, name, next))}
    />
  ));
}

const titled = (name: string, schema: JsonSchema): JsonSchema =>
  schema.title ? schema : { ...schema, title: plainLabel(name) };

function withPart(value: JsonObject, name: string, next: JsonValue | undefined): JsonObject {
  const { [name]: _before, ...others } = value;
  return next === undefined ? others : { ...others, [name]: next };
}
