import { ScrollText } from 'lucide-react';
import type { Metadata } from 'next';
import { requireBuilder } from '@/app/_session/gate';
import { Page } from '@/components/shell/page';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { findWorkspace } from '@/core/workspace/queries';
import { SettingsTabs } from './settings-tabs';

export const metadata: Metadata = { title: 'Settings' };

const text = { title: 'Settings', audit: 'Audit' };

export default async function SettingsPage({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireBuilder((await params).workspace);
  const workspace = await findWorkspace(actor.workspaceId);
  return (
    <Page>
      <PageHeader
        title={text.title}
        subtitle={workspace?.name}
        actions={
          actor.role === 'admin' ? (
            <Button asChild>
              <AppLink href={`/w/${encodeURIComponent(actor.workspaceId)}/audit`}>
                <ScrollText />
                {text.audit}
              </AppLink>
            </Button>
          ) : null
        }
      />
      <SettingsTabs
        workspaceId={actor.workspaceId}
        name={workspace?.name ?? actor.workspaceId}
        username={actor.username}
        role={actor.role}
        groups={[...actor.groups]}
        managedGroups={[...actor.managedGroups]}
        ownedFolders={Object.entries(actor.folders).flatMap(([name, level]) => (level === 'owner' ? [name] : []))}
      />
    </Page>
  );
}
