import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { NO_OBJECT } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { FlowsPage } from './flows-page';

export const metadata: Metadata = { title: 'Flows' };

/** The flows one may see. */
export default async function Flows({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'flow:read');
  return (
    <FlowsPage
      workspaceId={actor.workspaceId}
      mayWrite={can(actor, 'flow:write', NO_OBJECT).isAllowed}
      isAdmin={actor.role === 'admin'}
    />
  );
}
