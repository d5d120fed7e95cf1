'use client';

import { UsedByFlows } from '@/components/flow-view/used-by-flows';
import { Skeleton } from '@/components/ui/skeleton';
import { flowHrefs, useUsedByFlows } from './flow-data';

interface Props {
  workspaceId: string;
  kind: 'script' | 'flow';
  path: string;
}

/** Which flows run something; a failed look is said where the list would be. */
export function UsedBy({ workspaceId, kind, path }: Props) {
  const { data, error } = useUsedByFlows(workspaceId, kind, path);
  if (error !== null) return <p className="text-sm text-danger">{error.message}</p>;
  if (data === undefined) return <Skeleton className="h-5 w-40" />;
  return <UsedByFlows flows={data.flows} hidden={data.hidden} hrefOf={flowHrefs(workspaceId).view} />;
}
