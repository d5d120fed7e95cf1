'use client';

import { useState } from 'react';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { Field, useControlProps } from '@/components/ui/field';
import type { JsonValue } from '@/core/schema/model';
import { FieldFrame } from './field-frame';
import { useFormContext } from './form-context';
import { parseJsonText } from './json-text';
import type { SchemaFieldProps } from './schema-field';

/** A value of any shape, typed as JSON. */
export function JsonSchemaField(props: SchemaFieldProps) {
  const draft = useJsonDraft(props.value, props.onChange);
  return (
    <FieldFrame {...props} isGroup ownError={draft.error}>
      <JsonEditor label={props.schema.title || props.name} draft={draft} />
    </FieldFrame>
  );
}

export type JsonFieldProps = {
  label: string;
  value: JsonValue | undefined;
  onChange: (value: JsonValue | undefined) => void;
  /** A sentence for JSON that is not wanted here. */
  refuse?: (value: JsonValue) => string | null;
};

/** The same outside a schema. */
export function JsonField({ label, value, onChange, refuse }: JsonFieldProps) {
  const draft = useJsonDraft(value, onChange, refuse);
  return (
    <Field label={label} isGroup error={draft.error}>
      <JsonEditor label={label} draft={draft} />
    </Field>
  );
}

type Draft = { typed: string; error: string | null; write: (typed: string) => void };

function JsonEditor({ label, draft }: { label: string; draft: Draft }) {
  const { disabledReason } = useFormContext();
  const control = useControlProps();
  return (
    <LazyCodeEditor
      value={draft.typed}
      onChange={draft.write}
      language="json"
      label={label}
      height="grow"
      isFramed
      isReadOnly={Boolean(disabledReason)}
      aria-describedby={control['aria-describedby']}
    />
  );
}

/** Keeps the text as typed while it means the value, so that spaces and half a bracket survive. */
function useJsonDraft(
  value: JsonValue | undefined,
  onChange: (value: JsonValue | undefined) => void,
  refuse?: (value: JsonValue) => string | null,
): Draft {
  const [draft, setDraft] = useState<{ typed: string; error: string | null; meaning: string | undefined } | null>(null);
  const meaning = value === undefined ? undefined : JSON.stringify(value);
  const isCurrent = draft !== null && (draft.error !== null || draft.meaning === meaning);
  return {
    typed: isCurrent ? draft.typed : value === undefined ? '' : JSON.stringify(value, null, 2),
    error: isCurrent ? draft.error : null,
    write: (typed) => {
      const parsed = parseJsonText(typed);
      const refusal = 'value' in parsed && parsed.value !== undefined ? (refuse?.(parsed.value) ?? null) : null;
      const error = 'error' in parsed ? parsed.error : refusal;
      const next = 'value' in parsed ? parsed.value : undefined;
      setDraft({ typed, error, meaning: next === undefined ? undefined : JSON.stringify(next) });
      if (error === null) onChange(next);
    },
  };
}
