'use client';

import { isObject } from './args';
import { FieldFrame } from './field-frame';
import { ObjectFields } from './object-fields';
import type { SchemaFieldProps } from './schema-field';

/** An object inside the form: its fields, set off by a line. */
export function NestedField(props: SchemaFieldProps) {
  const { schema, value, onChange, path, name, isItem } = props;
  const fields = <ObjectFields schema={schema} value={isObject(value) ? value : {}} onChange={onChange} path={path} />;
  if (isItem) return fields;
  return (
    <FieldFrame {...props} isGroup>
      {/* biome-ignore lint/a11y/useSemanticElements: the frame's label names it; a legend would say it twice */}
      <div
        role="group"
        aria-label={schema.title || name}
        className="flex flex-col gap-4 border-l-2 border-line py-1 pl-4"
      >
        {fields}
      </div>
    </FieldFrame>
  );
}
