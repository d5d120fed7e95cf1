import type { Metadata } from 'next';
import { requireBuilder } from '@/app/_session/gate';
import { FlowsPage } from './flows-page';

export const metadata: Metadata = { title: 'Flows' };

/** The flows one may see. */
export default async function Flows({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireBuilder((await params).workspace);
  return <FlowsPage workspaceId={actor.workspaceId} isAdmin={actor.role === 'admin'} />;
}
