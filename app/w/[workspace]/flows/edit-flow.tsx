'use client';

import { useStoredDraft } from '@/app/_client/drafts';
import type { OwnerOption } from '@/components/editor/path-field';
import { draftOf, readStoredDraft } from '@/components/flow-editor/flow-draft';
import { Page } from '@/components/shell/page';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';
import { SkeletonRows } from '@/components/ui/skeleton';
import { flowHrefs, useFlow } from './flow-data';
import { FlowEditor } from './flow-editor';

const text = {
  failed: 'The flow cannot be read.',
  missing: 'There is no such flow',
  missingText: (path: string) => `${path} does not exist, or you may not see it.`,
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
  if (live.error?.status === 404) {
    return (
      <MessagePage
        title={text.missing}
        action={
          <Button asChild>
            <AppLink href={flowHrefs(workspaceId).list}>{text.list}</AppLink>
          </Button>
        }
      >
        {text.missingText(path)}
      </MessagePage>
    );
  }
  const error = live.error ?? stored.error;
  if (error !== null && live.data === undefined) {
    return (
      <Page width="narrow">
        <Banner tone="danger" title={text.failed}>
          {error.message}
        </Banner>
      </Page>
    );
  }
  if (live.data === undefined || stored.isPending) {
    return (
      <Page>
        <SkeletonRows rows={10} />
      </Page>
    );
  }
  const start = draftOf(live.data);
  return (
    <FlowEditor
      workspaceId={workspaceId}
      start={stored.data ? readStoredDraft(stored.data.value, start) : start}
      live={live.data}
      draftPath={path}
      draftAt={stored.data?.updated_at ?? null}
      owners={owners}
    />
  );
}
