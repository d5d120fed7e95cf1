import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/_session/gate';
import { can } from '@/core/access/rules';
import { isItemPath } from '@/core/path';
import { ownersFor } from '../../../scripts/owners';
import { EditFlow } from '../../edit-flow';

interface Props {
  params: Promise<{ workspace: string; path: string[] }>;
}

const pathOf = async (params: Props['params']): Promise<string> =>
  (await params).path.map(decodeURIComponent).join('/');

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Edit ${await pathOf(params)}` };
}

/** The editor on a flow that exists. */
export default async function EditFlowPage({ params }: Props) {
  const path = await pathOf(params);
  const actor = await requireActor((await params).workspace, 'flow:write');
  if (!isItemPath(path) || !can(actor, 'flow:write', { kind: 'path', path }).isAllowed) notFound();
  return <EditFlow workspaceId={actor.workspaceId} path={path} owners={await ownersFor(actor)} />;
}
