import type { Metadata } from 'next';
import { type ItemAddress, itemPathOf, requireItem } from '../../../item-gate';
import { EditScript } from '../../edit-script';
import { ownersFor } from '../../owners';

export async function generateMetadata(props: ItemAddress): Promise<Metadata> {
  return { title: `Edit ${await itemPathOf(props)}` };
}

/** The editor on a script that exists. */
export default async function EditScriptPage(props: ItemAddress) {
  const { actor, path } = await requireItem(props, 'script:write');
  return <EditScript workspaceId={actor.workspaceId} path={path} owners={await ownersFor(actor)} />;
}
