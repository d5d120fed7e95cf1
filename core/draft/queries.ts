import type { WorkspaceActor } from '@/core/access/model';
import { prisma, rows } from '@/core/platform/db';
import { DRAFT_KINDS, type Draft, type DraftKind, type DraftSummary } from './model';

const asKind = (text: string): DraftKind => DRAFT_KINDS.find((kind) => kind === text) ?? 'script';

/** The actor's own draft; there is no way to another's. null when he has none. */
export async function findDraft(actor: WorkspaceActor, kind: DraftKind, path: string): Promise<Draft | null> {
  const [row] = await rows<{ value: Draft['value']; updated_at: Date }>(
    'SELECT value, updated_at FROM draft WHERE workspace_id = $1 AND kind = $2 AND path = $3 AND username = $4',
    [actor.workspaceId, kind, path, actor.username],
  );
  if (row === undefined) return null;
  return { kind, path, value: row.value, updatedAt: row.updated_at.toISOString() };
}

/** The actor's own drafts, the youngest first. */
export async function listDrafts(actor: WorkspaceActor, kind: DraftKind): Promise<DraftSummary[]> {
  const found = await prisma().draft.findMany({
    where: { workspaceId: actor.workspaceId, kind, username: actor.username },
    select: { kind: true, path: true, updatedAt: true },
    orderBy: { updatedAt: 'desc' },
    take: 1000,
  });
  return found.map((row) => ({ kind: asKind(row.kind), path: row.path, updatedAt: row.updatedAt.toISOString() }));
}
