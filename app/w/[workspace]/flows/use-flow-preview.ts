'use client';

import type { FlowDraft } from '@/components/flow-editor/flow-draft';
import type { FlowCheck } from '@/components/flow-editor/use-flow-check';
import { notifyError } from '@/components/ui/toast';
import type { Args } from '@/core/schema/model';
import { useFormRun } from '../use-form-run';
import { flowActions, previewBodyOf } from './flow-data';

const text = {
  notRun: 'The flow was not run.',
  broken: 'It has problems that keep it from running. They are listed below the text.',
};

interface Options {
  workspaceId: string;
  draft: FlowDraft;
  check: FlowCheck;
  startArgs: Args;
  showPanel: () => void;
}

/** Trying the text out as it is now, with what is in the form. */
export function useFlowPreview({ workspaceId, draft, check, startArgs, showPanel }: Options) {
  const form = useFormRun({
    schema: check.schema,
    startArgs,
    start: (args) => flowActions.preview(workspaceId, previewBodyOf(draft.path, check.value, args)),
    notRun: text.notRun,
  });
  return {
    ...form,
    run: () => {
      if (!check.isRunnable) {
        notifyError(text.notRun, { detail: text.broken });
        return;
      }
      showPanel();
      void form.run();
    },
  };
}
