import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { rows } from '@/core/platform/db';

/** The arguments of the actor's own last run of a path, as JSON text; null when he never ran it. */
export async function lastInputs(actor: WorkspaceActor, kind: 'script' | 'flow', path: string): Promise<string | null> {
  requireCan(actor, `${kind}:read`, { kind: 'path', path });
  // A request that its preprocessor never got through is no input of the form.
  const [row] = await rows<{ args: string }>(
    `SELECT args FROM job WHERE workspace_id = $1 AND path = $2 AND created_by = $3 AND kind = $4 AND step_key IS NULL
       AND preprocessed IS DISTINCT FROM false ORDER BY created_at DESC, id DESC LIMIT 1`,
    [actor.workspaceId, path, actor.username, kind],
  );
  return row?.args ?? null;
}
