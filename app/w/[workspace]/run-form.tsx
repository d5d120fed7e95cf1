'use client';

import { type ReactNode, useState } from 'react';
import { RunPanel } from '@/components/editor/run-panel';
import { argsFor } from '@/components/schema-form/args';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { notifyError } from '@/components/ui/toast';
import type { WireJob } from '@/core/job/wire';
import type { Args, ArgsSchema } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import { LiveRun } from './scripts/live-run';
import { scriptHrefs, useFormOptions } from './scripts/script-data';

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
  const [args, setArgs] = useState<Args>(lastArgs ?? {});
  const [isPrefilled, setIsPrefilled] = useState(lastArgs !== null && Object.keys(lastArgs).length > 0);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const [isStarting, setIsStarting] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const options = useFormOptions(workspaceId);
  const sent = argsFor(schema, args);
  const problems = validateArgs(schema, sent);

  async function run() {
    if (isStarting || disabledReason !== null) return;
    if (problems.length > 0) {
      setAreProblemsShown(true);
      return;
    }
    setIsStarting(true);
    try {
      setJobId(await start(sent));
    } catch (error) {
      notifyError(text.notRun, { detail: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsStarting(false);
    }
  }
  useShortcut('editor.run', () => void run());
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {isPrefilled ? (
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
          {text.last}
          <button
            type="button"
            className="touch-target rounded-sm text-accent hover:underline"
            onClick={() => {
              setArgs({});
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
        args={args}
        onArgs={setArgs}
        problems={problems}
        areProblemsShown={areProblemsShown}
        isStarting={isStarting}
        onRun={() => void run()}
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
