import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { newId } from '@/core/ids';
import { NewScript } from '../new-script';
import { ownersFor } from '../owners';

export const metadata: Metadata = { title: 'New script' };

interface Props {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const one = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** The editor on a new script: empty, a draft that was begun, or a copy of another script. */
export default async function NewScriptPage({ params, searchParams }: Props) {
  const actor = await requireActor((await params).workspace, 'script:write');
  const query = await searchParams;
  const freshPath = `u/${actor.username}/untitled_${newId().slice(-4)}`;
  return (
    <NewScript
      workspaceId={actor.workspaceId}
      draftPath={one(query.draft)}
      copyOf={one(query.from)}
      language={one(query.language) ?? 'python3'}
      freshPath={freshPath}
      owners={await ownersFor(actor)}
    />
  );
}
