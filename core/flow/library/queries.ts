import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisiblePaths } from '@/core/access/visible/rules';
import { rows } from '@/core/platform/db';
import { parseStoredSchema } from '@/core/script/model';
import { variablePaths } from '@/core/variable/queries';
import type { LintContext } from '../definition/lint';
import { liveFlow } from '../queries';
import { parametersOfSchema } from '../usage/queries';

/** What the workspace has of what a flow uses (`script:<path>`, `flow:<path>`), for checking the flow while it is typed. */
export async function libraryFor(actor: WorkspaceActor, uses: readonly string[]): Promise<LintContext> {
  const pathsOf = (kind: string) =>
    uses.flatMap((use) => (use.startsWith(`${kind}:`) ? [use.slice(kind.length + 1)] : []));
  const visible = sqlVisiblePaths(actor, 'script:read', 's.path', 3);
  const [scripts, variableNames] = await Promise.all([
    rows<{ path: string; schema: string }>(
      `SELECT s.path, v.schema FROM script s
       JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
       WHERE s.workspace_id = $1 AND s.trashed_at IS NULL AND s.path = ANY ($2) AND ${visible.text}`,
      [actor.workspaceId, pathsOf('script'), ...visible.values],
    ),
    variablePaths(actor),
  ]);
  const schemas = new Map(scripts.map(({ path, schema }) => [`script:${path}`, parseStoredSchema(schema)]));
  const seen = sqlVisiblePaths(actor, 'flow:read', 'f.path', 3);
  const flows = await rows<{ path: string }>(
    `SELECT f.path FROM flow f WHERE f.workspace_id = $1 AND f.trashed_at IS NULL AND f.path = ANY ($2) AND ${seen.text}`,
    [actor.workspaceId, pathsOf('flow'), ...seen.values],
  );
  for (const { path } of flows) {
    const flow = await liveFlow(actor.workspaceId, path);
    if (flow !== null) schemas.set(`flow:${path}`, flow.schema);
  }
  return {
    variableNames,
    exists: (kind, path) => schemas.has(`${kind}:${path}`),
    parametersOf: (kind, path) => {
      const schema = schemas.get(`${kind}:${path}`);
      return schema === undefined ? null : parametersOfSchema(schema);
    },
  };
}
