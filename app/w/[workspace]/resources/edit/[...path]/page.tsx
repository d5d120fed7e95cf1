import type { Metadata } from 'next';
import { can } from '@/core/access/rules';
import { type ItemAddress, itemPathOf, requireItem } from '../../../item-gate';
import { ownersFor } from '../../../scripts/owners';
import { ResourceEditor } from '../../resource-editor';

export async function generateMetadata(props: ItemAddress): Promise<Metadata> {
  return { title: await itemPathOf(props) };
}

export default async function EditResource(props: ItemAddress) {
  const { actor, path, object } = await requireItem(props, 'resource:read');
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
