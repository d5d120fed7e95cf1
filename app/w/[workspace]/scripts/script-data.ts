'use client';

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type ApiError, api, apiWithWarnings, segment, tail } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { GroupOption } from '@/components/script-editor/worker-group-field';
import type { Args } from '@/core/schema/model';
import type { WireScript, WireScriptSummary, WireStatistics, WireVersion } from '@/core/script/wire';
import { useWorkersOverview } from '../workers/worker-data';

const ROWS_PER_PAGE = 100;

export const scriptsKey = (workspaceId: string) => ['scripts', workspaceId] as const;
const oneKey = (workspaceId: string, path: string) => [...scriptsKey(workspaceId), 'one', path] as const;
const base = (workspaceId: string) => `/w/${segment(workspaceId)}/scripts`;

export interface ScriptsFilter {
  readonly search: string;
  readonly language: string | null;
  readonly owner: string | null;
  readonly isTrash: boolean;
}

/** The scripts one may see, by path, with how each ran last; more of them with `fetchNextPage`. */
export function useScripts(workspaceId: string, filter: ScriptsFilter) {
  const queryKey = [...scriptsKey(workspaceId), 'list', filter];
  const languages = filter.language === 'bun' ? 'bun,nativets,bunnative' : filter.language;
  const query = useInfiniteQuery<WireScriptSummary[], ApiError>({
    queryKey,
    initialPageParam: 1,
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({
        page: String(pageParam),
        per_page: String(ROWS_PER_PAGE),
        ...(filter.isTrash ? { show_archived: 'true' } : { last_run: 'true' }),
        ...(filter.search === '' ? {} : { search: filter.search }),
        ...(languages === null ? {} : { languages }),
        ...(filter.owner === null ? {} : { path_start: `${filter.owner}/` }),
      });
      return api('GET', `${base(workspaceId)}/list?${params}`, undefined, signal);
    },
    getNextPageParam: (last, pages) => (last.length === ROWS_PER_PAGE ? pages.length + 1 : undefined),
    placeholderData: keepPreviousData,
  });
  useLiveQueries(workspaceId, [...scriptsKey(workspaceId), 'list'], { kinds: ['started', 'ended'], everyMs: 2_000 });
  return query;
}

