import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { SignOutButton } from '@/app/_client/sign-out-button';
import { requireUser } from '@/app/_session/gate';
import { Page } from '@/components/shell/page';
import { PageHeader } from '@/components/ui/page-header';
import { findPerson } from '@/core/access/user/queries';
import { listWorkspaces } from '@/core/workspace/queries';
import { PasswordForm } from './password-form';
import { ProfileForm } from './profile-form';
import { SessionList } from './session-list';
import { ShortcutSettings } from './shortcut-settings';
import { TokenList } from './token-list';

export const metadata: Metadata = { title: 'Account' };

const text = { title: 'Account' };

export default async function AccountPage() {
  const actor = await requireUser();
  const [person, workspaces] = await Promise.all([findPerson(actor.userId), listWorkspaces(actor)]);
  if (person === null) notFound();
  return (
    <Page width="narrow">
      <PageHeader title={text.title} subtitle={`${person.email} · ${person.username}`} actions={<SignOutButton />} />
      <div className="flex flex-col gap-6">
        <ProfileForm name={person.name} />
        <PasswordForm email={person.email} hasPassword={person.hasPassword} />
        <TokenList workspaces={workspaces.map(({ id, name }) => ({ id, name }))} />
        <SessionList />
        <ShortcutSettings />
      </div>
    </Page>
  );
}
