import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { notFound } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { type FlowVersionRow, parseVersion, VERSION_COLUMNS } from '../row';
import type { FlowVersion, FlowVersionSummary } from '../version/model';

/** More than anybody looks through. */
const MAX_VERSIONS = 1_000;

const HEAD = `SELECT ${VERSION_COLUMNS} FROM flow f JOIN flow_version v ON v.id = f.live_id
  WHERE f.workspace_id = $1 AND f.path = $2`;

/** The live version of a path; of a flow in the trash its last one, with `trashedAt`. Throws `not_found`. */
export async function getFlow(actor: WorkspaceActor, path: string): Promise<FlowVersion> {
  requireCan(actor, 'flow:read', { kind: 'path', path });
  const [row] = await rows<FlowVersionRow>(HEAD, [actor.workspaceId, path]);
  if (row === undefined) throw notFound(`The flow ${path}`);
  return parseVersion(row);
}

/** Any version by its number. Throws `not_found`. */
export async function getFlowVersion(actor: WorkspaceActor, id: string): Promise<FlowVersion> {
  const isNumber = /^\d{1,18}$/.test(id);
  const [row] = isNumber
    ? await rows<FlowVersionRow>(
        `SELECT ${VERSION_COLUMNS} FROM flow_version v
         LEFT JOIN flow f ON f.workspace_id = v.workspace_id AND f.path = v.path
         WHERE v.workspace_id = $1 AND v.id = $2::bigint`,
        [actor.workspaceId, id],
      )
    : [];
  if (row === undefined) throw notFound(`The flow version ${id}`);
  requireCan(actor, 'flow:read', { kind: 'path', path: row.path });
  return parseVersion(row);
}

/** Whether a flow lives at the path (not in the trash). */
export async function flowExists(actor: WorkspaceActor, path: string): Promise<boolean> {
  requireCan(actor, 'flow:read', { kind: 'path', path });
  const found = await rows('SELECT 1 FROM flow WHERE workspace_id = $1 AND path = $2 AND trashed_at IS NULL', [
    actor.workspaceId,
    path,
  ]);
  return found.length > 0;
}

interface HistoryRow {
  id: string;
  hash: string;
  path: string;
  parent_id: string | null;
  created_by: string;
  created_at: Date;
  deployment_message: string;
  is_live: boolean;
}

/** The chain of versions behind a path, newest first; it follows parents, so a move keeps what was before. */
export async function flowHistory(actor: WorkspaceActor, path: string): Promise<FlowVersionSummary[]> {
  requireCan(actor, 'flow:read', { kind: 'path', path });
  const found = await rows<HistoryRow>(
    `WITH RECURSIVE chain AS (
       SELECT v.id, v.hash, v.path, v.parent_id, v.created_by, v.created_at, v.deployment_message, 1 AS depth
       FROM flow f JOIN flow_version v ON v.id = f.live_id WHERE f.workspace_id = $1 AND f.path = $2
       UNION ALL
       SELECT v.id, v.hash, v.path, v.parent_id, v.created_by, v.created_at, v.deployment_message, chain.depth + 1
       FROM chain JOIN flow_version v ON v.id = chain.parent_id AND v.workspace_id = $1 WHERE chain.depth < $3)
     SELECT c.id::text AS id, c.hash, c.path, c.parent_id::text AS parent_id, c.created_by, c.created_at, c.deployment_message,
       c.depth = 1 AND f.trashed_at IS NULL AS is_live
     FROM chain c, flow f WHERE f.workspace_id = $1 AND f.path = $2 ORDER BY c.depth`,
    [actor.workspaceId, path, MAX_VERSIONS],
  );
  if (found.length === 0) throw notFound(`The flow ${path}`);
  return found.map((row) => ({
    id: row.id,
    hash: row.hash,
    path: row.path,
    parentId: row.parent_id,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    deploymentMessage: row.deployment_message,
    isLive: row.is_live,
  }));
}
