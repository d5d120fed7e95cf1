'use client';

import { useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { OrphanQueue, WorkersOverview } from '@/core/worker-group/model';

const orphansKey = (workspaceId: string) => ['workers', workspaceId, 'orphans'];
const overviewKey = (workspaceId: string) => ['workers', workspaceId, 'overview'];
/** A worker that falls silent sends no notification; asking is the only way to notice. */
const ASK_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 4_000;
const none: readonly OrphanQueue[] = [];

/** Queues that no live worker serves; at most five seconds old, and `atFirst` until the first answer. */
export function useOrphans(workspaceId: string, atFirst?: readonly OrphanQueue[]): readonly OrphanQueue[] {
  const query = useQuery({
    queryKey: orphansKey(workspaceId),
    queryFn: ({ signal }) => api<OrphanQueue[]>('GET', `/w/${segment(workspaceId)}/workers/orphans`, undefined, signal),
    refetchInterval: LOOK_EVERY_MS,
    ...(atFirst === undefined ? {} : { initialData: [...atFirst] }),
  });
  useLiveQueries(workspaceId, orphansKey(workspaceId), { kinds: ['workers'], everyMs: 1_000 });
  return query.data ?? none;
}

/** Everything that the Workers page shows; at most two seconds old. */
export function useWorkersOverview(workspaceId: string) {
  const query = useQuery({
    queryKey: overviewKey(workspaceId),
    queryFn: ({ signal }) =>
      api<WorkersOverview>('GET', `/w/${segment(workspaceId)}/workers/overview`, undefined, signal),
    refetchInterval: ASK_EVERY_MS,
  });
  useLiveQueries(workspaceId, overviewKey(workspaceId), {
    kinds: ['workers', 'queued', 'started', 'ended', 'retried'],
    everyMs: 1_000,
  });
  return query;
}
