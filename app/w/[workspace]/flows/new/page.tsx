import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { newId } from '@/core/ids';
import { ownersFor } from '../../scripts/owners';
import { NewFlow } from '../new-flow';

export const metadata: Metadata = { title: 'New flow' };

interface Props {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const one = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** The editor on a new flow: an example, a draft that was begun, or a copy of another flow. */
export default async function NewFlowPage({ params, searchParams }: Props) {
  const actor = await requireActor((await params).workspace, 'flow:write');
  const query = await searchParams;
  const freshPath = `u/${actor.username}/untitled_flow_${newId().slice(-4)}`;
  return (
    <NewFlow
      workspaceId={actor.workspaceId}
      draftPath={one(query.draft)}
      copyOf={one(query.from)}
      starter={one(query.start)}
      freshPath={freshPath}
      owners={await ownersFor(actor)}
    />
  );
}
