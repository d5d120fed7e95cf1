import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { TypeEditor } from '../../type-editor';

export const metadata: Metadata = { title: 'New resource type' };

export default async function NewType({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'resource:write');
  return <TypeEditor workspaceId={actor.workspaceId} name={null} />;
}
