import type { WorkspaceActor } from '@/core/access/model';
import { isInPathFilter, pathFilter } from '@/core/access/rules';
import { prisma } from '@/core/platform/db';
import type { FolderSummary } from './model';

const SHOWN = { name: true, summary: true, owners: true, writers: true, viewers: true } as const;

/** The folders that the actor has a part in, by name. */
export async function listFolders(actor: WorkspaceActor): Promise<FolderSummary[]> {
  const folders = await prisma().folder.findMany({
    where: { workspaceId: actor.workspaceId },
    orderBy: { name: 'asc' },
    select: SHOWN,
  });
  const filter = pathFilter(actor, 'folder:read');
  return folders.filter((folder) => isInPathFilter(filter, `f/${folder.name}`));
}

export async function findFolder(workspaceId: string, name: string): Promise<FolderSummary | null> {
  return prisma().folder.findUnique({ where: { workspaceId_name: { workspaceId, name } }, select: SHOWN });
}
