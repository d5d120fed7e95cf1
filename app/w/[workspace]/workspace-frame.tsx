'use client';

import { type ReactNode, useCallback, useEffect } from 'react';
import { useIsConnectionLost } from '@/app/_client/live';
import { signOut } from '@/app/_client/sign-in';
import { workspaceCookie } from '@/app/_session/last-workspace';
import { AppShell } from '@/components/shell/app-shell';
import { ReaderProvider } from '@/components/ui/reader';
import { notifyError } from '@/components/ui/toast';
import type { Role } from '@/core/access/model';
import type { OrphanQueue } from '@/core/worker-group/model';
import { useApprovalCount } from './approvals/approvals-data';
import { CreateCommands } from './create-commands';
import { MemberProvider } from './member';
import { searchWorkspace } from './palette-search';
import { LiveNoWorkerBanner } from './workers/live-no-worker-banner';

const text = { notSignedOut: 'You are still signed in.' };
const oneYearS = 365 * 24 * 60 * 60;

interface Props {
  role: Role;
  workspace: { id: string; name: string };
  workspaces: { id: string; name: string }[];
  user: { name: string; email: string };
  isInstanceAdmin: boolean;
  isFoldedAtFirst: boolean;
  /** what no worker serves, as the server saw it: a banner that came later would push the page down */
  orphansAtFirst: readonly OrphanQueue[];
  children: ReactNode;
}

/** The shell with what only a browser can do: remember the workspace, sign out. */
export function WorkspaceFrame({ isInstanceAdmin, orphansAtFirst, children, ...shell }: Props) {
  const { id } = shell.workspace;
  const isConnectionLost = useIsConnectionLost(id);
  const approvals = useApprovalCount(id);
  useEffect(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari and on plain http
    document.cookie = `${workspaceCookie}=${id}; Path=/; Max-Age=${oneYearS}; SameSite=Lax`;
  }, [id]);
  const search = useCallback((query: string) => searchWorkspace(id, query), [id]);
  return (
    <AppShell
      {...shell}
      accountHref="/account"
      isConnectionLost={isConnectionLost}
      counts={{ approvals }}
      search={search}
      // Operators read the reason on their run's own page; this names groups, which are not their words.
      banner={shell.role === 'operator' ? undefined : <LiveNoWorkerBanner workspaceId={id} atFirst={orphansAtFirst} />}
      {...(isInstanceAdmin ? { newWorkspaceHref: '/workspaces/new', peopleHref: '/people' } : {})}
      onSignOut={() =>
        void signOut().catch((error: unknown) =>
          notifyError(text.notSignedOut, { detail: error instanceof Error ? error.message : String(error) }),
        )
      }
    >
      {shell.role === 'operator' ? null : <CreateCommands workspaceId={id} />}
      <MemberProvider member={{ workspaceId: id, workspaceName: shell.workspace.name, role: shell.role }}>
        <ReaderProvider isBuilder={shell.role !== 'operator'}>{children}</ReaderProvider>
      </MemberProvider>
    </AppShell>
  );
}
