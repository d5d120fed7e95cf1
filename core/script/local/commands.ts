import type { WorkspaceActor } from '@/core/access/model';
import { NO_OBJECT } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest } from '@/core/errors';
import { newId } from '@/core/ids';
import { rows } from '@/core/platform/db';
import { sha256 } from '@/core/platform/secrets';

const KEPT = "interval '1 day'";

const FORGET = `WITH scripts AS (DELETE FROM local_script WHERE stored_at < now() - ${KEPT})
  DELETE FROM local_import WHERE stored_at < now() - ${KEPT}`;

/**
 * Keeps a script of the actor's machine for a day, so that what he tries out can import it without a deploy. Answers the
 * SHA-256 of its text, by which he names it then; nobody else can.
 */
export async function storeLocalScript(actor: WorkspaceActor, content: string): Promise<string> {
  requireCan(actor, 'script:preview', NO_OBJECT);
  const hash = sha256(content);
  await rows(
    `INSERT INTO local_script (workspace_id, username, hash, content) VALUES ($1, $2, $3, $4)
     ON CONFLICT (workspace_id, username, hash) DO UPDATE SET stored_at = now()`,
    [actor.workspaceId, actor.username, hash, content],
  );
  return hash;
}

/** Deletes what was stored longer than a day ago, of everybody. */
export async function forgetLocalScripts(): Promise<void> {
  await rows(FORGET);
}

/**
 * Lets a job that is about to be submitted import stored scripts of its author, by path, in the place of deployed ones.
 * Answers the id that the job has to be given; undefined when it imports none. Throws `bad_request` for one that is not
 * stored.
 */
export async function importLocally(
  actor: WorkspaceActor,
  hashes: Readonly<Record<string, string>> | null | undefined,
  wantedId: string | undefined,
): Promise<string | undefined> {
  const paths = Object.keys(hashes ?? {});
  if (paths.length === 0) return wantedId;
  requireCan(actor, 'script:preview', NO_OBJECT);
  const id = wantedId ?? newId();
  const kept = await rows<{ path: string }>(
    `INSERT INTO local_import (job_id, path, workspace_id, username, content)
     SELECT $1, asked.path, l.workspace_id, l.username, l.content FROM unnest($4::text[], $5::text[]) AS asked (path, hash)
     JOIN local_script l ON l.workspace_id = $2 AND l.username = $3 AND l.hash = asked.hash
     ON CONFLICT DO NOTHING RETURNING path`,
    [id, actor.workspaceId, actor.username, paths, Object.values(hashes ?? {})],
  );
  const missing = paths.find((path) => !kept.some((one) => one.path === path));
  if (missing === undefined) return id;
  throw badRequest(
    `Your script ${missing} is not kept here any more, or never was. Send it again.`,
    'temp_script_refs',
  );
}
