'use client';

import { Select } from '@/components/ui/select';
import type { JsonSchema, JsonValue } from '@/core/schema/model';
import { fixedValue, isObject, variantOf, variantStart } from './args';
import { FieldFrame } from './field-frame';
import { ObjectFields } from './object-fields';
import type { SchemaFieldProps } from './schema-field';

const text = { variant: (position: number) => `Variant ${position}`, kind: (name: string) => `Kind of ${name}` };

/** One of several shapes: first which, then its fields. */
export function VariantField({ variants, ...props }: SchemaFieldProps & { variants: JsonSchema[] }) {
  const { name, schema, value, onChange, path } = props;
  const chosen = variantOf(variants, value);
  const variant = variants[chosen];
  return (
    <FieldFrame {...props} isGroup>
      <Select
        aria-label={text.kind(schema.title || name)}
        options={variants.map((candidate, position) => ({
          value: String(position),
          label: variantName(candidate, position),
        }))}
        value={chosen === -1 ? null : String(chosen)}
        onChange={(position) => onChange(variantStart(variants[Number(position)] ?? {}))}
      />
      {variant ? (
        <div className="mt-2 flex flex-col gap-4 border-l-2 border-line py-1 pl-4">
          <ObjectFields
            schema={variant}
            value={isObject(value) ? value : {}}
            onChange={(next: { [key: string]: JsonValue }) => onChange(next)}
            path={path}
            isVariant
          />
        </div>
      ) : null}
    </FieldFrame>
  );
}

function variantName(variant: JsonSchema, position: number): string {
  if (variant.title) return variant.title;
  const fixed = Object.values(variant.properties ?? {}).map(fixedValue);
  const word = fixed.find((value) => typeof value === 'string');
  return typeof word === 'string' ? word : text.variant(position + 1);
}
