'use client';

import { Eye } from 'lucide-react';
import { useId, useState } from 'react';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { argsFor } from '@/components/schema-form/args';
import { SchemaForm, type SchemaFormProps } from '@/components/schema-form/schema-form';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import type { Args, ArgsProblem, ArgsSchema, JsonValue } from '@/core/schema/model';

const text = {
  fields: 'Connection',
  json: 'Value',
  jsonHint: 'Any JSON.',
  wrong: (why: string) => `This is not JSON yet: ${why}`,
  hidden: 'The value is hidden.',
  hiddenText: 'Showing it is noted in the audit.',
  reveal: 'Show and change',
};

export type ValueEditorProps = {
  /** null: a type of which nothing is known */
  schema: ArgsSchema | null;
  value: JsonValue;
  onChange: (value: JsonValue) => void;
  /** what was typed is no JSON; null once it is */
  onBroken: (why: string | null) => void;
  problems: readonly ArgsProblem[];
  areProblemsShown: boolean;
  options: Pick<SchemaFormProps, 'resources' | 'variables' | 'newVariableHref'>;
};

const isArgs = (value: JsonValue): value is Args =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A resource's value: a form where its type says what it consists of, JSON where it does not. */
export function ValueEditor({
  schema,
  value,
  onChange,
  onBroken,
  problems,
  areProblemsShown,
  options,
}: ValueEditorProps) {
  const isForm = schema !== null && Object.keys(schema.properties).length > 0 && (value === null || isArgs(value));
  if (!isForm || schema === null) return <JsonText value={value} onChange={onChange} onBroken={onBroken} />;
  return (
    <SchemaForm
      schema={schema}
      value={value === null ? {} : value}
      onChange={onChange}
      problems={problems}
      areAllProblemsShown={areProblemsShown}
      label={text.fields}
      {...options}
    />
  );
}

/** What is sent for a form's value: defaults filled in, keys that the type does not know kept. */
export function completeValue(schema: ArgsSchema | null, value: JsonValue): JsonValue {
  if (schema === null || (value !== null && !isArgs(value))) return value;
  const typed = value ?? {};
  const known = argsFor(schema, typed);
  const others = Object.entries(typed).filter(([key]) => !Object.hasOwn(schema.properties, key));
  return { ...known, ...Object.fromEntries(others) };
}

function JsonText({ value, onChange, onBroken }: Pick<ValueEditorProps, 'value' | 'onChange' | 'onBroken'>) {
  const id = useId();
  const [typed, setTyped] = useState(() => JSON.stringify(value ?? {}, null, 2));
  const [problem, setProblem] = useState<string | null>(null);
  function take(next: string) {
    setTyped(next);
    try {
      const parsed: JsonValue = JSON.parse(next);
      setProblem(null);
      onBroken(null);
      onChange(parsed);
    } catch (error) {
      const why = text.wrong(error instanceof Error ? error.message : '');
      setProblem(why);
      onBroken(why);
    }
  }
  return (
    <Field label={text.json} hint={text.jsonHint} error={problem} id={id} isGroup>
      <LazyCodeEditor value={typed} onChange={take} language="json" label={text.json} height="grow" isFramed />
    </Field>
  );
}

/** Stands where a value is that was not asked for yet. */
export function HiddenValue({ onReveal, isLoading }: { onReveal: () => void; isLoading: boolean }) {
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-dashed border-line-strong px-4 py-3 text-sm">
      <span className="min-w-0 flex-1">
        {text.hidden} <span className="text-muted">{text.hiddenText}</span>
      </span>
      <Button icon={<Eye />} isLoading={isLoading} onClick={onReveal}>
        {text.reveal}
      </Button>
    </div>
  );
}
