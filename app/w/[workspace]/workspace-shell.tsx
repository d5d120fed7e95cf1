import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { navigationCookie, parseNavigationFolded } from '@/components/shell/navigation-fold';
import type { WorkspaceActor } from '@/core/access/model';
import { findPerson } from '@/core/access/user/queries';
import { findOrphans } from '@/core/worker-group/queries';
import { listWorkspaces } from '@/core/workspace/queries';
import { WorkspaceFrame } from './workspace-frame';

/** The shell of a member's workspace around a page: who one is here, and where else one may go. */
export async function WorkspaceShell({ actor, children }: { actor: WorkspaceActor; children: ReactNode }) {
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
