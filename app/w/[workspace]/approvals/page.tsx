import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { ApprovalsPage } from './approvals-page';

export const metadata: Metadata = { title: 'Approvals' };

export default async function Approvals({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'approval:read');
  return <ApprovalsPage workspaceId={actor.workspaceId} username={actor.username} />;
}
