import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { JobPage } from './job-page';

export const metadata: Metadata = { title: 'Run' };

/** One job. Whether the reader may see it is asked by the API, which tells "not there" from "not yours" to nobody. */
export default async function Job({ params }: { params: Promise<{ workspace: string; id: string }> }) {
  const { workspace, id } = await params;
  const actor = await requireActor(workspace, 'job:read');
  return <JobPage key={id} workspaceId={actor.workspaceId} id={id} role={actor.role} />;
}
