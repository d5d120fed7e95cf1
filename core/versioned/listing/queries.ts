import type { WorkspaceActor } from '@/core/access/model';
import { type SqlCondition, sqlVisiblePaths } from '@/core/access/visible/rules';
import type { Outcome } from '@/core/job/model';
import { rows } from '@/core/platform/db';
import type { VersionedFilter, VersionedKind, VersionedSummary } from '../model';
import { TABLES } from '../tables';

interface SummaryRow {
  workspace_id: string;
  path: string;
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

/** What one kind's list has besides: columns of its version `v`, read into `of`, and a condition on them. */
export interface OwnPart<OwnRow, Own> {
  readonly columns: string;
  readonly of: (row: OwnRow) => Own;
  /** gets the number of the first free `$n` */
  readonly condition?: (firstParameter: number) => SqlCondition;
}

const RUN_COLUMNS = `, run.id AS run_id, run.outcome AS run_outcome, run.created_at AS run_created_at,
  run.duration_ms AS run_duration_ms`;

const lastRun = (
  kind: VersionedKind,
) => `LEFT JOIN LATERAL (SELECT j.id, j.outcome, j.created_at, j.duration_ms FROM job j
  WHERE j.workspace_id = h.workspace_id AND j.path = h.path AND j.kind = '${kind}'
  ORDER BY j.created_at DESC, j.id DESC LIMIT 1) run ON true`;

const ORDERS = { path: 'h.path', newest: 'v.created_at DESC, h.path' } as const;

function summaryOf(row: SummaryRow, hasLastRun: boolean): VersionedSummary {
  const summary: VersionedSummary = {
    workspaceId: row.workspace_id,
    path: row.path,
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
  const run = {
    id: row.run_id,
    outcome: row.run_outcome ?? null,
    createdAt: row.run_created_at.toISOString(),
    durationMs: row.run_duration_ms ?? null,
  };
  return { ...summary, lastRun: run };
}

/** Those of a kind that the actor may see, each with what only its kind has. */
export async function listVersioned<OwnRow extends object, Own extends object>(
  actor: WorkspaceActor,
  kind: VersionedKind,
  filter: VersionedFilter,
  own: OwnPart<OwnRow, Own>,
): Promise<(VersionedSummary & Own)[]> {
  const visible = sqlVisiblePaths(actor, `${kind}:read`, 'h.path', 9);
  const narrowed = own.condition?.(9 + visible.values.length) ?? { text: 'true', values: [] };
  const hasLastRun = filter.hasLastRun ?? false;
  const found = await rows<SummaryRow & OwnRow>(
    `SELECT h.workspace_id, h.path, v.hash, v.summary, v.description, v.tag, v.created_by, v.created_at, ${own.columns},
       h.trashed_at, h.trashed_by, EXISTS (SELECT 1 FROM draft d WHERE d.workspace_id = h.workspace_id AND d.kind = '${kind}'
         AND d.path = h.path AND d.username = $2) AS has_draft ${hasLastRun ? RUN_COLUMNS : ''}
     FROM ${kind} h JOIN ${TABLES[kind].versions} v ON ${TABLES[kind].isLive} ${hasLastRun ? lastRun(kind) : ''}
     WHERE h.workspace_id = $1 AND h.trashed_at IS ${filter.isTrash ? 'NOT NULL' : 'NULL'}
       AND ($3::text IS NULL OR h.path = $3) AND ($4::text IS NULL OR h.path ^@ $4)
       AND ($5::text IS NULL OR v.created_by = $5)
       AND ($6::text IS NULL OR strpos(lower(h.path || ' ' || v.summary || ' ' || v.description), lower($6)) > 0)
       AND ${visible.text} AND ${narrowed.text}
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
      ...narrowed.values,
    ],
  );
  return found.map((row) => ({ ...summaryOf(row, hasLastRun), ...own.of(row) }));
}

/** All live paths of a kind that the actor may see. */
export async function livePaths(actor: WorkspaceActor, kind: VersionedKind): Promise<string[]> {
  const visible = sqlVisiblePaths(actor, `${kind}:read`, 'h.path', 2);
  const found = await rows<{ path: string }>(
    `SELECT h.path FROM ${kind} h WHERE h.workspace_id = $1 AND h.trashed_at IS NULL AND ${visible.text} ORDER BY h.path`,
    [actor.workspaceId, ...visible.values],
  );
  return found.map(({ path }) => path);
}

const TEXTS: Readonly<Record<VersionedKind, string>> = { script: 'v.content', flow: 'v.value::text' };

/** What a search looks through: each live one that the actor may read, by path, with its source or definition as text. */
export async function liveTexts(
  actor: WorkspaceActor,
  kind: VersionedKind,
  { page, perPage }: { readonly page: number; readonly perPage: number },
): Promise<{ readonly path: string; readonly text: string }[]> {
  const visible = sqlVisiblePaths(actor, `${kind}:read`, 'h.path', 4);
  return rows<{ path: string; text: string }>(
    `SELECT h.path, ${TEXTS[kind]} AS text FROM ${kind} h JOIN ${TABLES[kind].versions} v ON ${TABLES[kind].isLive}
     WHERE h.workspace_id = $1 AND h.trashed_at IS NULL AND ${visible.text} ORDER BY h.path LIMIT $2 OFFSET $3`,
    [actor.workspaceId, perPage, (page - 1) * perPage, ...visible.values],
  );
}
