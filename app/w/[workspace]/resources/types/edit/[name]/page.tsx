import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { TypeEditor } from '../../../type-editor';

interface Props {
  params: Promise<{ workspace: string; name: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function EditType({ params }: Props) {
  const { workspace, name } = await params;
  const actor = await requireActor(workspace, 'resource:write');
  return <TypeEditor workspaceId={actor.workspaceId} name={decodeURIComponent(name)} />;
}
