'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type ApiError, api, apiWithWarnings, segment, tail } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { GroupOption } from '@/components/script-editor/worker-group-field';
import type { Args } from '@/core/schema/model';
import type { WireScript, WireScriptSummary, WireStatistics } from '@/core/script/wire';
import {
  type ItemsFilter,
  itemHrefs,
  itemKey,
  itemsBase,
  type ReadOptions,
  useItem,
  useItems,
  useItemVersion,
} from '../_versioned/item-data';
import { useWorkersOverview } from '../workers/worker-data';

const oneKey = (workspaceId: string, path: string) => itemKey('script', workspaceId, path);
const base = (workspaceId: string) => itemsBase('script', workspaceId);

/** The scripts one may see, of one language or of all. */
export function useScripts(workspaceId: string, filter: ItemsFilter, language: string | null) {
  const languages = language === 'bun' ? 'bun,nativets,bunnative' : language;
  return useItems<WireScriptSummary>('script', workspaceId, filter, languages === null ? {} : { languages });
}

export const useScript = (workspaceId: string, path: string, options?: ReadOptions) =>
  useItem<WireScript>('script', workspaceId, path, options);

/** One version, by its hash. */
export const useVersion = (workspaceId: string, hash: string | null) =>
  useItemVersion<WireScript>('script', workspaceId, hash);

/** How long past runs took; null for a script that does not exist yet. */
export function useStatistics(workspaceId: string, path: string | null): WireStatistics | null {
  const queryKey = [...oneKey(workspaceId, path ?? ''), 'statistics'];
  const query = useQuery<WireStatistics, ApiError>({
    queryKey,
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/statistics/p/${tail(path ?? '')}`, undefined, signal),
    enabled: path !== null,
  });
  useLiveQueries(workspaceId, queryKey, { kinds: ['ended'], everyMs: 15_000 });
  return query.data ?? null;
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

export const scriptActions = {
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
  const common = itemHrefs('script', workspaceId);
  return {
    ...common,
    newResource: (type: string) => `/w/${segment(workspaceId)}/resources/new?type=${encodeURIComponent(type)}`,
    newVariable: `/w/${segment(workspaceId)}/resources/variables/new`,
  };
};
