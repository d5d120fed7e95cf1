import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { badRequest, conflict, forbidden } from '@/core/errors';
import { newId } from '@/core/ids';
import { rows } from '@/core/platform/db';
import { mayChange, requireRun } from './access';
import { MAX_NAME, MOST_SAVED, type Runnable, type SavedInput } from './model';
import { getSavedInput } from './queries';

function nameFrom(text: string): string {
  const name = text.trim();
  if (name === '') throw badRequest('Inputs are kept under a name: give one.', 'name');
  if (name.length > MAX_NAME) throw badRequest(`A name has at most ${MAX_NAME} characters.`, 'name');
  return name;
}

export interface NewSavedInput {
  readonly name: string;
  /** JSON text of an object */
  readonly argsJson: string;
  readonly isShared: boolean;
}

/** Keeps inputs under a name; the actor's own of that name are replaced. Answers the id. */
export async function saveInput(actor: WorkspaceActor, runnable: Runnable, input: NewSavedInput): Promise<string> {
  requireRun(actor, runnable);
  const name = nameFrom(input.name);
  const [row] = await rows<{ id: string }>(
    `INSERT INTO saved_input (id, workspace_id, kind, path, name, args, is_shared, created_by)
     SELECT $1, $2, $3, $4, $5, $6::json, $7, $8
     WHERE (SELECT count(*) FROM saved_input
       WHERE workspace_id = $2 AND kind = $3 AND path = $4 AND created_by = $8 AND name <> $5) < $9
     ON CONFLICT (workspace_id, kind, path, created_by, name)
       DO UPDATE SET args = excluded.args, is_shared = excluded.is_shared, created_at = now()
     RETURNING id`,
    [
      newId(),
      actor.workspaceId,
      runnable.kind,
      runnable.path,
      name,
      input.argsJson,
      input.isShared,
      actor.username,
      MOST_SAVED,
    ],
  );
  if (row !== undefined) return row.id;
  throw conflict(`You keep ${MOST_SAVED} inputs for ${runnable.path} already. Delete one you no longer need.`);
}

async function requireChange(actor: WorkspaceActor, id: string): Promise<SavedInput> {
  const { input } = await getSavedInput(actor, id);
  if (mayChange(actor, input)) return input;
  throw forbidden(
    `“${input.name}” is kept by ${input.createdBy}: only ${input.createdBy} and administrators change it.`,
  );
}

/** Gives kept inputs another name, and says whether they are shared. */
export async function changeSavedInput(
  actor: WorkspaceActor,
  id: string,
  wanted: { readonly name: string; readonly isShared: boolean },
): Promise<void> {
  const input = await requireChange(actor, id);
  const name = nameFrom(wanted.name);
  const changed = await rows(
    `UPDATE saved_input s SET name = $3, is_shared = $4 WHERE workspace_id = $1 AND id = $2 AND NOT EXISTS (
       SELECT FROM saved_input o WHERE o.workspace_id = s.workspace_id AND o.kind = s.kind AND o.path = s.path
         AND o.created_by = s.created_by AND o.name = $3 AND o.id <> s.id) RETURNING id`,
    [actor.workspaceId, id, name, wanted.isShared],
  );
  if (changed.length === 0) throw conflict(`${input.createdBy} keeps other inputs as “${name}”. Choose another name.`);
}

/** Throws kept inputs away. */
export async function deleteSavedInput(actor: WorkspaceActor, id: string): Promise<void> {
  await requireChange(actor, id);
  await rows('DELETE FROM saved_input WHERE workspace_id = $1 AND id = $2', [actor.workspaceId, id]);
}

/**
 * Lets kept inputs follow what they are for to its new path, in the transaction that moves it. Those whose keeper has
 * others of the same name there stay behind.
 */
export async function moveSavedInputs(
  client: pg.PoolClient,
  workspaceId: string,
  { kind, path }: Runnable,
  newPath: string,
): Promise<void> {
  await client.query(
    `UPDATE saved_input s SET path = $4 WHERE workspace_id = $1 AND kind = $2 AND path = $3 AND NOT EXISTS (
       SELECT FROM saved_input o WHERE o.workspace_id = s.workspace_id AND o.kind = s.kind AND o.path = $4
         AND o.created_by = s.created_by AND o.name = s.name)`,
    [workspaceId, kind, path, newPath],
  );
}
