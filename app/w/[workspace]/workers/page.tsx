import type { Metadata } from 'next';
import { requireBuilder } from '@/app/_session/gate';
import { NO_OBJECT } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { WorkersPage } from './workers-page';

export const metadata: Metadata = { title: 'Workers' };

/** The worker groups of the installation, as one may see them from this workspace. */
export default async function Workers({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireBuilder((await params).workspace);
  return <WorkersPage workspaceId={actor.workspaceId} mayManage={can(actor, 'worker:manage', NO_OBJECT).isAllowed} />;
}
