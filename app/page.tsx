import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';
import { listWorkspaces } from '@/core/workspace/queries';
import { SignOutButton } from './_client/sign-out-button';
import { requireUser } from './_session/gate';
import { startWorkspace, workspaceCookie } from './_session/last-workspace';

const text = {
  title: 'You are in no workspace yet',
  ask: 'Ask an administrator to add your e-mail address to a workspace.',
  make: 'A workspace holds scripts, their runs and the people who use them. Make the first one.',
  create: 'Create a workspace',
  account: 'Your account',
};

/** Leads to the workspace one was in last. */
export default async function StartPage() {
  const actor = await requireUser();
  const last = (await cookies()).get(workspaceCookie)?.value;
  const workspaces = await listWorkspaces(actor);
  const id = startWorkspace(
    last,
    workspaces.map((workspace) => workspace.id),
  );
  if (id !== null) redirect(toRoute(`/w/${id}`));
  return (
    <MessagePage
      title={text.title}
      action={
        <>
          {actor.isInstanceAdmin ? (
            <Button variant="primary" asChild>
              <AppLink href="/workspaces/new">{text.create}</AppLink>
            </Button>
          ) : null}
          <Button asChild>
            <AppLink href="/account">{text.account}</AppLink>
          </Button>
          <SignOutButton />
        </>
      }
    >
      {actor.isInstanceAdmin ? text.make : text.ask}
    </MessagePage>
  );
}
