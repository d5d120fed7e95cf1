'use client';

import { useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { ApprovalLine, ListName } from '@/core/approval/model';

/** Ends of runs close their questions. */
const KINDS = ['approval', 'ended'] as const;
const keyOf = (workspaceId: string, what: string) => ['approvals', workspaceId, what];

/** One list of the inbox, kept fresh. */
export function useApprovals(workspaceId: string, list: ListName) {
  const queryKey = keyOf(workspaceId, list);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api<ApprovalLine[]>('GET', `/w/${segment(workspaceId)}/approvals/list?list=${list}`, undefined, signal),
  });
  useLiveQueries(workspaceId, queryKey, { kinds: KINDS });
  return query;
}

/** How many questions wait for the reader: the number in the navigation. */
export function useApprovalCount(workspaceId: string): number {
  const queryKey = keyOf(workspaceId, 'count');
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api<{ mine: number }>('GET', `/w/${segment(workspaceId)}/approvals/count`, undefined, signal),
  });
  useLiveQueries(workspaceId, queryKey, { kinds: ['approval'], everyMs: 1_500 });
  return query.data?.mine ?? 0;
}
