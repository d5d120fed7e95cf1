'use client';

import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import { runTitle } from '@/components/runs/run-words';
import { argsFor } from '@/components/schema-form/args';
import { JsonField } from '@/components/schema-form/json-field';
import { SchemaForm, type SchemaFormProps } from '@/components/schema-form/schema-form';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { WireJob } from '@/core/job/wire';
import type { Args, ArgsSchema, JsonValue } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';

const text = {
  title: (name: string) => `Run ${name} again`,
  hint: 'The same version and settings as this run. Change what should be different.',
  run: 'Run',
  cancel: 'Close',
  arguments: 'Arguments',
  notObject: 'Arguments are an object: {"name": value}.',
  wrong: 'An argument is not right yet.',
};

export type RunAgainDialogProps = Pick<SchemaFormProps, 'resources' | 'variables'> & {
  job: WireJob;
  /** The schema of that version; null when the code has none (a preview), undefined while it is read. */
  schema: ArgsSchema | null | undefined;
  isSimple: boolean;
  /** other words than those of running it again */
  title?: string;
  hint?: string;
  runLabel?: string;
  /** what else can be chosen, below the arguments */
  children?: ReactNode;
  onClose: () => void;
  onRun: (args: Args) => Promise<void>;
};

/** Starts the same code again with arguments that can be changed first. Enter runs it. */
export function RunAgainDialog(props: RunAgainDialogProps) {
  const { job, schema, isSimple, onClose, onRun, resources, variables } = props;
  const formId = useId();
  const runRef = useRef<HTMLButtonElement>(null);
  const [args, setArgs] = useState<Args>(() => argsOf(job.args));
  const [isBusy, setIsBusy] = useState(false);
  const [isTried, setIsTried] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const sent = schema ? argsFor(schema, args) : args;
  const problems = schema ? validateArgs(schema, sent) : [];
  async function run(event: FormEvent) {
    event.preventDefault();
    setIsTried(true);
    // While the schema is still on its way nothing was changed, and the arguments are those that were accepted before.
    if (problems.length > 0 || isBusy) return;
    setIsBusy(true);
    setError(null);
    try {
      await onRun(sent);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setIsBusy(false);
    }
  }
  return (
    <Dialog
      isOpen
      width="md"
      onOpenChange={onClose}
      onOpenAutoFocus={(event) => {
        event.preventDefault();
        runRef.current?.focus();
      }}
      title={props.title ?? text.title(runTitle(job))}
      description={props.hint ?? text.hint}
      footer={
        <>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button
            ref={runRef}
            variant="primary"
            type="submit"
            form={formId}
            isLoading={isBusy}
            disabledReason={isTried && problems.length > 0 ? text.wrong : null}
          >
            {props.runLabel ?? text.run}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={run} noValidate className="flex flex-col gap-5">
        {schema === undefined ? <SkeletonRows rows={2} /> : null}
        {schema === null ? (
          <JsonField
            label={text.arguments}
            value={args}
            onChange={(next) => next !== undefined && isArgs(next) && setArgs(next)}
            refuse={(next) => (isArgs(next) ? null : text.notObject)}
          />
        ) : null}
        {schema ? (
          <SchemaForm
            resources={resources}
            variables={variables}
            schema={schema}
            value={args}
            onChange={setArgs}
            problems={problems}
            areAllProblemsShown={isTried}
            label={text.arguments}
            isSimple={isSimple}
          />
        ) : null}
        {props.children}
        {error ? (
          <p role="alert" className="mt-3 text-sm text-danger">
            {error}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

const isArgs = (value: JsonValue): value is Args =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The arguments of a finished job came as JSON from our own API. */
function argsOf(value: unknown): Args {
  const parsed: JsonValue = JSON.parse(JSON.stringify(value ?? {}));
  return isArgs(parsed) ? parsed : {};
}
