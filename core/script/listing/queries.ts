import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisiblePaths } from '@/core/access/rules';
import type { Outcome } from '@/core/job/model';
import { rows } from '@/core/platform/db';
import { asScriptKind, type ScriptSummary } from '../model';

export interface ScriptFilter {
  /** exactly this path */
  readonly path?: string | undefined;
  readonly pathStart?: string | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
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
  hash: string;
  language: string;
  summary: string;
  description: string;
  kind: string;
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
  WHERE j.workspace_id = s.workspace_id AND j.path = s.path AND j.kind = 'script'
  ORDER BY j.created_at DESC, j.id DESC LIMIT 1) run ON true`;

const ORDERS = { path: 's.path', newest: 'v.created_at DESC, s.path' } as const;

function summaryOf(row: SummaryRow, hasLastRun: boolean): ScriptSummary {
  const summary: ScriptSummary = {
    workspaceId: row.workspace_id,
    path: row.path,
    hash: row.hash,
    language: row.language,
    summary: row.summary,
    description: row.description,
    kind: asScriptKind(row.kind),
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

/** The scripts the actor may see. */
export async function listScripts(actor: WorkspaceActor, filter: ScriptFilter): Promise<ScriptSummary[]> {
  const visible = sqlVisiblePaths(actor, 'script:read', 's.path', 11);
  const hasLastRun = filter.hasLastRun ?? false;
  const found = await rows<SummaryRow>(
    `SELECT s.workspace_id, s.path, v.hash, v.language, v.summary, v.description, v.kind, v.tag, v.created_by, v.created_at,
       s.trashed_at, s.trashed_by, EXISTS (SELECT 1 FROM draft d WHERE d.workspace_id = s.workspace_id AND d.kind = 'script'
         AND d.path = s.path AND d.username = $2) AS has_draft
       ${hasLastRun ? ', run.id AS run_id, run.outcome AS run_outcome, run.created_at AS run_created_at, run.duration_ms AS run_duration_ms' : ''}
     FROM script s JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
       ${hasLastRun ? LAST_RUN : ''}
     WHERE s.workspace_id = $1 AND s.trashed_at IS ${filter.isTrash ? 'NOT NULL' : 'NULL'}
       AND ($3::text IS NULL OR s.path = $3) AND ($4::text IS NULL OR s.path ^@ $4)
       AND ($5::text[] IS NULL OR v.language = ANY ($5)) AND ($6::text[] IS NULL OR v.kind = ANY ($6))
       AND ($7::text IS NULL OR v.created_by = $7)
       AND ($8::text IS NULL OR strpos(lower(s.path || ' ' || v.summary || ' ' || v.description), lower($8)) > 0)
       AND ${visible.text}
     ORDER BY ${ORDERS[filter.order ?? 'path']} LIMIT $9 OFFSET $10`,
    [
      actor.workspaceId,
      actor.username,
      filter.path ?? null,
      filter.pathStart ?? null,
      filter.languages ?? null,
      filter.kinds ?? null,
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
export async function scriptPaths(actor: WorkspaceActor): Promise<string[]> {
  const visible = sqlVisiblePaths(actor, 'script:read', 's.path', 2);
  const found = await rows<{ path: string }>(
    `SELECT s.path FROM script s WHERE s.workspace_id = $1 AND s.trashed_at IS NULL AND ${visible.text} ORDER BY s.path`,
    [actor.workspaceId, ...visible.values],
  );
  return found.map(({ path }) => path);
}
