'use client';

import { useState } from 'react';
import type { Finding } from '@/components/editor/findings-list';
import { argsFor } from '@/components/schema-form/args';
import type { ScriptDraft } from '@/components/script-editor/script-draft';
import { runtimeFinding } from '@/components/script-editor/traceback';
import { notifyError } from '@/components/ui/toast';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import { scriptActions } from './script-data';

const text = { notRun: 'The script was not run.' };

interface PreviewOptions {
  workspaceId: string;
  draft: ScriptDraft;
  startArgs: Args;
  showPanel: () => void;
}

/** Trying the code out as it is now, with what is in the form. */
export function usePreview({ workspaceId, draft, startArgs, showPanel }: PreviewOptions) {
  const [args, setArgs] = useState<Args>(startArgs);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const [isStarting, setIsStarting] = useState(false);
  const [started, setStarted] = useState<{ id: string; content: string } | null>(null);
  const [failure, setFailure] = useState<Finding | null>(null);
  const sent = argsFor(draft.schema, args);
  const problems = validateArgs(draft.schema, sent);

  async function start() {
    showPanel();
    if (problems.length > 0) {
      setAreProblemsShown(true);
      return;
    }
    setIsStarting(true);
    try {
      const { content, language, path, tag, timeoutS } = draft;
      const body = { content, language, path, args: sent, ...(tag === null ? {} : { tag }) };
      const id = await scriptActions.preview(workspaceId, body, timeoutS);
      setFailure(null);
      setStarted({ id, content });
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
    run: () => {
      if (!isStarting) void start();
    },
    jobId: started?.id ?? null,
    /** where the last try-out failed, for as long as the code is still the one that failed */
    failure: started?.content === draft.content ? failure : null,
    onEnded: (job: WireJob) => setFailure(runtimeFinding(job)),
  };
}
