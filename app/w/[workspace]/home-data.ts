'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ApiError, api, segment } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import { runTitle } from '@/components/runs/run-words';
import { plainLabel } from '@/components/ui/plain-label';
import type { WireFlowSummary } from '@/core/flow/wire';
import type { WireJob } from '@/core/job/wire';
import { nameOf } from '@/core/path';
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
export function useHomeScripts(workspaceId: string, order: 'newest' | 'path', count: number, isWanted = true) {
  return useQuery<WireScriptSummary[], ApiError>({
    queryKey: ['scripts', workspaceId, 'home', order, count],
    queryFn: ({ signal }) =>
      api('GET', `/w/${segment(workspaceId)}/scripts/list?order=${order}&per_page=${count}`, undefined, signal),
    enabled: isWanted,
  });
}

/** Flows, likewise. */
export function useHomeFlows(workspaceId: string, order: 'newest' | 'path', count: number, isWanted = true) {
  return useQuery<WireFlowSummary[], ApiError>({
    queryKey: ['flows', workspaceId, 'home', order, count],
    queryFn: ({ signal }) =>
      api('GET', `/w/${segment(workspaceId)}/flows/list?order=${order}&per_page=${count}`, undefined, signal),
    enabled: isWanted,
  });
}

/** More than one may run than a page can hold; their runs go by the last part of their path. */
export const MOST_NAMES = 1_000;

/** What operators call a run: by its script's or flow's summary. null: the reader knows paths. */
export function useRunNames(workspaceId: string, isOperator: boolean): ((job: WireJob) => string) | null {
  const scripts = useHomeScripts(workspaceId, 'path', MOST_NAMES, isOperator).data;
  const flows = useHomeFlows(workspaceId, 'path', MOST_NAMES, isOperator).data;
  return useMemo(() => {
    if (!isOperator) return null;
    const names = new Map([...(flows ?? []), ...(scripts ?? [])].map(({ path, summary }) => [path, summary]));
    return (job) => {
      const path = job.script_path;
      return path === undefined ? runTitle(job) : names.get(path) || plainLabel(nameOf(path));
    };
  }, [isOperator, scripts, flows]);
}
