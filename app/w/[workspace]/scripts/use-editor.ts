'use client';

import { useMemo, useState } from 'react';
import type { OwnerOption } from '@/components/editor/path-field';
import { isStarter, languageNamed } from '@/components/script-editor/languages';
import type { ScriptDraft } from '@/components/script-editor/script-draft';
import { useInference } from '@/components/script-editor/use-inference';
import type { Args } from '@/core/schema/model';
import type { WireScript } from '@/core/script/wire';
import { useItemDraft } from '../_versioned/use-item-draft';
import { scriptHrefs, useFormOptions, useGroups, useResourceTypeNames, useStatistics } from './script-data';
import { usePreview } from './use-preview';

export interface EditorStart {
  readonly workspaceId: string;
  readonly start: ScriptDraft;
  /** what is live at the path; null for a new script */
  readonly live: WireScript | null;
  /** the key under which the draft is kept, whatever its path becomes */
  readonly draftPath: string;
  /** when the draft was stored, if `start` is one; ISO 8601 */
  readonly draftAt: string | null;
  readonly startArgs: Args;
  readonly owners: readonly OwnerOption[];
}

/** What the workspace offers to a script, and what its code says: groups, variables, types, the form, remarks. */
function useKnowledge({ workspaceId, start, live }: EditorStart, draft: ScriptDraft) {
  const options = useFormOptions(workspaceId);
  const groups = useGroups(workspaceId);
  const statistics = useStatistics(workspaceId, live?.path ?? null);
  const resourceTypes = useResourceTypeNames(workspaceId);
  const stored = useMemo(() => ({ schema: start.schema, content: start.schemaContent }), [start]);
  const knownGroups = useMemo(() => groups?.map(({ name }) => name), [groups]);
  const variableNames = useMemo(
    () => (options.areVariablesKnown ? options.variables.map(({ path }) => path) : undefined),
    [options],
  );
  const { language, content, tag } = draft;
  const inference = useInference({ language, content, tag, stored, knownGroups, variableNames, resourceTypes });
  return { options, groups, statistics, inference };
}

/** Everything behind the editor's page: the draft, where it is stored, its try-outs, and how it ends. */
export function useEditor(begin: EditorStart, showRun: () => void) {
  const { workspaceId, live, draftPath, startArgs } = begin;
  const hrefs = scriptHrefs(workspaceId);
  const [typed, setTyped] = useState(begin.start);
  const knowledge = useKnowledge(begin, typed);
  const { inference } = knowledge;
  const draft = { ...typed, schema: inference.schema, schemaContent: inference.content };
  const change = (part: Partial<ScriptDraft>) => setTyped((before) => ({ ...before, ...part }));
  const kept = useItemDraft({
    workspaceId,
    noun: 'script',
    draftPath,
    draftAt: begin.draftAt,
    livePath: live?.path ?? null,
    typed,
    value: draft,
  });
  const preview = usePreview({ workspaceId, draft, startArgs, showPanel: showRun });
  const { failure } = preview;
  const findings = useMemo(
    () => (failure === null ? inference.findings : [...inference.findings, failure]),
    [inference.findings, failure],
  );

  function chooseLanguage(language: string) {
    change(isStarter(typed.content) ? { language, content: languageNamed(language).starter } : { language });
  }
  return { ...knowledge, hrefs, draft, change, chooseLanguage, preview, findings, ...kept };
}
