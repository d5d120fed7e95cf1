import type { OwnerOption } from '@/components/editor/path-field';
import type { WorkspaceActor } from '@/core/access/model';
import { can } from '@/core/access/rules';
import { listFolders } from '@/core/workspace/folder/queries';
import { listGroups } from '@/core/workspace/group/queries';

const text = { own: 'Only you, and administrators', group: 'Members of the group' };

/** The places where the actor may make something: his own, folders he may write to, groups he manages. */
export async function ownersFor(actor: WorkspaceActor): Promise<OwnerOption[]> {
  const [folders, groups] = await Promise.all([listFolders(actor), listGroups(actor.workspaceId)]);
  const isWritable = ({ value }: OwnerOption) =>
    can(actor, 'script:write', { kind: 'path', path: `${value}/x` }).isAllowed;
  const options: OwnerOption[] = [
    ...folders.map(({ name, summary }) => ({ value: `f/${name}`, label: `f/${name}`, description: summary })),
    ...groups.map(({ name, summary }) => ({
      value: `g/${name}`,
      label: `g/${name}`,
      description: summary === '' ? text.group : summary,
    })),
  ];
  const own = { value: `u/${actor.username}`, label: `u/${actor.username}`, description: text.own };
  return [own, ...options.filter(isWritable)];
}
