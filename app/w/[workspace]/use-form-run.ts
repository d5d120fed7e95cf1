'use client';

import { useState } from 'react';
import { argsFor } from '@/components/schema-form/args';
import { notifyError } from '@/components/ui/toast';
import { useFirstProblem } from '@/components/ui/use-first-problem';
import type { Args, ArgsSchema } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';

interface Options {
  schema: ArgsSchema;
  startArgs: Args;
  /** starts the run with what is in the form; answers the job's id */
  start: (args: Args) => Promise<string>;
  /** 'The script was not run.' */
  notRun: string;
}

/** A form and the run that it starts: what is typed, what is wrong with it, and the job once there is one. */
export function useFormRun({ schema, startArgs, start, notRun }: Options) {
  const [args, setArgs] = useState<Args>(startArgs);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const showFirst = useFirstProblem();
  const [isStarting, setIsStarting] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const sent = argsFor(schema, args);
  const problems = validateArgs(schema, sent);

  async function run() {
    if (isStarting) return;
    if (problems.length > 0) {
      setAreProblemsShown(true);
      showFirst();
      return;
    }
    setIsStarting(true);
    try {
      setJobId(await start(sent));
    } catch (error) {
      notifyError(notRun, { detail: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsStarting(false);
    }
  }
  return { args, onArgs: setArgs, problems, areProblemsShown, isStarting, jobId, run };
}
