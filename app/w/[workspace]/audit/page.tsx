import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { AuditPage } from './audit-page';

export const metadata: Metadata = { title: 'Audit' };

/** Who did what here; for administrators of the workspace. */
export default async function Audit({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'audit:read');
  return <AuditPage workspaceId={actor.workspaceId} />;
}
