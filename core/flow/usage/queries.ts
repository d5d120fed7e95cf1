import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { sqlVisiblePaths } from '@/core/access/visible/rules';
import { rows } from '@/core/platform/db';
import type { ArgsSchema } from '@/core/schema/model';
import { argNames } from '@/core/schema/rules';
import type { Parameter } from '../binding/parameters';
import { flowByVersion } from '../queries';
import { brokenSteps, type Library } from './rules';

/** Live flows that run a script or flow. */
export interface UsedByFlows {
  readonly flows: readonly { readonly path: string; readonly summary: string; readonly versionId: string }[];
  /** how many more there are that the actor may not see */
  readonly hidden: number;
}

interface UserRow {
  path: string;
  summary: string;
  id: string;
}

const USERS = `FROM flow f JOIN flow_version v ON v.id = f.live_id
  WHERE f.workspace_id = $1 AND f.trashed_at IS NULL AND v.uses @> ARRAY[$2::text]`;

/** Which live flows run the script or flow at `path`. */
export async function usedByFlows(actor: WorkspaceActor, kind: Library, path: string): Promise<UsedByFlows> {
  requireCan(actor, kind === 'script' ? 'script:read' : 'flow:read', { kind: 'path', path });
  const use = `${kind}:${path}`;
  const visible = sqlVisiblePaths(actor, 'flow:read', 'f.path', 3);
  const [found, [total]] = await Promise.all([
    rows<UserRow>(
      `SELECT f.path, v.summary, v.id::text AS id ${USERS} AND ${visible.text} ORDER BY f.path LIMIT 1000`,
      [actor.workspaceId, use, ...visible.values],
    ),
    rows<{ count: number }>(`SELECT count(*)::int AS count ${USERS}`, [actor.workspaceId, use]),
  ]);
  const flows = found.map(({ path: at, summary, id }) => ({ path: at, summary, versionId: id }));
  return { flows, hidden: Math.max(0, (total?.count ?? 0) - flows.length) };
}

/** The parameters that a schema describes. */
export const parametersOfSchema = (schema: ArgsSchema): readonly Parameter[] =>
  argNames(schema).map((name) => ({ name, isOptional: !schema.required.includes(name) }));

/**
 * Sentences about the live flows that a script's or flow's new parameters break. A flow that the actor may not see is
 * counted and not named.
 */
export async function flowsBrokenBy(
  actor: WorkspaceActor,
  used: { readonly kind: Library; readonly path: string; readonly schema: ArgsSchema },
): Promise<readonly string[]> {
  const users = await usedByFlows(actor, used.kind, used.path);
  const sentences: string[] = [];
  for (const { path, versionId } of users.flows) {
    const flow = await flowByVersion(actor.workspaceId, versionId);
    if (flow === null || flow.executable === null) continue;
    const broken = brokenSteps(flow.executable, { ...used, parameters: parametersOfSchema(used.schema) });
    if (broken.length > 0) sentences.push(`The flow ${path} breaks: ${broken.join('; ')}.`);
  }
  if (users.hidden > 0) sentences.push(`${users.hidden} more flows that you may not see use it.`);
  return sentences;
}
