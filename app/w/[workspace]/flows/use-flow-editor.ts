'use client';

import { useMemo, useState } from 'react';
import type { OwnerOption } from '@/components/editor/path-field';
import { completeFlow, type FlowKnowledge } from '@/components/flow-editor/completion';
import type { FlowDraft } from '@/components/flow-editor/flow-draft';
import type { Library } from '@/components/flow-editor/use-flow-check';
import { useFlowCheck } from '@/components/flow-editor/use-flow-check';
import { flattened, type OutlineStep } from '@/components/flow-view/outline';
import type { Parameter } from '@/core/flow/binding/parameters';
import type { WireFlow } from '@/core/flow/wire';
import type { Args } from '@/core/schema/model';
import { useItemDraft } from '../_versioned/use-item-draft';
import { flowHrefs } from './flow-data';
import { useFlowPreview } from './use-flow-preview';
import { useParameters, useWorkspaceNames } from './use-library';

export interface FlowEditorStart {
  readonly workspaceId: string;
  readonly start: FlowDraft;
  /** what is live at the path; null for a new flow */
  readonly live: WireFlow | null;
  /** the key under which the draft is kept, whatever its path becomes */
  readonly draftPath: string;
  /** when the draft was stored, if `start` is one; ISO 8601 */
  readonly draftAt: string | null;
  /** what one ran it with last */
  readonly startArgs: Args;
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
  const hrefs = flowHrefs(workspaceId);
  const [draft, setDraft] = useState(begin.start);
  const { check, known } = useChecked(workspaceId, draft.text);
  const change = (part: Partial<FlowDraft>) => setDraft((before) => ({ ...before, ...part }));
  const kept = useItemDraft({
    workspaceId,
    noun: 'flow',
    draftPath,
    draftAt: begin.draftAt,
    livePath: live?.path ?? null,
    typed: draft,
    value: draft,
  });
  const preview = useFlowPreview({ workspaceId, draft, check, startArgs: begin.startArgs, showPanel: showRun });

  const completeAt = (typed: string, offset: number) => completeFlow(typed, offset, known);
  return { hrefs, draft, change, check, completeAt, preview, ...kept };
}
