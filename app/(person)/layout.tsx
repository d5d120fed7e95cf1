import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { findMember, requireUser } from '@/app/_session/gate';
import { startWorkspace, workspaceCookie } from '@/app/_session/last-workspace';
import { WorkspaceShell } from '@/app/w/[workspace]/workspace-shell';
import { AppLink } from '@/components/ui/app-link';
import { Logo } from '@/components/ui/logo';
import { listWorkspaces } from '@/core/workspace/queries';

const text = { home: 'Fantail' };

/**
 * The frame around pages that belong to a person or to the server: the shell of the workspace one was in last, so that
 * one is not thrown out of it. Who is in no workspace sees a bar that leads to the start page.
 */
export default async function PersonLayout({ children }: { children: ReactNode }) {
  const workspaces = await listWorkspaces(await requireUser());
  const ids = workspaces.map(({ id }) => id);
  const id = startWorkspace((await cookies()).get(workspaceCookie)?.value, ids);
  const member = id === null ? null : await findMember(id);
  if (member !== null) return <WorkspaceShell actor={member}>{children}</WorkspaceShell>;
  return (
    <>
      <header className="flex h-13 items-center border-b border-line px-2 sm:px-6">
        <AppLink href="/" className="flex min-h-11 items-center gap-2 rounded-md px-2 text-sm font-semibold">
          <Logo className="size-5 shrink-0" />
          {text.home}
        </AppLink>
      </header>
      <main className="flex min-h-[calc(100dvh-3.25rem)] flex-col">{children}</main>
    </>
  );
}
