import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/_session/gate';
import { can } from '@/core/access/rules';
import { isItemPath } from '@/core/path';
import { ownersFor } from '../../../scripts/owners';
import { ResourceEditor } from '../../resource-editor';

interface Props {
  params: Promise<{ workspace: string; path: string[] }>;
}

const pathOf = async (params: Props['params']): Promise<string> =>
  (await params).path.map(decodeURIComponent).join('/');

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await pathOf(params) };
}

export default async function EditResource({ params }: Props) {
  const path = await pathOf(params);
  const actor = await requireActor((await params).workspace, 'resource:read');
  const object = { kind: 'path', path } as const;
  if (!isItemPath(path) || !can(actor, 'resource:read', object).isAllowed) notFound();
  const write = can(actor, 'resource:write', object);
  return (
    <ResourceEditor
      workspaceId={actor.workspaceId}
      path={path}
      startPath={path}
      startType={null}
      owners={await ownersFor(actor)}
      whyNotWrite={write.isAllowed ? null : write.why}
    />
  );
}