/** The live version of a path; `isFresh`: read anew, however young what is known may be. */
export function useScript(workspaceId: string, path: string, options: { isWanted?: boolean; isFresh?: boolean } = {}) {
  return useQuery<WireScript, ApiError>({
    queryKey: oneKey(workspaceId, path),
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/get/p/${tail(path)}`, undefined, signal),
    retry: (count, error) => error.status !== 404 && count < 2,
    enabled: options.isWanted ?? true,
    ...(options.isFresh ? { refetchOnMount: 'always' as const } : {}),
  });
}

/** One version; versions never change. */
export function useVersion(workspaceId: string, hash: string | null) {
  return useQuery<WireScript, ApiError>({
    queryKey: ['script versions', workspaceId, hash],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/get/h/${segment(hash ?? '')}`, undefined, signal),
    enabled: hash !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useHistory(workspaceId: string, path: string) {
  return useQuery<WireVersion[], ApiError>({
    queryKey: [...oneKey(workspaceId, path), 'history'],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/history/p/${tail(path)}`, undefined, signal),
  });
}

/** How long past runs took; null for a script that does not exist yet. */
export function useStatistics(workspaceId: string, path: string | null): WireStatistics | null {
  const query = useQuery<WireStatistics, ApiError>({
    queryKey: [...oneKey(workspaceId, path ?? ''), 'statistics'],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/statistics/p/${tail(path ?? '')}`, undefined, signal),
    enabled: path !== null,
  });
  return query.data ?? null;
}

/** What one ran it with last; null when one never did. Read once, so that a run does not change the form under one's hands. */
export function useLastInputs(workspaceId: string, path: string, isWanted = true) {
  return useQuery<Args | null, ApiError>({
    queryKey: ['last inputs', workspaceId, path],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/last_inputs/p/${tail(path)}`, undefined, signal),
    enabled: isWanted,
    staleTime: 0,
    gcTime: 0,
    refetchOnReconnect: false,
  });
}

/** What forms offer: resources and variables by path. */
export function useFormOptions(workspaceId: string) {
  const resources = useQuery({
    queryKey: ['resources', workspaceId, 'options'],
    queryFn: ({ signal }) =>
      api<{ path: string; resource_type: string; description: string }[]>(
        'GET',
        `/w/${segment(workspaceId)}/resources/list?per_page=1000`,
        undefined,
        signal,
      ),
  });
  const variables = useQuery({
    queryKey: ['variables', workspaceId, 'options'],
    queryFn: ({ signal }) =>
      api<{ path: string; is_secret: boolean; description: string }[]>(
        'GET',
        `/w/${segment(workspaceId)}/variables/list?per_page=1000`,
        undefined,
        signal,
      ),
  });
  return useMemo(
    () => ({
      resources: (resources.data ?? []).map((one) => ({
        path: one.path,
        resourceType: one.resource_type,
        description: one.description,
      })),
      variables: (variables.data ?? []).map((one) => ({
        path: one.path,
        isSecret: one.is_secret,
        description: one.description,
      })),
      areVariablesKnown: variables.data !== undefined,
    }),
    [resources.data, variables.data],
  );
}

/** Names of the workspace's resource types; undefined while they are read. */
export function useResourceTypeNames(workspaceId: string): readonly string[] | undefined {
  return useQuery({
    queryKey: ['resources', workspaceId, 'type names'],
    queryFn: ({ signal }) =>
      api<string[]>('GET', `/w/${segment(workspaceId)}/resources/type/listnames`, undefined, signal),
    staleTime: 60_000,
  }).data;
}

/** The worker groups and how many live workers take jobs of each; null while they are read. */
export function useGroups(workspaceId: string): readonly GroupOption[] | null {
  const { data } = useWorkersOverview(workspaceId);
  const [kept, setKept] = useState<{ text: string; options: GroupOption[] } | null>(null);
  if (data === undefined) return kept?.options ?? null;
  const options = optionsOf(data);
  const text = JSON.stringify(options);
  // The overview is read every two seconds, but the options seldom change: whoever depends on them must not start anew.
  if (kept?.text === text) return kept.options;
  setKept({ text, options });
  return options;
}

function optionsOf({ groups }: NonNullable<ReturnType<typeof useWorkersOverview>['data']>): GroupOption[] {
  const workers = groups.flatMap((group) => group.workers);
  const takers = workers.filter(({ presence, isDraining }) => presence === 'live' && !isDraining);
  // A name that only a queue has is what somebody mistyped.
  const known = groups
    .filter((group) => group.workers.length > 0)
    .flatMap(({ name, extraTags }) => [name, ...extraTags]);
  return [...new Set(['default', ...known])].map((name) => ({
    name,
    liveWorkers: takers.filter(({ tags }) => tags.includes(name)).length,
  }));
}

/** Reads everything about scripts anew. */
export function useScriptsChanged(workspaceId: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: scriptsKey(workspaceId) });
}

export const scriptActions = {
  trash: (workspaceId: string, path: string) => api<string>('POST', `${base(workspaceId)}/archive/p/${tail(path)}`),
  restore: (workspaceId: string, path: string) =>
    api<string>('POST', `${base(workspaceId)}/trash/restore/${tail(path)}`),
  deleteForEver: (workspaceId: string, path: string) =>
    api<string>('DELETE', `${base(workspaceId)}/trash/${tail(path)}`),
  restoreVersion: (workspaceId: string, path: string, hash: string) =>
    api<string>('POST', `${base(workspaceId)}/restore_version/p/${tail(path)}`, { hash }),
  deploy: (workspaceId: string, body: unknown) => apiWithWarnings<string>('POST', `${base(workspaceId)}/create`, body),
  run: (workspaceId: string, path: string, args: Args) =>
    api<string>('POST', `/w/${segment(workspaceId)}/jobs/run/p/${tail(path)}`, args),
  preview: (
    workspaceId: string,
    body: { content: string; language: string; path: string; args: Args; tag?: string },
    timeoutS: number | null,
  ) =>
    api<string>(
      'POST',
      `/w/${segment(workspaceId)}/jobs/run/preview${timeoutS === null ? '' : `?timeout=${timeoutS}`}`,
      body,
    ),
  resolve: (workspaceId: string, script: { content: string; language: string; path: string }) =>
    api<string>('POST', `/w/${segment(workspaceId)}/jobs/run/dependencies_async`, {
      raw_scripts: [{ raw_code: script.content, language: script.language, script_path: script.path }],
    }),
  cancel: (workspaceId: string, jobId: string) =>
    api<string>('POST', `/w/${segment(workspaceId)}/jobs_u/queue/cancel/${segment(jobId)}`, {
      reason: 'stopped in the editor',
    }),
};

/** Addresses of the pages about scripts. */
export const scriptHrefs = (workspaceId: string) => {
  const root = `/w/${segment(workspaceId)}/scripts`;
  return {
    list: root,
    trash: `${root}?trash=1`,
    new: `${root}/new`,
    draft: (path: string) => `${root}/new?draft=${encodeURIComponent(path)}`,
    copyOf: (path: string) => `${root}/new?from=${encodeURIComponent(path)}`,
    view: (path: string) => `${root}/${tail(path)}`,
    tab: (path: string, tab: string) => `${root}/${tail(path)}?tab=${tab}`,
    edit: (path: string) => `${root}/edit/${tail(path)}`,
    job: (id: string) => `/w/${segment(workspaceId)}/runs/${id}`,
    runs: (path: string) => `/w/${segment(workspaceId)}/runs?q=${encodeURIComponent(`path:${path}`)}`,
    newResource: (type: string) => `/w/${segment(workspaceId)}/resources/new?type=${encodeURIComponent(type)}`,
    newVariable: `/w/${segment(workspaceId)}/resources/variables/new`,
  };
};
