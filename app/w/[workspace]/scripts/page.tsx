import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { NO_OBJECT } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { ScriptsPage } from './scripts-page';

export const metadata: Metadata = { title: 'Scripts' };

/** The scripts one may see. */
export default async function Scripts({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'script:read');
  return (
    <ScriptsPage
      workspaceId={actor.workspaceId}
      mayWrite={can(actor, 'script:write', NO_OBJECT).isAllowed}
      isAdmin={actor.role === 'admin'}
    />
  );
}
