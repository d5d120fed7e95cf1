import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/_session/gate';
import { can } from '@/core/access/rules';
import { isItemPath } from '@/core/path';
import { ownersFor } from '../../../../scripts/owners';
import { VariableEditor } from '../../../variable-editor';

interface Props {
  params: Promise<{ workspace: string; path: string[] }>;
}

const pathOf = async (params: Props['params']): Promise<string> =>
  (await params).path.map(decodeURIComponent).join('/');

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await pathOf(params) };
}

export default async function EditVariable({ params }: Props) {
  const path = await pathOf(params);
  const actor = await requireActor((await params).workspace, 'variable:read');
  const object = { kind: 'path', path } as const;
  if (!isItemPath(path) || !can(actor, 'variable:read', object).isAllowed) notFound();
  const write = can(actor, 'variable:write', object);
  return (
    <VariableEditor
      workspaceId={actor.workspaceId}
      path={path}
      startPath={path}
      owners={await ownersFor(actor)}
      whyNotWrite={write.isAllowed ? null : write.why}
    />
  );
}
