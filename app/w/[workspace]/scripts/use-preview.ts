'use client';

import { useState } from 'react';
import type { Finding } from '@/components/editor/findings-list';
import type { ScriptDraft } from '@/components/script-editor/script-draft';
import { runtimeFinding } from '@/components/script-editor/traceback';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
import { useFormRun } from '../use-form-run';
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
  const [ranContent, setRanContent] = useState<string | null>(null);
  const [failure, setFailure] = useState<Finding | null>(null);
  const form = useFormRun({ schema: draft.schema, startArgs, start, notRun: text.notRun });

  async function start(args: Args) {
    const { content, language, path, tag, timeoutS } = draft;
    const body = { content, language, path, args, ...(tag === null ? {} : { tag }) };
    const id = await scriptActions.preview(workspaceId, body, timeoutS);
    setFailure(null);
    setRanContent(content);
    return id;
  }
  return {
    ...form,
    run: () => {
      showPanel();
      void form.run();
    },
    /** where the last try-out failed, for as long as the code is still the one that failed */
    failure: ranContent === draft.content ? failure : null,
    onEnded: (job: WireJob) => setFailure(runtimeFinding(job)),
  };
}
