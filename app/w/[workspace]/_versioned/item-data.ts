'use client';

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ApiError, api, segment, tail } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { Args } from '@/core/schema/model';
import type { VersionedKind } from '@/core/versioned/model';

const ROWS_PER_PAGE = 100;

/** Below the path of one item the API says `p/` for scripts, which it knows by hash, too. */
const AT = { script: 'p/', flow: '' } as const;

export const itemsKey = (noun: VersionedKind, workspaceId: string) => [`${noun}s`, workspaceId] as const;
export const itemKey = (noun: VersionedKind, workspaceId: string, path: string) =>
  [...itemsKey(noun, workspaceId), 'one', path] as const;
export const itemsBase = (noun: VersionedKind, workspaceId: string) => `/w/${segment(workspaceId)}/${noun}s`;

export interface ItemsFilter {
  readonly search: string;
  readonly owner: string | null;
  readonly isTrash: boolean;
}

/**
 * Those one may see, by path, with how each ran last; more of them with `fetchNextPage`. `params` filters by what only
 * this noun has.
 */
export function useItems<Row>(
  noun: VersionedKind,
  workspaceId: string,
  { search, owner, isTrash }: ItemsFilter,
  params: Readonly<Record<string, string>> = {},
) {
  const listKey = [...itemsKey(noun, workspaceId), 'list'];
  const query = useInfiniteQuery<Row[], ApiError>({
    queryKey: [...listKey, { search, owner, isTrash, ...params }],
    initialPageParam: 1,
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams({
        page: String(pageParam),
        per_page: String(ROWS_PER_PAGE),
        ...(isTrash ? { show_archived: 'true' } : { last_run: 'true' }),
        ...(search === '' ? {} : { search }),
        ...params,
        ...(owner === null ? {} : { path_start: `${owner}/` }),
      });
      return api('GET', `${itemsBase(noun, workspaceId)}/list?${asked}`, undefined, signal);
    },
    getNextPageParam: (last, pages) => (last.length === ROWS_PER_PAGE ? pages.length + 1 : undefined),
    placeholderData: keepPreviousData,
  });
  useLiveQueries(workspaceId, listKey, { kinds: ['started', 'ended'], everyMs: 2_000 });
  return query;
}

export interface ReadOptions {
  readonly isWanted?: boolean;
  /** read anew, however young what is known may be */
  readonly isFresh?: boolean;
}

/** The live version of a path. */
export function useItem<Item>(noun: VersionedKind, workspaceId: string, path: string, options: ReadOptions = {}) {
  return useQuery<Item, ApiError>({
    queryKey: itemKey(noun, workspaceId, path),
    queryFn: ({ signal }) =>
      api('GET', `${itemsBase(noun, workspaceId)}/get/${AT[noun]}${tail(path)}`, undefined, signal),
    retry: (count, error) => error.status !== 404 && count < 2,
    enabled: options.isWanted ?? true,
    ...(options.isFresh ? { refetchOnMount: 'always' as const } : {}),
  });
}

/** One version; versions never change. */
export function useItemVersion<Item>(noun: VersionedKind, workspaceId: string, id: string | null) {
  const by = noun === 'script' ? 'h' : 'v';
  return useQuery<Item, ApiError>({
    queryKey: [`${noun} versions`, workspaceId, id],
    queryFn: ({ signal }) =>
      api('GET', `${itemsBase(noun, workspaceId)}/get/${by}/${segment(id ?? '')}`, undefined, signal),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useItemHistory<Version>(noun: VersionedKind, workspaceId: string, path: string) {
  return useQuery<Version[], ApiError>({
    queryKey: [...itemKey(noun, workspaceId, path), 'history'],
    queryFn: ({ signal }) => api('GET', `${itemsBase(noun, workspaceId)}/history/p/${tail(path)}`, undefined, signal),
  });
}

/** Reads everything about scripts, or flows, anew. */
export function useItemsChanged(noun: VersionedKind, workspaceId: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: itemsKey(noun, workspaceId) });
}

/** The ways into the trash and out of it. */
export const trashActions = (noun: VersionedKind, workspaceId: string) => {
  const base = itemsBase(noun, workspaceId);
  return {
    trash: (path: string) => api<string>('POST', `${base}/archive/${AT[noun]}${tail(path)}`),
    restore: (path: string) => api<string>('POST', `${base}/trash/restore/${tail(path)}`),
    deleteForEver: (path: string) => api<string>('DELETE', `${base}/trash/${tail(path)}`),
  };
};

/** Addresses of the pages about scripts, or flows. */
export const itemHrefs = (noun: VersionedKind, workspaceId: string) => {
  const workspace = `/w/${segment(workspaceId)}`;
  const root = `${workspace}/${noun}s`;
  return {
    list: root,
    trash: `${root}?trash=1`,
    new: `${root}/new`,
    draft: (path: string) => `${root}/new?draft=${encodeURIComponent(path)}`,
    copyOf: (path: string) => `${root}/new?from=${encodeURIComponent(path)}`,
    view: (path: string) => `${root}/${tail(path)}`,
    edit: (path: string) => `${root}/edit/${tail(path)}`,
    job: (id: string) => `${workspace}/runs/${id}`,
    runs: (path: string) => `${workspace}/runs?q=${encodeURIComponent(`path:${path}`)}`,
  };
};

/** What one ran it with last; null when one never did. Read once, so that a run does not change the form under one's hands. */
export function useLastInputs(noun: VersionedKind, workspaceId: string, path: string) {
  return useQuery<Args | null, ApiError>({
    queryKey: ['last inputs', noun, workspaceId, path],
    queryFn: ({ signal }) =>
      api('GET', `${itemsBase(noun, workspaceId)}/last_inputs/p/${tail(path)}`, undefined, signal),
    staleTime: 0,
    gcTime: 0,
    refetchOnReconnect: false,
  });
}
