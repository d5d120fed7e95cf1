import { forbidden, notFound } from 'next/navigation';
import { requireActor } from '@/app/_session/gate';
import type { Action, WorkspaceActor } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { isItemPath } from '@/core/path';

/** What a page gets whose address ends with an item's path. */
export interface ItemAddress {
  params: Promise<{ workspace: string; path: string[] }>;
}

/** The path of the item that the address names. */
export const itemPathOf = async ({ params }: ItemAddress): Promise<string> =>
  (await params).path.map(decodeURIComponent).join('/');

/**
 * Who asks, and about which item. Who may see it and not do `action` to it is told so; to all others, and for what is no
 * path, the page does not exist.
 */
export async function requireItem(
  props: ItemAddress,
  action: Action,
): Promise<{ actor: WorkspaceActor; path: string; object: { kind: 'path'; path: string } }> {
  const path = await itemPathOf(props);
  const actor = await requireActor((await props.params).workspace, action);
  const object = { kind: 'path', path } as const;
  const decision = can(actor, action, object);
  if (!isItemPath(path) || (!decision.isAllowed && !decision.isVisible)) notFound();
  if (!decision.isAllowed) forbidden();
  return { actor, path, object };
}
