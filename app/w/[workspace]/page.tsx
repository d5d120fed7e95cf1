import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { NO_OBJECT } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { EngineerHome } from './engineer-home';
import { OperatorHome } from './operator-home';

export const metadata: Metadata = { title: 'Home' };

/** Home is another page for those who run things than for those who make them. */
export default async function Home({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace);
  const { workspaceId, username } = actor;
  if (actor.role === 'operator') return <OperatorHome workspaceId={workspaceId} username={username} />;
  return <EngineerHome workspaceId={workspaceId} mayInvite={can(actor, 'member:manage', NO_OBJECT).isAllowed} />;
}
