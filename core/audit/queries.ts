import { rows } from '@/core/platform/db';
import type { AuditRecord } from './model';

export interface AuditFilter {
  readonly workspaceId: string;
  readonly actor?: string;
  readonly action?: string;
  /** only entries older than this id */
  readonly beforeId?: number;
  readonly limit: number;
}

interface AuditRow {
  id: number;
  at: Date;
  workspace_id: string | null;
  actor: string;
  via: string;
  action: string;
  object: string;
  outcome: 'done' | 'refused';
  ip: string | null;
  detail: Record<string, unknown> | null;
}

/** A workspace's entries, newest first. */
export async function listAudit(filter: AuditFilter): Promise<AuditRecord[]> {
  const found = await rows<AuditRow>(
    `SELECT * FROM audit WHERE workspace_id = $1 AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR action = $3)
       AND ($4::bigint IS NULL OR id < $4) ORDER BY id DESC LIMIT $5`,
    [filter.workspaceId, filter.actor ?? null, filter.action ?? null, filter.beforeId ?? null, filter.limit],
  );
  return found.map(({ workspace_id, at, detail, ...rest }) => ({
    ...rest,
    workspaceId: workspace_id,
    at: at.toISOString(),
    ...(detail === null ? {} : { detail }),
  }));
}
