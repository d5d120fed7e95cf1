'use client';

import { useState } from 'react';
import { useStoredDraft } from '@/app/_client/drafts';
import type { OwnerOption } from '@/components/editor/path-field';
import { readStoredDraft, textOf } from '@/components/flow-editor/flow-draft';
import { starterNamed } from '@/components/flow-editor/starters';
import { ItemWait } from '../_versioned/item-wait';
import { useFlow } from './flow-data';
import { FlowEditor } from './flow-editor';

const text = { failed: 'What you began with cannot be read.' };

const noArgs = {};

interface Props {
  workspaceId: string;
  draftPath: string | null;
  copyOf: string | null;
  starter: string | null;
  freshPath: string;
  owners: readonly OwnerOption[];
}

/** Finds what a new flow begins with, then opens the editor on it. */
export function NewFlow({ workspaceId, draftPath, copyOf, starter, freshPath, owners }: Props) {
  // The address changes when the draft is first stored; that must not open another editor.
  const [begin] = useState({ draftPath, copyOf, starter, path: draftPath ?? freshPath });
  const stored = useStoredDraft(workspaceId, 'flow', begin.path, begin.draftPath !== null);
  const original = useFlow(workspaceId, begin.copyOf ?? '', { isWanted: begin.copyOf !== null });
  const error = stored.error ?? original.error;
  const isWaiting = (begin.draftPath !== null && stored.isPending) || (begin.copyOf !== null && original.isPending);
  if (error !== null || isWaiting) return <ItemWait error={error} failed={text.failed} path={begin.path} />;
  const beginning = original.data === undefined ? starterNamed(begin.starter) : textOf(original.data);
  const fresh = { path: begin.path, text: beginning, parentId: null };
  return (
    <FlowEditor
      workspaceId={workspaceId}
      start={stored.data ? readStoredDraft(stored.data.value, fresh) : fresh}
      live={null}
      draftPath={begin.path}
      draftAt={stored.data?.updated_at ?? null}
      startArgs={noArgs}
      owners={owners}
    />
  );
}
