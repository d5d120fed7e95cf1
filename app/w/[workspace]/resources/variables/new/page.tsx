import type { Metadata } from 'next';
import { requireActor } from '@/app/_session/gate';
import { ownersFor } from '../../../scripts/owners';
import { VariableEditor } from '../../variable-editor';

export const metadata: Metadata = { title: 'New variable' };

export default async function NewVariable({ params }: { params: Promise<{ workspace: string }> }) {
  const actor = await requireActor((await params).workspace, 'variable:write');
  return (
    <VariableEditor
      workspaceId={actor.workspaceId}
      path={null}
      startPath={`u/${actor.username}/`}
      owners={await ownersFor(actor)}
    />
  );
}
