'use client';

import { Braces, ListChecks } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import type { Args, ArgsProblem, JsonSchema } from '@/core/schema/model';
import { argsFor, isObject } from './args';
import { propertyNames } from './field-kind';
import { type FormContext, FormContextProvider } from './form-context';
import { JsonField } from './json-field';
import { ObjectFields } from './object-fields';

const text = {
  asJson: 'As JSON',
  asForm: 'As form',
  none: 'It takes no arguments.',
  raw: 'All arguments',
  notObject: 'Arguments are an object: {"name": value}.',
};

export type SchemaFormProps = Pick<FormContext, 'newResourceHref' | 'newVariableHref' | 'disabledReason'> & {
  schema: JsonSchema;
  /** What was typed, also for arguments that the schema does not have at present. Send argsFor(schema, value). */
  value: Args;
  onChange: (value: Args) => void;
  /** From the validator of core/schema. Shown at a field once it was left, or all at once. */
  problems?: readonly ArgsProblem[];
  areAllProblemsShown?: boolean;
  resources?: readonly FormContext['resources'][number][];
  variables?: readonly FormContext['variables'][number][];
  /** Names the group of fields for screen readers. */
  label: string;
  /** No switch between form and JSON, and names as people write them: for operators. */
  isSimple?: boolean;
  className?: string;
};

/** A form for a JSON Schema. It follows the schema as it changes and keeps what was typed. */
export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, onChange, label, isSimple = false, className } = props;
  const [isRaw, setIsRaw] = useState(false);
  const context = useContextValue(props);
  const isEmpty = propertyNames(schema).length === 0;
  return (
    <FormContextProvider value={context}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out freely and needs a legend in sight */}
      <div role="group" aria-label={label} className={cx('flex min-w-0 flex-col gap-4', className)}>
        {isRaw ? (
          <JsonField
            label={text.raw}
            value={argsFor(schema, value)}
            onChange={(next) => next !== undefined && isObject(next) && onChange({ ...value, ...next })}
            refuse={(next) => (isObject(next) ? null : text.notObject)}
          />
        ) : (
          <ObjectFields schema={schema} value={value} onChange={onChange} path="" />
        )}
        {isEmpty && !isRaw ? <p className="text-sm text-muted">{text.none}</p> : null}
        {isSimple || (isEmpty && !isRaw) ? null : (
          <Button
            size="sm"
            variant="ghost"
            icon={isRaw ? <ListChecks /> : <Braces />}
            onClick={() => setIsRaw(!isRaw)}
            className="-ml-2 self-start"
          >
            {isRaw ? text.asForm : text.asJson}
          </Button>
        )}
      </div>
    </FormContextProvider>
  );
}

const nothing: never[] = [];

function useContextValue(props: SchemaFormProps): FormContext {
  const { resources = nothing, variables = nothing, newResourceHref, newVariableHref, disabledReason } = props;
  const { problems = nothing, areAllProblemsShown = false, isSimple: isPlain = false } = props;
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const messages = new Map(problems.map((problem) => [problem.path, problem.message]));
    return {
      resources,
      variables,
      newResourceHref,
      newVariableHref,
      disabledReason,
      isPlain,
      problemAt: (path) => (areAllProblemsShown || touched.has(path) ? (messages.get(path) ?? null) : null),
      touch: (path) => setTouched((before) => (before.has(path) ? before : new Set(before).add(path))),
    };
  }, [
    resources,
    variables,
    newResourceHref,
    newVariableHref,
    disabledReason,
    isPlain,
    problems,
    areAllProblemsShown,
    touched,
  ]);
}
