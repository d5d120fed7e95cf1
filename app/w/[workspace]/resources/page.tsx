import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { NO_OBJECT } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { ResourcesPage } from './resources-page';

export const metadata: Metadata = { title: 'Resources' };

/** Connections and values that scripts use. */
export default async function Resources({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'resource:list');
  const mayWrite = can(actor, 'resource:write', NO_OBJECT).isAllowed;
  return <ResourcesPage workspaceId={actor.workspaceId} mayWrite={mayWrite} />;
}
