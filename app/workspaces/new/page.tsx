import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireUser } from '@/app/_session/gate';
import { Page } from '@/components/shell/page';
import { PageHeader } from '@/components/ui/page-header';
import { NewWorkspaceForm } from './new-workspace-form';

export const metadata: Metadata = { title: 'New workspace' };

const text = {
  title: 'New workspace',
  subtitle: 'Scripts, runs, resources and people of one workspace are invisible to every other.',
  start: 'Home',
};

export default async function NewWorkspacePage() {
  const actor = await requireUser();
  if (!actor.isInstanceAdmin) notFound();
  return (
    <main>
      <Page width="narrow">
        <PageHeader title={text.title} subtitle={text.subtitle} breadcrumbs={[{ label: text.start, href: '/' }]} />
        <NewWorkspaceForm />
      </Page>
    </main>
  );
}
