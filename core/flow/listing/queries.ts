import type { WorkspaceActor } from '@/core/access/model';
import { listVersioned } from '@/core/versioned/listing/queries';
import type { VersionedFilter } from '@/core/versioned/model';
import type { FlowSummary } from '../version/model';

/** The flows the actor may see. */
export async function listFlows(actor: WorkspaceActor, filter: VersionedFilter): Promise<FlowSummary[]> {
  return listVersioned(actor, 'flow', filter, {
    columns: 'v.id::text AS version_id',
    of: (row: { version_id: string }) => ({ versionId: row.version_id }),
  });
}
