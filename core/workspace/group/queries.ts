import { prisma } from '@/core/platform/db';
import type { GroupSummary } from './model';

export async function listGroups(workspaceId: string): Promise<GroupSummary[]> {
  return prisma().group.findMany({
    where: { workspaceId },
    orderBy: { name: 'asc' },
    select: { name: true, summary: true, members: true, managers: true },
  });
}

export async function findGroup(workspaceId: string, name: string): Promise<GroupSummary | null> {
  return prisma().group.findUnique({
    where: { workspaceId_name: { workspaceId, name } },
    select: { name: true, summary: true, members: true, managers: true },
  });
}
