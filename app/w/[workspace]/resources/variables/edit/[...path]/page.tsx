import type { Metadata } from 'next';
import { can } from '@/core/access/rules';
import { type ItemAddress, itemPathOf, requireItem } from '../../../../item-gate';
import { ownersFor } from '../../../../scripts/owners';
import { VariableEditor } from '../../../variable-editor';

export async function generateMetadata(props: ItemAddress): Promise<Metadata> {
  return { title: await itemPathOf(props) };
}

export default async function EditVariable(props: ItemAddress) {
  const { actor, path, object } = await requireItem(props, 'variable:read');
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
