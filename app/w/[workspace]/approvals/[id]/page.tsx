import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/_session/gate';
import { ApprovalPage } from '@/app/(approve)/approval-page';
import { Page } from '@/components/shell/page';
import { AppLink } from '@/components/ui/app-link';
import { viewApproval } from '@/core/approval/queries';
import { FantailError } from '@/core/errors';

export const metadata: Metadata = { title: 'Approval' };

const text = { back: 'Approvals' };

/** A question from the inbox. Opening the page changes nothing. */
export default async function ApprovalInShell({ params }: { params: Promise<{ workspace: string; id: string }> }) {
  const { workspace, id } = await params;
  const actor = await requireActor(workspace, 'approval:read');
  const view = await viewApproval(actor.workspaceId, id, { actor, hasLink: false, name: null }).catch(
    (error: unknown) => {
      if (error instanceof FantailError && error.code === 'not_found') notFound();
      throw error;
    },
  );
  if (view === null) notFound();
  const base = `/w/${encodeURIComponent(actor.workspaceId)}/approvals`;
  return (
    <Page width="narrow" className="flex min-h-full max-w-xl flex-col">
      <nav className="mb-3 -ml-1 text-xs">
        <AppLink
          href={base}
          className="inline-flex min-h-6 items-center rounded-sm px-1 text-muted hover:text-text coarse:min-h-11"
        >
          {text.back}
        </AppLink>
      </nav>
      <ApprovalPage initial={view} access={{}} username={actor.username} here={`${base}/${view.id}`} surface="inbox" />
    </Page>
  );
}
