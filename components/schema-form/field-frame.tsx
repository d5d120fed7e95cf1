'use client';

import type { ReactNode } from 'react';
import { Field } from '@/components/ui/field';
import { typeWord } from './field-kind';
import { useFormContext } from './form-context';
import type { SchemaFieldProps } from './schema-field';

export type FieldFrameProps = Pick<SchemaFieldProps, 'name' | 'schema' | 'isRequired' | 'path' | 'isItem'> & {
  /** What is wrong with the typed text itself; comes before the validator's word. */
  ownError?: string | null;
  isGroup?: boolean;
  className?: string;
  children: ReactNode;
};

/** Label, description and problem around a field's control. */
export function FieldFrame(props: FieldFrameProps) {
  const { name, schema, isRequired, path, isItem = false, ownError, isGroup, className, children } = props;
  const { problemAt, touch, disabledReason, isPlain } = useFormContext();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to focus that leaves the control inside
    <div
      className={className}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) touch(path);
      }}
    >
      <Field
        label={schema.title || name}
        isLabelHidden={isItem}
        hint={schema.description}
        aside={isItem || isPlain ? null : typeWord(schema)}
        error={ownError ?? problemAt(path)}
        isRequired={isRequired && !isItem}
        isGroup={isGroup}
        disabledReason={disabledReason}
      >
        {children}
      </Field>
    </div>
  );
}
