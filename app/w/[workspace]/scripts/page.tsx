import type { Metadata } from 'next';
import { requireBuilder } from '@/app/_session/gate';
import { ScriptsPage } from './scripts-page';

export const metadata: Metadata = { title: 'Scripts' };

/** The scripts one may see. */
export default async function Scripts({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireBuilder((await params).workspace);
  return <ScriptsPage workspaceId={actor.workspaceId} isAdmin={actor.role === 'admin'} />;
}
