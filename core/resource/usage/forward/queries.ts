import { nameOf } from '@/core/path';
import { rows } from '@/core/platform/db';
import type { Target } from '../model';
import type { Move } from './rules';

const EARLIER_PATHS = `SELECT DISTINCT v.path FROM value_version v JOIN (
    SELECT lineage FROM resource WHERE workspace_id = $1 AND path = $2 AND $3 = 'resource'
    UNION ALL SELECT lineage FROM variable WHERE workspace_id = $1 AND path = $2 AND $3 = 'variable') target
  ON target.lineage = v.lineage WHERE v.path <> $2`;

/** Who was last at each path of one of these names, and where he is now; not those who were deleted there. */
const MOVES = `SELECT last.path AS "oldPath", coalesce(r.path, a.path) AS "newPath" FROM (
    SELECT DISTINCT ON (path) path, lineage, change FROM value_version
    WHERE workspace_id = $1 AND kind = $2 AND substring(path from '[^/]+$') = ANY ($3)
    ORDER BY path, created_at DESC, number DESC) last
  LEFT JOIN resource r ON $2 = 'resource' AND r.lineage = last.lineage AND r.workspace_id = $1
  LEFT JOIN variable a ON $2 = 'variable' AND a.lineage = last.lineage AND a.workspace_id = $1
  WHERE last.change <> 'deleted' AND coalesce(r.path, a.path) <> last.path`;

/** The moves that decide what the earlier names of a target mean now; scripts are not found by their old paths. */
export async function movesOf(workspaceId: string, { noun, path }: Target): Promise<readonly Move[]> {
  if (noun === 'script') return [];
  const earlier = await rows<{ path: string }>(EARLIER_PATHS, [workspaceId, path, noun]);
  if (earlier.length === 0) return [];
  return rows<{ oldPath: string; newPath: string }>(MOVES, [workspaceId, noun, earlier.map((one) => nameOf(one.path))]);
}
