'use client';

import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { SchemaForm, type SchemaFormProps } from '@/components/schema-form/schema-form';
import { keysOf } from '@/components/shell/shortcuts';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import type { Args, ArgsProblem, ArgsSchema } from '@/core/schema/model';

const text = {
  form: 'Arguments',
  run: 'Run',
  unreadable: 'The arguments cannot be read at present.',
};

export type RunPanelProps = {
  schema: ArgsSchema;
  /** why the signature cannot be read */
  problem?: string | null;
  mismatches?: readonly string[];
  options: Pick<SchemaFormProps, 'resources' | 'variables'>;
  /** where what is missing can be made; null: the reader may not */
  hrefs: { newResource: (type: string) => string; newVariable: string } | null;
  args: Args;
  onArgs: (args: Args) => void;
  problems: readonly ArgsProblem[];
  areProblemsShown: boolean;
  isStarting: boolean;
  /** null: the button is elsewhere on the page */
  onRun: (() => void) | null;
  /** the run that was started last */
  output: ReactNode;
  isSimple?: boolean;
  disabledReason?: string | null;
};

/** The form that a script's signature makes, the button that runs it, and what came out. */
export function RunPanel(props: RunPanelProps) {
  const { schema, problem = null, mismatches = [], options, hrefs, output, disabledReason = null } = props;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <div className="flex min-w-0 flex-col gap-5">
        {problem === null ? null : (
          <Banner tone="warning" title={text.unreadable}>
            {problem}
          </Banner>
        )}
        {mismatches.map((sentence) => (
          <Banner key={sentence} tone="warning">
            {sentence}
          </Banner>
        ))}
        <SchemaForm
          schema={schema}
          value={props.args}
          onChange={props.onArgs}
          problems={props.problems}
          areAllProblemsShown={props.areProblemsShown}
          resources={options.resources}
          variables={options.variables}
          {...(hrefs === null ? {} : { newResourceHref: hrefs.newResource, newVariableHref: hrefs.newVariable })}
          label={text.form}
          isSimple={props.isSimple ?? false}
        />
        {props.onRun === null ? null : (
          <Button
            variant="primary"
            icon={<Play />}
            keys={keysOf('editor.run')}
            isLoading={props.isStarting}
            disabledReason={disabledReason}
            onClick={props.onRun}
            className="self-start"
          >
            {text.run}
          </Button>
        )}
      </div>
      {output}
    </div>
  );
}
