'use client';

import { useStoredDraft } from '@/app/_client/drafts';
import type { OwnerOption } from '@/components/editor/path-field';
import { draftOf, readStoredDraft } from '@/components/script-editor/script-draft';
import { useLastInputs } from '../_versioned/item-data';
import { ItemWait, MissingItem } from '../_versioned/item-wait';
import { scriptHrefs, useScript } from './script-data';
import { ScriptEditor } from './script-editor';

const text = {
  failed: 'The script cannot be read.',
  list: 'All scripts',
};

interface Props {
  workspaceId: string;
  path: string;
  owners: readonly OwnerOption[];
}

/** Finds the live version and one's own draft of it, then opens the editor on the draft. */
export function EditScript({ workspaceId, path, owners }: Props) {
  const live = useScript(workspaceId, path);
  const stored = useStoredDraft(workspaceId, 'script', path);
  const inputs = useLastInputs('script', workspaceId, path);
  if (live.error?.status === 404) {
    return <MissingItem noun="script" path={path} list={{ label: text.list, href: scriptHrefs(workspaceId).list }} />;
  }
  if (live.data === undefined || stored.isPending || inputs.isPending) {
    const error = live.data === undefined ? (live.error ?? stored.error) : null;
    return <ItemWait error={error} failed={text.failed} path={path} />;
  }
  const start = draftOf(live.data);
  return (
    <ScriptEditor
      workspaceId={workspaceId}
      start={stored.data ? readStoredDraft(stored.data.value, start) : start}
      live={live.data}
      draftPath={path}
      draftAt={stored.data?.updated_at ?? null}
      startArgs={inputs.data ?? {}}
      owners={owners}
    />
  );
}
