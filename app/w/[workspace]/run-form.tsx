'use client';

import { type ReactNode, useState } from 'react';
import { RunPanel } from '@/components/editor/run-panel';
import { useShortcut } from '@/components/shell/shortcut-provider';
import type { WireJob } from '@/core/job/wire';
import type { Runnable } from '@/core/saved-input/model';
import type { Args, ArgsSchema } from '@/core/schema/model';
import { SavedInputs } from './saved-inputs';
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
  runnable: Runnable;
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
export function RunForm({ workspaceId, runnable, schema, lastArgs, stepsOf, start, isSimple, disabledReason }: Props) {
  const [isPrefilled, setIsPrefilled] = useState(lastArgs !== null && Object.keys(lastArgs).length > 0);
  const options = useFormOptions(workspaceId);
  const { run, jobId, ...form } = useFormRun({ schema, startArgs: lastArgs ?? {}, start, notRun: text.notRun });
  const runUnlessDisabled = () => {
    if (disabledReason === null) void run();
  };
  function fill(args: Args) {
    form.onArgs(args);
    setIsPrefilled(false);
  }
  useShortcut('editor.run', runUnlessDisabled);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {Object.keys(schema.properties ?? {}).length > 0 ? (
        <div className="-mt-1 flex min-h-7 items-center gap-2 text-xs text-muted">
          {isPrefilled ? text.last : null}
          {isPrefilled ? (
            <button
              type="button"
              className="touch-target shrink-0 rounded-sm text-accent hover:underline"
              onClick={() => fill({})}
            >
              {text.fresh}
            </button>
          ) : null}
          <span className="ml-auto shrink-0">
            <SavedInputs {...{ workspaceId, runnable, schema }} args={form.args} onPick={fill} />
          </span>
        </div>
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
