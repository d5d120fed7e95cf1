'use client';

import { useStoredDraft } from '@/app/_client/drafts';
import type { OwnerOption } from '@/components/editor/path-field';
import { draftOf, readStoredDraft } from '@/components/flow-editor/flow-draft';
import { useLastInputs } from '../_versioned/item-data';
import { ItemWait, MissingItem } from '../_versioned/item-wait';
import { flowHrefs, useFlow } from './flow-data';
import { FlowEditor } from './flow-editor';

const text = {
  failed: 'The flow cannot be read.',
  list: 'All flows',
};

interface Props {
  workspaceId: string;
  path: string;
  owners: readonly OwnerOption[];
}

/** Finds the live version and one's own draft of it, then opens the editor on the draft. */
export function EditFlow({ workspaceId, path, owners }: Props) {
  const live = useFlow(workspaceId, path);
  const stored = useStoredDraft(workspaceId, 'flow', path);
  const inputs = useLastInputs('flow', workspaceId, path);
  if (live.error?.status === 404) {
    return <MissingItem noun="flow" path={path} list={{ label: text.list, href: flowHrefs(workspaceId).list }} />;
  }
  if (live.data === undefined || stored.isPending || inputs.isPending) {
    const error = live.data === undefined ? (live.error ?? stored.error) : null;
    return <ItemWait error={error} failed={text.failed} path={path} />;
  }
  const start = draftOf(live.data);
  return (
    <FlowEditor
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
