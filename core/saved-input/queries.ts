import type { WorkspaceActor } from '@/core/access/model';
import { notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { VERSIONED_KINDS } from '@/core/versioned/model';
import { maySee, requireRun } from './access';
import type { Runnable, SavedInput } from './model';

interface Row {
  id: string;
  kind: string;
  path: string;
  name: string;
  created_by: string;
  is_shared: boolean;
  created_at: Date;
}

const COLUMNS = 'id, kind, path, name, created_by, is_shared, created_at';

const inputOf = (row: Row): SavedInput => ({
  id: row.id,
  name: row.name,
  createdBy: row.created_by,
  isShared: row.is_shared,
  createdAt: row.created_at.toISOString(),
});

/** What the actor finds kept for a script or flow: his own and what is shared, by name. Throws if he may not run it. */
export async function listSavedInputs(
  actor: WorkspaceActor,
  runnable: Runnable,
  page: { readonly page: number; readonly perPage: number },
): Promise<SavedInput[]> {
  requireRun(actor, runnable);
  const found = await rows<Row>(
    `SELECT ${COLUMNS} FROM saved_input
     WHERE workspace_id = $1 AND kind = $2 AND path = $3 AND (is_shared OR created_by = $4)
     ORDER BY lower(name), created_at LIMIT $5 OFFSET $6`,
    [actor.workspaceId, runnable.kind, runnable.path, actor.username, page.perPage, (page.page - 1) * page.perPage],
  );
  return found.map(inputOf);
}

/** A kept input that the actor may see, and what it is for. Throws `not_found` for all others. */
export async function getSavedInput(
  actor: WorkspaceActor,
  id: string,
): Promise<{ readonly input: SavedInput; readonly runnable: Runnable }> {
  const found = await rows<Row>(`SELECT ${COLUMNS} FROM saved_input WHERE workspace_id = $1 AND id = $2`, [
    actor.workspaceId,
    id,
  ]);
  const [row] = found;
  const kind = VERSIONED_KINDS.find((one) => one === row?.kind);
  if (row === undefined || kind === undefined || !maySee(actor, inputOf(row))) throw notFound(`The input ${id}`);
  const runnable = { kind, path: row.path };
  requireRun(actor, runnable);
  return { input: inputOf(row), runnable };
}

/** The values of a kept input, as JSON text. Throws `not_found` when the actor may not see it. */
export async function savedArgs(actor: WorkspaceActor, id: string): Promise<string> {
  await getSavedInput(actor, id);
  const [row] = await rows<{ args: string }>(
    'SELECT args::text AS args FROM saved_input WHERE workspace_id = $1 AND id = $2',
    [actor.workspaceId, id],
  );
  if (row === undefined) throw notFound(`The input ${id}`);
  return row.args;
}
