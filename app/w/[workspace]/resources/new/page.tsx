import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { ownersFor } from '../../scripts/owners';
import { ResourceEditor } from '../resource-editor';

export const metadata: Metadata = { title: 'New resource' };

interface Props {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function NewResource({ params, searchParams }: Props) {
  const actor = await requireActor((await params).workspace, 'resource:write');
  const { type } = await searchParams;
  return (
    <ResourceEditor
      workspaceId={actor.workspaceId}
      path={null}
      startPath={`u/${actor.username}/`}
      startType={typeof type === 'string' && type !== '' && type !== 'any' ? type : null}
      owners={await ownersFor(actor)}
    />
  );
}
