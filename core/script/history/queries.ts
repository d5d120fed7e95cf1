import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import type { ScriptVersion, VersionSummary } from '../model';
import { parseVersion, VERSION_COLUMNS, type VersionRow } from '../row';

/** More than anybody looks through; what a version's page shows links to its parent. */
const MAX_VERSIONS = 1_000;

const HEAD = `SELECT ${VERSION_COLUMNS} FROM script s
  JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
  WHERE s.workspace_id = $1 AND s.path = $2`;

/** The live version of a path; of a script in the trash its last one, with `trashedAt`. Throws `not_found`. */
export async function getScript(actor: WorkspaceActor, path: string): Promise<ScriptVersion> {
  requireCan(actor, 'script:read', { kind: 'path', path });
  const [row] = await rows<VersionRow>(HEAD, [actor.workspaceId, path]);
  if (row === undefined) throw notFound(`The script ${path}`);
  return parseVersion(row);
}

/** Any version by its hash. Throws `not_found`. */
export async function getVersion(actor: WorkspaceActor, hash: string): Promise<ScriptVersion> {
  const [row] = await rows<VersionRow>(
    `SELECT ${VERSION_COLUMNS} FROM script_version v
     LEFT JOIN script s ON s.workspace_id = v.workspace_id AND s.path = v.path
     WHERE v.workspace_id = $1 AND v.hash = $2`,
    [actor.workspaceId, hash],
  );
  if (row === undefined) throw notFound(`The script version ${hash}`);
  requireCan(actor, 'script:read', { kind: 'path', path: row.path });
  return parseVersion(row);
}

/** Whether something lives at the path (not in the trash). */
export async function scriptExists(actor: WorkspaceActor, path: string): Promise<boolean> {
  requireCan(actor, 'script:read', { kind: 'path', path });
  const found = await rows('SELECT 1 FROM script WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NULL', [
    actor.workspaceId,
    path,
  ]);
  return found.length > 0;
}

/**
 * The chain of versions behind a path, newest first. It follows parents, so that a script that was moved keeps what
 * happened at its old paths.
 */
export async function scriptHistory(actor: WorkspaceActor, path: string): Promise<VersionSummary[]> {
  requireCan(actor, 'script:read', { kind: 'path', path });
  const found = await rows<{
    hash: string;
    path: string;
    parent_hash: string | null;
    created_by: string;
    created_at: Date;
    deployment_message: string;
    is_live: boolean;
  }>(
    `WITH RECURSIVE chain AS (
       SELECT v.*, 1 AS depth FROM script s JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
       WHERE s.workspace_id = $1 AND s.path = $2
       UNION ALL
       SELECT v.*, chain.depth + 1 FROM chain
       JOIN script_version v ON v.workspace_id = chain.workspace_id AND v.hash = chain.parent_hash WHERE chain.depth < $3)
     SELECT c.hash, c.path, c.parent_hash, c.created_by, c.created_at, c.deployment_message,
       c.depth = 1 AND s.trashed_at IS NULL AS is_live
     FROM chain c, script s WHERE s.workspace_id = $1 AND s.path = $2 ORDER BY c.depth`,
    [actor.workspaceId, path, MAX_VERSIONS],
  );
  if (found.length === 0) throw notFound(`The script ${path}`);
  return found.map((row) => ({
    hash: row.hash,
    path: row.path,
    parentHash: row.parent_hash,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    deploymentMessage: row.deployment_message,
    isLive: row.is_live,
  }));
}
