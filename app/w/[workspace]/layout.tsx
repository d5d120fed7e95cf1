import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { requireActor } from '@/app/_session/gate';
import { navigationCookie, parseNavigationFolded } from '@/components/shell/navigation-fold';
import { findPerson } from '@/core/access/user/queries';
import { findOrphans } from '@/core/worker-group/queries';
import { listWorkspaces } from '@/core/workspace/queries';
import { WorkspaceFrame } from './workspace-frame';

interface Props {
  params: Promise<{ workspace: string }>;
  children: ReactNode;
}

/** The frame around every page of a workspace: who one is here, and where else one may go. */
export default async function WorkspaceLayout({ params, children }: Props) {
  const actor = await requireActor((await params).workspace);
  const [person, workspaces, orphans] = await Promise.all([
    findPerson(actor.userId),
    listWorkspaces(actor),
    actor.role === 'operator' ? [] : findOrphans(),
  ]);
  const current = workspaces.find((workspace) => workspace.id === actor.workspaceId);
  if (current === undefined || person === null) notFound();
  const shown = ({ id, name }: { id: string; name: string }) => ({ id, name });
  return (
    <WorkspaceFrame
      role={actor.role}
      workspace={shown(current)}
      workspaces={workspaces.map(shown)}
      user={{ name: person.name, email: person.email }}
      isInstanceAdmin={actor.isInstanceAdmin}
      orphansAtFirst={orphans}
      isFoldedAtFirst={parseNavigationFolded((await cookies()).get(navigationCookie)?.value)}
    >
      {children}
    </WorkspaceFrame>
  );
}
