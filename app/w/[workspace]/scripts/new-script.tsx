'use client';

import { useState } from 'react';
import { useStoredDraft } from '@/app/_client/drafts';
import type { OwnerOption } from '@/components/editor/path-field';
import { scriptLanguages } from '@/components/script-editor/languages';
import { draftOf, newDraft, readStoredDraft } from '@/components/script-editor/script-draft';
import { ItemWait } from '../_versioned/item-wait';
import { useScript } from './script-data';
import { ScriptEditor } from './script-editor';

const text = { failed: 'What you began with cannot be read.' };
const noArgs = {};

interface Props {
  workspaceId: string;
  draftPath: string | null;
  copyOf: string | null;
  language: string;
  freshPath: string;
  owners: readonly OwnerOption[];
}

/** Finds what a new script begins with, then opens the editor on it. */
export function NewScript({ workspaceId, draftPath, copyOf, language, freshPath, owners }: Props) {
  // The address changes when the draft is first stored; that must not open another editor.
  const [begin] = useState({ draftPath, copyOf, path: draftPath ?? freshPath });
  const stored = useStoredDraft(workspaceId, 'script', begin.path, begin.draftPath !== null);
  const original = useScript(workspaceId, begin.copyOf ?? '', { isWanted: begin.copyOf !== null });
  const error = stored.error ?? original.error;
  const isWaiting = (begin.draftPath !== null && stored.isPending) || (begin.copyOf !== null && original.isPending);
  if (error !== null || isWaiting) return <ItemWait error={error} failed={text.failed} path={begin.path} />;
  const known = scriptLanguages.some(({ id }) => id === language) ? language : 'python3';
  const empty = newDraft(begin.path, known);
  const copied =
    original.data === undefined ? empty : { ...draftOf(original.data), path: begin.path, parentHash: null };
  return (
    <ScriptEditor
      workspaceId={workspaceId}
      start={stored.data ? readStoredDraft(stored.data.value, copied) : copied}
      live={null}
      draftPath={begin.path}
      draftAt={stored.data?.updated_at ?? null}
      startArgs={noArgs}
      owners={owners}
    />
  );
}
