import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { rows } from '@/core/platform/db';
import type { RunStatistics } from '../model';

/** How long the last 200 runs of a path took that ended by themselves (not cancelled, not timed out). */
export async function runStatistics(actor: WorkspaceActor, path: string): Promise<RunStatistics> {
  requireCan(actor, 'script:read', { kind: 'path', path });
  const [row] = await rows<{ runs: number; failures: number; percentiles: number[] | null; max_ms: number | null }>(
    `SELECT count(*) AS runs, count(*) FILTER (WHERE outcome = 'failed') AS failures, max(duration_ms) AS max_ms,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY duration_ms) AS percentiles
     FROM (SELECT outcome, duration_ms FROM job WHERE workspace_id = $1 AND path = $2 AND kind = 'script'
       AND outcome IN ('succeeded', 'failed') AND duration_ms IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 200) recent`,
    [actor.workspaceId, path],
  );
  const [p50Ms = null, p95Ms = null] = row?.percentiles ?? [];
  return { runs: row?.runs ?? 0, failures: row?.failures ?? 0, p50Ms, p95Ms, maxMs: row?.max_ms ?? null };
}
