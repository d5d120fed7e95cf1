import { rows } from '@/core/platform/db';
import type { AuditKind, AuditOutcome, AuditRecord } from './model';

export interface AuditFilter {
  readonly workspaceId: string;
  readonly actor?: string;
  readonly action?: string;
  /** only entries of one kind */
  readonly kind?: AuditKind;
  readonly outcome?: AuditOutcome;
  /** a part of what it was about */
  readonly object?: string;
  readonly afterMs?: number;
  readonly beforeMs?: number;
  readonly id?: number;
  /** only entries older than this id */
  readonly beforeId?: number;
  /** only entries newer than this id: the oldest of these, for the page before */
  readonly afterId?: number;
  readonly limit: number;
}

interface AuditRow {
  id: number;
  kind: AuditKind;
  at: Date;
  workspace_id: string | null;
  actor: string;
  via: string;
  action: string;
  object: string;
  outcome: AuditOutcome;
  ip: string | null;
  detail: Record<string, unknown> | null;
}

// The endpoint's name says what was done with the object; the action, what one had to be allowed to do.
const KIND = `CASE WHEN action IN ('script:run', 'script:preview', 'flow:run', 'flow:preview') THEN 'execute'
  WHEN detail->>'endpoint' ~ '^DELETE |/(delete|archive|remove)' THEN 'delete'
  WHEN detail->>'endpoint' ~ '/create' THEN 'create' ELSE 'update' END`;

/** A workspace's entries, newest first. */
export async function listAudit(filter: AuditFilter): Promise<AuditRecord[]> {
  const isUpwards = filter.afterId !== undefined;
  const found = await rows<AuditRow>(
    `SELECT *, ${KIND} AS kind FROM audit WHERE workspace_id = $1 AND ($2::text IS NULL OR actor = $2)
       AND ($3::text IS NULL OR action ^@ $3) AND ($4::bigint IS NULL OR id < $4) AND ($6::text IS NULL OR ${KIND} = $6)
       AND ($7::bigint IS NULL OR id = $7) AND ($8::float8 IS NULL OR at > to_timestamp($8 / 1000))
       AND ($9::float8 IS NULL OR at <= to_timestamp($9 / 1000)) AND ($10::text IS NULL OR outcome = $10)
       AND ($11::text IS NULL OR strpos(lower(object), lower($11)) > 0) AND ($12::bigint IS NULL OR id > $12)
     ORDER BY id ${isUpwards ? 'ASC' : 'DESC'} LIMIT $5`,
    [
      filter.workspaceId,
      filter.actor ?? null,
      filter.action ?? null,
      filter.beforeId ?? null,
      filter.limit,
      filter.kind ?? null,
      filter.id ?? null,
      filter.afterMs ?? null,
      filter.beforeMs ?? null,
      filter.outcome ?? null,
      filter.object ?? null,
      filter.afterId ?? null,
    ],
  );
  if (isUpwards) found.reverse();
  return found.map(({ workspace_id, at, detail, ...rest }) => ({
    ...rest,
    workspaceId: workspace_id,
    at: at.toISOString(),
    ...(detail === null ? {} : { detail }),
  }));
}
