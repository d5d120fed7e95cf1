'use client';

import { useState } from 'react';
import { argsFor } from '@/components/schema-form/args';
import { RunPanel } from '@/components/script-editor/run-panel';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError } from '@/components/ui/toast';
import type { Args } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import type { WireScript } from '@/core/script/wire';
import { LiveRun } from './live-run';
import { scriptActions, scriptHrefs, useFormOptions, useLastInputs } from './script-data';

const text = {
  notRun: 'The script was not run.',
  last: 'Filled with what you ran it with last.',
  fresh: 'Start afresh',
};

interface Props {
  workspaceId: string;
  script: WireScript;
  isSimple: boolean;
  disabledReason: string | null;
}

/** The form of a deployed script, filled with one's last inputs, and the run that it starts. */
export function RunScript(props: Props) {
  const inputs = useLastInputs(props.workspaceId, props.script.path);
  // A failed look for old inputs is no reason to keep the form away.
  if (inputs.isPending) return <SkeletonRows rows={4} />;
  return <Form {...props} lastArgs={inputs.data ?? null} />;
}

function Form({ workspaceId, script, isSimple, disabledReason, lastArgs }: Props & { lastArgs: Args | null }) {
  const [args, setArgs] = useState<Args>(lastArgs ?? {});
  const [isPrefilled, setIsPrefilled] = useState(lastArgs !== null && Object.keys(lastArgs).length > 0);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const [isStarting, setIsStarting] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const options = useFormOptions(workspaceId);
  const sent = argsFor(script.schema, args);
  const problems = validateArgs(script.schema, sent);

  async function run() {
    if (isStarting || disabledReason !== null) return;
    if (problems.length > 0) {
      setAreProblemsShown(true);
      return;
    }
    setIsStarting(true);
    try {
      setJobId(await scriptActions.run(workspaceId, script.path, sent));
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
        schema={script.schema}
        options={options}
        hrefs={isSimple ? null : scriptHrefs(workspaceId)}
        args={args}
        onArgs={setArgs}
        problems={problems}
        areProblemsShown={areProblemsShown}
        isStarting={isStarting}
        onRun={() => void run()}
        output={jobId === null ? null : <LiveRun key={jobId} workspaceId={workspaceId} id={jobId} />}
        isSimple={isSimple}
        disabledReason={disabledReason}
      />
    </div>
  );
}
