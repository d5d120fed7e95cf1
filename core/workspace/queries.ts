import type { Actor } from '@/core/access/model';
import { prisma, rows } from '@/core/platform/db';
import type { WorkspaceSummary } from './model';

interface WorkspaceRow {
  id: string;
  name: string;
  created_by: string;
  created_at: Date;
}

/** The workspaces that the actor may enter, by name: all of them for an instance administrator. */
export async function listWorkspaces(actor: Actor): Promise<WorkspaceSummary[]> {
  const found = await rows<WorkspaceRow>(
    `SELECT w.id, w.name, w.created_by, w.created_at FROM workspace w
     WHERE (EXISTS (SELECT 1 FROM user_account u WHERE u.id = $1 AND u.is_instance_admin)
         OR EXISTS (SELECT 1 FROM member m WHERE m.workspace_id = w.id AND m.user_id = $1 AND m.disabled_at IS NULL))
       AND ($2::text IS NULL OR w.id = $2) ORDER BY lower(w.name), w.id`,
    [actor.userId, actor.onlyWorkspaceId],
  );
  return found.map((row) => ({
    id: row.id,
    name: row.name,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }));
}

/** True when there is such a workspace and the actor may enter it. */
export async function isWorkspaceVisible(actor: Actor, workspaceId: string): Promise<boolean> {
  return (await listWorkspaces(actor)).some((workspace) => workspace.id === workspaceId);
}

export async function findWorkspace(workspaceId: string): Promise<WorkspaceSummary | null> {
  const found = await prisma().workspace.findUnique({ where: { id: workspaceId } });
  if (found === null) return null;
  return { id: found.id, name: found.name, createdBy: found.createdBy, createdAt: found.createdAt.toISOString() };
}
