import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireActor } from '@/app/_session/gate';
import { can } from '@/core/access/rules';
import { isItemPath } from '@/core/path';
import { FlowPage } from '../flow-page';

interface Props {
  params: Promise<{ workspace: string; path: string[] }>;
}

const pathOf = async (params: Props['params']): Promise<string> =>
  (await params).path.map(decodeURIComponent).join('/');

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await pathOf(params) };
}

/** One flow: run it, read it, look through its history. */
export default async function Flow({ params }: Props) {
  const path = await pathOf(params);
  const actor = await requireActor((await params).workspace, 'flow:read');
  const object = { kind: 'path', path } as const;
  if (!isItemPath(path) || !can(actor, 'flow:read', object).isAllowed) notFound();
  const run = can(actor, 'flow:run', object);
  return (
    <FlowPage
      key={path}
      workspaceId={actor.workspaceId}
      path={path}
      isOperator={actor.role === 'operator'}
      mayWrite={can(actor, 'flow:write', object).isAllowed}
      whyNotRun={run.isAllowed ? null : run.why}
    />
  );
}
