import type { WorkspaceActor } from '@/core/access/model';
import { flowByVersion } from '@/core/flow/queries';
import { readRun } from '@/core/flow/run/queries';
import { flowStatus } from '@/core/flow/run/status';
import type { WireJob } from '@/core/job/wire';

/** What a flow's job shows besides: its definition, unless not asked for, and the state of each of its modules. */
export async function flowFacts(
  actor: WorkspaceActor,
  id: string,
  hasDefinition: boolean,
): Promise<Pick<WireJob, 'raw_flow' | 'flow_version' | 'flow_status' | 'suspend'>> {
  const run = await readRun(id);
  if (run === null) return {};
  const { versionId, valueJson, userStates, restartedFrom } = run;
  const version = versionId === null || !hasDefinition ? null : await flowByVersion(actor.workspaceId, versionId);
  const value: unknown = valueJson === null ? version?.value : JSON.parse(valueJson);
  const asking = [...run.nodes.values()].filter((node) => node.type === 'step' && run.isAsking(node)).length;
  return {
    ...(hasDefinition && value !== undefined ? { raw_flow: value } : {}),
    ...(versionId === null ? {} : { flow_version: versionId }),
    flow_status: flowStatus(run, id, { userStates, restartedFrom }),
    ...(asking === 0 ? {} : { suspend: asking }),
  };
}
