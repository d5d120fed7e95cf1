'use client';

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ApiError, api, apiWithWarnings, segment, tail } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { OutlineStep } from '@/components/flow-view/outline';
import type { WireFlow, WireFlowSummary, WireFlowVersion } from '@/core/flow/wire';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';

const ROWS_PER_PAGE = 100;

export const flowsKey = (workspaceId: string) => ['flows', workspaceId] as const;
const oneKey = (workspaceId: string, path: string) => [...flowsKey(workspaceId), 'one', path] as const;
const base = (workspaceId: string) => `/w/${segment(workspaceId)}/flows`;

interface FlowsFilter {
  readonly search: string;
  readonly owner: string | null;
  readonly isTrash: boolean;
}

/** A row of the list, with the names that all such lists have. */
export type FlowSummary = WireFlowSummary & { readonly created_by: string; readonly created_at: string };

/** The flows one may see, by path, with how each ran last; more of them with `fetchNextPage`. */
export function useFlows(workspaceId: string, { search, owner, isTrash }: FlowsFilter) {
  const query = useInfiniteQuery<FlowSummary[], ApiError>({
    queryKey: [...flowsKey(workspaceId), 'list', { search, owner, isTrash }],
    initialPageParam: 1,
    queryFn: async ({ pageParam, signal }) => {
      const params = new URLSearchParams({
        page: String(pageParam),
        per_page: String(ROWS_PER_PAGE),
        ...(isTrash ? { show_archived: 'true' } : { last_run: 'true' }),
        ...(search === '' ? {} : { search }),
        ...(owner === null ? {} : { path_start: `${owner}/` }),
      });
      const rows = await api<WireFlowSummary[]>('GET', `${base(workspaceId)}/list?${params}`, undefined, signal);
      return rows.map((row) => ({ ...row, created_by: row.edited_by, created_at: row.edited_at }));
    },
    getNextPageParam: (last, pages) => (last.length === ROWS_PER_PAGE ? pages.length + 1 : undefined),
    placeholderData: keepPreviousData,
  });
  useLiveQueries(workspaceId, [...flowsKey(workspaceId), 'list'], { kinds: ['started', 'ended'], everyMs: 2_000 });
  return query;
}

/** The live version of a path; `isFresh`: read anew, however young what is known may be. */
export function useFlow(workspaceId: string, path: string, options: { isWanted?: boolean; isFresh?: boolean } = {}) {
  return useQuery<WireFlow, ApiError>({
    queryKey: oneKey(workspaceId, path),
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/get/${tail(path)}`, undefined, signal),
    retry: (count, error) => error.status !== 404 && count < 2,
    enabled: options.isWanted ?? true,
    ...(options.isFresh ? { refetchOnMount: 'always' as const } : {}),
  });
}

/** One version; versions never change. */
export function useFlowVersion(workspaceId: string, id: string | null) {
  return useQuery<WireFlow, ApiError>({
    queryKey: ['flow versions', workspaceId, id],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/get/v/${segment(id ?? '')}`, undefined, signal),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useFlowHistory(workspaceId: string, path: string) {
  return useQuery<WireFlowVersion[], ApiError>({
    queryKey: [...oneKey(workspaceId, path), 'history'],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/history/p/${tail(path)}`, undefined, signal),
  });
}

/** Live flows that run a script or a flow; `hidden` counts those that one may not see. */
export interface UsedByFlows {
  readonly flows: readonly { readonly path: string; readonly summary: string }[];
  readonly hidden: number;
}

export function useUsedByFlows(workspaceId: string, kind: 'script' | 'flow', path: string) {
  return useQuery<UsedByFlows, ApiError>({
    queryKey: [...flowsKey(workspaceId), 'used by', kind, path],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId)}/used_by/${kind}/${tail(path)}`, undefined, signal),
  });
}

/** Its runs, newest first. */
export function useFlowRuns(workspaceId: string, path: string, count: number) {
  const queryKey = ['jobs', workspaceId, 'of flow', path, count];
  const query = useQuery<WireJob[], ApiError>({
    queryKey,
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ path, kind: 'flow', per_page: String(count) });
      return api('GET', `/w/${segment(workspaceId)}/jobs/list?${params}`, undefined, signal);
    },
  });
  useLiveQueries(workspaceId, queryKey, { kinds: ['queued', 'started', 'ended', 'cancel'], everyMs: 1_000 });
  return query;
}

/** Reads everything about flows anew. */
export function useFlowsChanged(workspaceId: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: flowsKey(workspaceId) });
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** The body of a try-out of what a text says, in either dialect: its schema goes along. */
export function previewBodyOf(path: string, written: unknown, args: Args) {
  const fields = fieldsOf(written);
  const isWrapped = fields.value !== undefined && fields.modules === undefined;
  const schema = isWrapped && fields.schema !== undefined ? { schema: fields.schema } : {};
  return { value: isWrapped ? { ...schema, ...fieldsOf(fields.value) } : fields, path, args };
}

export const flowActions = {
  create: (workspaceId: string, body: unknown) => apiWithWarnings<string>('POST', `${base(workspaceId)}/create`, body),
  update: (workspaceId: string, path: string, body: unknown) =>
    apiWithWarnings<string>('POST', `${base(workspaceId)}/update/${tail(path)}`, body),
  trash: (workspaceId: string, path: string) =>
    api<string>('POST', `${base(workspaceId)}/archive/${tail(path)}`, { archived: true }),
  restore: (workspaceId: string, path: string) =>
    api<string>('POST', `${base(workspaceId)}/trash/restore/${tail(path)}`),
  deleteForEver: (workspaceId: string, path: string) =>
    api<string>('DELETE', `${base(workspaceId)}/trash/${tail(path)}`),
  restoreVersion: (workspaceId: string, path: string, id: string) =>
    api<{ version_id: number }>('POST', `${base(workspaceId)}/restore_version/${tail(path)}`, { version: id }),
  run: (workspaceId: string, path: string, args: Args) =>
    api<string>('POST', `/w/${segment(workspaceId)}/jobs/run/f/${tail(path)}`, args),
  preview: (workspaceId: string, body: { value: unknown; path: string; args: Args }) =>
    api<string>('POST', `/w/${segment(workspaceId)}/jobs/run/preview_flow`, body),
};

/** Addresses of the pages about flows. */
export const flowHrefs = (workspaceId: string) => {
  const root = `/w/${segment(workspaceId)}/flows`;
  return {
    list: root,
    trash: `${root}?trash=1`,
    new: `${root}/new`,
    startFrom: (starter: string) => `${root}/new?start=${encodeURIComponent(starter)}`,
    draft: (path: string) => `${root}/new?draft=${encodeURIComponent(path)}`,
    copyOf: (path: string) => `${root}/new?from=${encodeURIComponent(path)}`,
    view: (path: string) => `${root}/${tail(path)}`,
    edit: (path: string) => `${root}/edit/${tail(path)}`,
    job: (id: string) => `/w/${segment(workspaceId)}/runs/${id}`,
    runs: (path: string) => `/w/${segment(workspaceId)}/runs?q=${encodeURIComponent(`path:${path}`)}`,
    /** the page of what a step runs */
    target: ({ kind, path }: NonNullable<OutlineStep['target']>) => `/w/${segment(workspaceId)}/${kind}s/${tail(path)}`,
  };
};
