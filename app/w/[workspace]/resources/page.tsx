import type { Metadata } from 'next';
import { requireBuilder } from '@/app/_session/gate';
import { ResourcesPage } from './resources-page';

export const metadata: Metadata = { title: 'Resources' };

/** Connections and values that scripts use. */
export default async function Resources({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireBuilder((await params).workspace);
  return <ResourcesPage workspaceId={actor.workspaceId} />;
}
