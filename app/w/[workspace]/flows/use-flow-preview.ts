'use client';

import { useState } from 'react';
import type { FlowDraft } from '@/components/flow-editor/flow-draft';
import type { FlowCheck } from '@/components/flow-editor/use-flow-check';
import { argsFor } from '@/components/schema-form/args';
import { notifyError } from '@/components/ui/toast';
import type { Args } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import { flowActions, previewBodyOf } from './flow-data';

const text = {
  notRun: 'The flow was not run.',
  broken: 'It has problems that keep it from running. They are listed below the text.',
};

interface Options {
  workspaceId: string;
  draft: FlowDraft;
  check: FlowCheck;
  showPanel: () => void;
}

/** Trying the text out as it is now, with what is in the form. */
export function useFlowPreview({ workspaceId, draft, check, showPanel }: Options) {
  const [args, setArgs] = useState<Args>({});
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const [isStarting, setIsStarting] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const sent = argsFor(check.schema, args);
  const problems = validateArgs(check.schema, sent);

  async function start() {
    if (!check.isRunnable) {
      notifyError(text.notRun, { detail: text.broken });
      return;
    }
    showPanel();
    if (problems.length > 0) {
      setAreProblemsShown(true);
      return;
    }
    setIsStarting(true);
    try {
      setJobId(await flowActions.preview(workspaceId, previewBodyOf(draft.path, check.value, sent)));
    } catch (error) {
      notifyError(text.notRun, { detail: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsStarting(false);
    }
  }
  return {
    args,
    onArgs: setArgs,
    problems,
    areProblemsShown,
    isStarting,
    jobId,
    run: () => {
      if (!isStarting) void start();
    },
  };
}
