'use client';

import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { useAutosave } from '@/app/_client/autosave';
import { dropDraft } from '@/app/_client/drafts';
import type { OwnerOption } from '@/components/editor/path-field';
import { completeFlow, type FlowKnowledge } from '@/components/flow-editor/completion';
import type { FlowDraft } from '@/components/flow-editor/flow-draft';
import type { Library } from '@/components/flow-editor/use-flow-check';
import { useFlowCheck } from '@/components/flow-editor/use-flow-check';
import { flattened, type OutlineStep } from '@/components/flow-view/outline';
import { toRoute } from '@/components/ui/app-link';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { Parameter } from '@/core/flow/binding/parameters';
import type { WireFlow } from '@/core/flow/wire';
import { flowHrefs, useFlowsChanged } from './flow-data';
import { useFlowPreview } from './use-flow-preview';
import { useParameters, useWorkspaceNames } from './use-library';

const text = {
  deployed: (path: string) => `${path} is live.`,
  dropped: 'The draft is thrown away.',
  notDropped: 'The draft was not thrown away.',
};

export interface FlowEditorStart {
  readonly workspaceId: string;
  readonly start: FlowDraft;
  /** what is live at the path; null for a new flow */
  readonly live: WireFlow | null;
  /** the key under which the draft is kept, whatever its path becomes */
  readonly draftPath: string;
  /** when the draft was stored, if `start` is one; ISO 8601 */
  readonly draftAt: string | null;
  readonly owners: readonly OwnerOption[];
}

const noTargets: readonly NonNullable<OutlineStep['target']>[] = [];

/** The text checked against what the workspace has; what it names is looked up as it is typed. */
function useChecked(workspaceId: string, typed: string) {
  const names = useWorkspaceNames(workspaceId);
  const [targets, setTargets] = useState(noTargets);
  const parameters: ReadonlyMap<string, readonly Parameter[]> = useParameters(workspaceId, targets);
  const library = useMemo<Library>(
    () => ({
      scripts: names.scripts === undefined ? null : new Set(names.scripts.map(({ path }) => path)),
      flows: names.flows === undefined ? null : new Set(names.flows.map(({ path }) => path)),
      parameters,
      variableNames: names.variableNames,
      groups: names.workerGroups,
    }),
    [names, parameters],
  );
  const check = useFlowCheck(typed, library);
  const [seen, setSeen] = useState(check.outline);
  if (seen !== check.outline) {
    setSeen(check.outline);
    setTargets(flattened(check.outline).flatMap(({ target }) => target ?? []));
  }
  const known = useMemo<FlowKnowledge>(
    () => ({
      ...names.knowledge,
      moduleIds: flattened(check.outline).map(({ id }) => id),
      inputNames: Object.keys(check.schema.properties),
    }),
    [names, check],
  );
  return { check, known };
}

/** Everything behind the editor's page: the draft, where it is stored, its try-outs, and how it ends. */
export function useFlowEditor(begin: FlowEditorStart, showRun: () => void) {
  const { workspaceId, live, draftPath } = begin;
  const router = useRouter();
  const hrefs = flowHrefs(workspaceId);
  const changed = useFlowsChanged(workspaceId);
  const [draft, setDraft] = useState(begin.start);
  const { check, known } = useChecked(workspaceId, draft.text);
  const change = (part: Partial<FlowDraft>) => setDraft((before) => ({ ...before, ...part }));
  const autosave = useAutosave({
    workspaceId,
    kind: 'flow',
    path: draftPath,
    typed: draft,
    value: draft,
    savedAt: begin.draftAt,
    // From now on a reload finds the draft.
    onFirstSave: () => {
      if (live === null) window.history.replaceState(null, '', hrefs.draft(draftPath));
    },
  });
  const preview = useFlowPreview({ workspaceId, draft, check, showPanel: showRun });

  async function finish(path: string, warnings: readonly string[]) {
    autosave.stop();
    if (path !== draftPath) await dropDraft(workspaceId, 'flow', draftPath).catch(() => undefined);
    await changed();
    notifySuccess(text.deployed(path), warnings.length === 0 ? {} : { detail: warnings.join(' ') });
    router.push(toRoute(hrefs.view(path)));
  }
  async function discard() {
    try {
      autosave.stop();
      await dropDraft(workspaceId, 'flow', draftPath);
      await changed();
      notifySuccess(text.dropped);
      router.push(toRoute(live === null ? hrefs.list : hrefs.view(live.path)));
    } catch (error) {
      notifyError(text.notDropped, { detail: error instanceof Error ? error.message : String(error) });
    }
  }
  const completeAt = (typed: string, offset: number) => completeFlow(typed, offset, known);
  return { hrefs, draft, change, check, completeAt, autosave, preview, finish, discard };
}
