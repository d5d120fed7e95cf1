import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisiblePaths } from '@/core/access/rules';
import type { Outcome } from '@/core/job/model';
import { rows } from '@/core/platform/db';
import type { FlowSummary } from '../version/model';

export interface FlowFilter {
  /** exactly this path */
  readonly path?: string | undefined;
  readonly pathStart?: string | undefined;
  readonly createdBy?: string | undefined;
  /** in path, summary or description */
  readonly search?: string | undefined;
  /** those in the trash instead of the live ones */
  readonly isTrash?: boolean | undefined;
  readonly hasLastRun?: boolean | undefined;
  readonly order?: 'path' | 'newest' | undefined;
  readonly page: number;
  readonly perPage: number;
}

interface SummaryRow {
  workspace_id: string;
  path: string;
  id: string;
  hash: string;
  summary: string;
  description: string;
  tag: string | null;
  created_by: string;
  created_at: Date;
  trashed_at: Date | null;
  trashed_by: string | null;
  has_draft: boolean;
  run_id?: string | null;
  run_outcome?: Outcome | null;
  run_created_at?: Date | null;
  run_duration_ms?: number | null;
}

const LAST_RUN = `LEFT JOIN LATERAL (SELECT j.id, j.outcome, j.created_at, j.duration_ms FROM job j
  WHERE j.workspace_id = f.workspace_id AND j.path = f.path AND j.kind = 'flow'
  ORDER BY j.created_at DESC, j.id DESC LIMIT 1) run ON true`;

const ORDERS = { path: 'f.path', newest: 'v.created_at DESC, f.path' } as const;

function summaryOf(row: SummaryRow, hasLastRun: boolean): FlowSummary {
  const summary: FlowSummary = {
    workspaceId: row.workspace_id,
    path: row.path,
    versionId: row.id,
    hash: row.hash,
    summary: row.summary,
    description: row.description,
    tag: row.tag,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    trashedAt: row.trashed_at?.toISOString() ?? null,
    trashedBy: row.trashed_by,
    hasDraft: row.has_draft,
  };
  if (!hasLastRun) return summary;
  if (!row.run_id || !row.run_created_at) return { ...summary, lastRun: null };
  const lastRun = {
    id: row.run_id,
    outcome: row.run_outcome ?? null,
    createdAt: row.run_created_at.toISOString(),
    durationMs: row.run_duration_ms ?? null,
  };
  return { ...summary, lastRun };
}

/** The flows the actor may see. */
export async function listFlows(actor: WorkspaceActor, filter: FlowFilter): Promise<FlowSummary[]> {
  const visible = sqlVisiblePaths(actor, 'flow:read', 'f.path', 9);
  const hasLastRun = filter.hasLastRun ?? false;
  const found = await rows<SummaryRow>(
    `SELECT f.workspace_id, f.path, v.id::text AS id, v.hash, v.summary, v.description, v.tag, v.created_by, v.created_at,
       f.trashed_at, f.trashed_by, EXISTS (SELECT 1 FROM draft d WHERE d.workspace_id = f.workspace_id AND d.kind = 'flow'
         AND d.path = f.path AND d.username = $2) AS has_draft
       ${hasLastRun ? ', run.id AS run_id, run.outcome AS run_outcome, run.created_at AS run_created_at, run.duration_ms AS run_duration_ms' : ''}
     FROM flow f JOIN flow_version v ON v.id = f.live_id ${hasLastRun ? LAST_RUN : ''}
     WHERE f.workspace_id = $1 AND f.trashed_at IS ${filter.isTrash ? 'NOT NULL' : 'NULL'}
       AND ($3::text IS NULL OR f.path = $3) AND ($4::text IS NULL OR f.path ^@ $4)
       AND ($5::text IS NULL OR v.created_by = $5)
       AND ($6::text IS NULL OR strpos(lower(f.path || ' ' || v.summary || ' ' || v.description), lower($6)) > 0)
       AND ${visible.text}
     ORDER BY ${ORDERS[filter.order ?? 'path']} LIMIT $7 OFFSET $8`,
    [
      actor.workspaceId,
      actor.username,
      filter.path ?? null,
      filter.pathStart ?? null,
      filter.createdBy ?? null,
      filter.search ?? null,
      filter.perPage,
      (filter.page - 1) * filter.perPage,
      ...visible.values,
    ],
  );
  return found.map((row) => summaryOf(row, hasLastRun));
}

/** All live paths the actor may see. */
export async function flowPaths(actor: WorkspaceActor): Promise<string[]> {
  const visible = sqlVisiblePaths(actor, 'flow:read', 'f.path', 2);
  const found = await rows<{ path: string }>(
    `SELECT f.path FROM flow f WHERE f.workspace_id = $1 AND f.trashed_at IS NULL AND ${visible.text} ORDER BY f.path`,
    [actor.workspaceId, ...visible.values],
  );
  return found.map(({ path }) => path);
}
