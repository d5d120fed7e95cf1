'use client';

import { type ReactNode, useState } from 'react';
import { RunPanel } from '@/components/editor/run-panel';
import { useShortcut } from '@/components/shell/shortcut-provider';
import type { WireJob } from '@/core/job/wire';
import type { Args, ArgsSchema } from '@/core/schema/model';
import { LiveRun } from './scripts/live-run';
import { scriptHrefs, useFormOptions } from './scripts/script-data';
import { useFormRun } from './use-form-run';

const text = {
  notRun: 'It was not run.',
  last: 'Filled with what you ran it with last.',
  fresh: 'Start afresh',
};

interface Props {
  workspaceId: string;
  schema: ArgsSchema;
  /** what one ran it with last; null when one never did */
  lastArgs: Args | null;
  /** the steps of what was started, when it has some */
  stepsOf?: (job: WireJob) => ReactNode;
  /** starts it; answers the job's id */
  start: (args: Args) => Promise<string>;
  isSimple: boolean;
  disabledReason: string | null;
}

/** The form of what is deployed, filled with one's last inputs, and the run that it starts. */
export function RunForm({ workspaceId, schema, lastArgs, stepsOf, start, isSimple, disabledReason }: Props) {
  const [isPrefilled, setIsPrefilled] = useState(lastArgs !== null && Object.keys(lastArgs).length > 0);
  const options = useFormOptions(workspaceId);
  const { run, jobId, ...form } = useFormRun({ schema, startArgs: lastArgs ?? {}, start, notRun: text.notRun });
  const runUnlessDisabled = () => {
    if (disabledReason === null) void run();
  };
  useShortcut('editor.run', runUnlessDisabled);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {isPrefilled ? (
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
          {text.last}
          <button
            type="button"
            className="touch-target rounded-sm text-accent hover:underline"
            onClick={() => {
              form.onArgs({});
              setIsPrefilled(false);
            }}
          >
            {text.fresh}
          </button>
        </p>
      ) : null}
      <RunPanel
        schema={schema}
        options={options}
        hrefs={isSimple ? null : scriptHrefs(workspaceId)}
        {...form}
        onRun={runUnlessDisabled}
        output={
          jobId === null ? null : (
            <LiveRun key={jobId} workspaceId={workspaceId} id={jobId} {...(stepsOf ? { stepsOf } : {})} />
          )
        }
        isSimple={isSimple}
        disabledReason={disabledReason}
      />
    </div>
  );
}
