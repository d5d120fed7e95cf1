import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { RunsPage } from './runs-page';

export const metadata: Metadata = { title: 'Runs' };

/** The list of jobs that one may see. */
export default async function Runs({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'job:read');
  return <RunsPage workspaceId={actor.workspaceId} username={actor.username} role={actor.role} />;
}
