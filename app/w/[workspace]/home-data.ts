'use client';

import { useQuery } from '@tanstack/react-query';
import { type ApiError, api, segment } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { WireFlowSummary } from '@/core/flow/wire';
import type { WireJob } from '@/core/job/wire';
import type { WireScriptSummary } from '@/core/script/wire';

const DAY_MS = 86_400_000;

/** The newest runs that fit; `created_after` counts from now at every read. */
export function useHomeRuns(
  workspaceId: string,
  name: string,
  params: Record<string, string>,
  options: { isLastDayOnly?: boolean } = {},
) {
  const queryKey = ['jobs', workspaceId, 'home', name, params];
  const query = useQuery<WireJob[], ApiError>({
    queryKey,
    queryFn: ({ signal }) => {
      const search = new URLSearchParams(params);
      if (options.isLastDayOnly) search.set('created_after', String(Date.now() - DAY_MS));
      return api('GET', `/w/${segment(workspaceId)}/jobs/list?${search}`, undefined, signal);
    },
  });
  useLiveQueries(workspaceId, queryKey, { kinds: ['queued', 'started', 'ended', 'retried', 'cancel'], everyMs: 800 });
  return query;
}

/** Scripts that one may see: the ones changed last first, or by path. */
export function useHomeScripts(workspaceId: string, order: 'newest' | 'path', count: number) {
  return useQuery<WireScriptSummary[], ApiError>({
    queryKey: ['scripts', workspaceId, 'home', order, count],
    queryFn: ({ signal }) =>
      api('GET', `/w/${segment(workspaceId)}/scripts/list?order=${order}&per_page=${count}`, undefined, signal),
  });
}

/** Flows, likewise. */
export function useHomeFlows(workspaceId: string, order: 'newest' | 'path', count: number) {
  return useQuery<WireFlowSummary[], ApiError>({
    queryKey: ['flows', workspaceId, 'home', order, count],
    queryFn: ({ signal }) =>
      api('GET', `/w/${segment(workspaceId)}/flows/list?order=${order}&per_page=${count}`, undefined, signal),
  });
}
