'use client';

import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { useAutosave } from '@/app/_client/autosave';
import { dropDraft } from '@/app/_client/drafts';
import type { OwnerOption } from '@/components/editor/path-field';
import { isStarter, languageNamed } from '@/components/script-editor/languages';
import type { ScriptDraft } from '@/components/script-editor/script-draft';
import { useInference } from '@/components/script-editor/use-inference';
import { toRoute } from '@/components/ui/app-link';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { Args } from '@/core/schema/model';
import type { WireScript } from '@/core/script/wire';
import {
  scriptHrefs,
  useFormOptions,
  useGroups,
  useResourceTypeNames,
  useScriptsChanged,
  useStatistics,
} from './script-data';
import { usePreview } from './use-preview';

const text = {
  deployed: (path: string) => `${path} is live.`,
  dropped: 'The draft is thrown away.',
  notDropped: 'The draft was not thrown away.',
};

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
  const router = useRouter();
  const hrefs = scriptHrefs(workspaceId);
  const changed = useScriptsChanged(workspaceId);
  const [typed, setTyped] = useState(begin.start);
  const knowledge = useKnowledge(begin, typed);
  const { inference } = knowledge;
  const draft = { ...typed, schema: inference.schema, schemaContent: inference.content };
  const change = (part: Partial<ScriptDraft>) => setTyped((before) => ({ ...before, ...part }));
  const autosave = useAutosave({
    workspaceId,
    kind: 'script',
    path: draftPath,
    typed,
    value: draft,
    savedAt: begin.draftAt,
    // From now on a reload finds the draft.
    onFirstSave: () => {
      if (live === null) window.history.replaceState(null, '', hrefs.draft(draftPath));
    },
  });
  const preview = usePreview({ workspaceId, draft, startArgs, showPanel: showRun });
  const { failure } = preview;
  const findings = useMemo(
    () => (failure === null ? inference.findings : [...inference.findings, failure]),
    [inference.findings, failure],
  );

  async function finish(path: string, warnings: readonly string[]) {
    autosave.stop();
    if (path !== draftPath) await dropDraft(workspaceId, 'script', draftPath).catch(() => undefined);
    await changed();
    notifySuccess(text.deployed(path), warnings.length === 0 ? {} : { detail: warnings.join(' ') });
    router.push(toRoute(hrefs.view(path)));
  }
  async function discard() {
    try {
      autosave.stop();
      await dropDraft(workspaceId, 'script', draftPath);
      await changed();
      notifySuccess(text.dropped);
      router.push(toRoute(live === null ? hrefs.list : hrefs.view(live.path)));
    } catch (error) {
      notifyError(text.notDropped, { detail: error instanceof Error ? error.message : String(error) });
    }
  }
  function chooseLanguage(language: string) {
    change(isStarter(typed.content) ? { language, content: languageNamed(language).starter } : { language });
  }
  return { ...knowledge, hrefs, draft, change, chooseLanguage, autosave, preview, findings, finish, discard };
}
