import type { Metadata } from 'next';
import { type ItemAddress, itemPathOf, requireItem } from '../../../item-gate';
import { ownersFor } from '../../../scripts/owners';
import { EditFlow } from '../../edit-flow';

export async function generateMetadata(props: ItemAddress): Promise<Metadata> {
  return { title: `Edit ${await itemPathOf(props)}` };
}

/** The editor on a flow that exists. */
export default async function EditFlowPage(props: ItemAddress) {
  const { actor, path } = await requireItem(props, 'flow:write');
  return <EditFlow workspaceId={actor.workspaceId} path={path} owners={await ownersFor(actor)} />;
}
