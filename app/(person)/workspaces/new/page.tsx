import type { Metadata } from 'next';
import { requireUserFor } from '@/app/_session/gate';
import { Page } from '@/components/shell/page';
import { PageHeader } from '@/components/ui/page-header';
import { NewWorkspaceForm } from './new-workspace-form';

export const metadata: Metadata = { title: 'New workspace' };

const text = {
  title: 'New workspace',
  subtitle: 'Scripts, runs, resources and people of one workspace are invisible to every other.',
};

export default async function NewWorkspacePage() {
  await requireUserFor('workspace:create');
  return (
    <Page width="narrow">
      <PageHeader title={text.title} subtitle={text.subtitle} />
      <NewWorkspaceForm />
    </Page>
  );
}
