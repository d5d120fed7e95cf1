'use client';

import { useQuery } from '@tanstack/react-query';
import type { DraftKind } from '@/core/draft/model';
import { type ApiError, api, segment, tail } from './api';

export interface DraftLine {
  readonly path: string;
  readonly updated_at: string;
}

const draftsKey = (workspaceId: string, kind: DraftKind) => [`${kind}s`, workspaceId, 'drafts'] as const;

const draftPath = (workspaceId: string, kind: DraftKind, path: string) =>
  `/w/${segment(workspaceId)}/drafts/${kind}/${tail(path)}`;

/** What one has typed and not deployed. */
export function useDrafts(workspaceId: string, kind: DraftKind, isWanted: boolean) {
  return useQuery<DraftLine[], ApiError>({
    queryKey: draftsKey(workspaceId, kind),
    queryFn: ({ signal }) => api('GET', `/w/${segment(workspaceId)}/drafts/list/${kind}`, undefined, signal),
    enabled: isWanted,
  });
}

/** The draft at a path; null when there is none. Read once: an editor that is open knows better. */
export function useStoredDraft(workspaceId: string, kind: DraftKind, path: string, isWanted = true) {
  return useQuery<{ value: unknown; updated_at: string } | null, ApiError>({
    queryKey: ['draft', workspaceId, kind, path],
    queryFn: ({ signal }) => api('GET', draftPath(workspaceId, kind, path), undefined, signal),
    enabled: isWanted,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const saveDraft = (workspaceId: string, kind: DraftKind, path: string, value: unknown) =>
  api<{ updated_at: string }>('PUT', draftPath(workspaceId, kind, path), value);

export const dropDraft = (workspaceId: string, kind: DraftKind, path: string) =>
  api<string>('DELETE', draftPath(workspaceId, kind, path));
