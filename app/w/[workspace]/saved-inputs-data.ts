'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ApiError, api, segment } from '@/app/_client/api';
import type { Runnable } from '@/core/saved-input/model';
import type { Args } from '@/core/schema/model';

export interface WireInput {
  readonly id: string;
  readonly name: string;
  readonly created_by: string;
  /** ISO 8601 */
  readonly created_at: string;
  readonly is_public: boolean;
  readonly may_change?: boolean;
  readonly success?: boolean;
}

const LAST_RUNS = 5;

/** Kept inputs of a script or flow and those of its last runs, and what can be done with them. */
export function useSavedInputs(workspaceId: string, runnable: Runnable, isWanted: boolean) {
  const base = `/w/${segment(workspaceId)}/inputs`;
  const of = new URLSearchParams({
    runnable_id: runnable.path,
    runnable_type: runnable.kind === 'flow' ? 'FlowPath' : 'ScriptPath',
  });
  const client = useQueryClient();
  const key = ['inputs', workspaceId, runnable.kind, runnable.path];
  const kept = useQuery<WireInput[], ApiError>({
    queryKey: [...key, 'kept'],
    queryFn: ({ signal }) => api('GET', `${base}/list?${of}&per_page=100`, undefined, signal),
    enabled: isWanted,
  });
  const ran = useQuery<WireInput[], ApiError>({
    queryKey: [...key, 'ran'],
    queryFn: ({ signal }) => api('GET', `${base}/history?${of}&per_page=${LAST_RUNS}`, undefined, signal),
    enabled: isWanted,
    staleTime: 0,
  });
  const read = () => client.invalidateQueries({ queryKey: [...key, 'kept'] });
  return {
    kept,
    ran,
    argsOf: (id: string, isKept: boolean) => api<Args>('GET', `${base}/${segment(id)}/args?input=${isKept}`),
    keep: async (name: string, args: Args, isShared: boolean) => {
      await api('POST', `${base}/create?${of}`, { name, args, is_public: isShared });
      await read();
    },
    drop: async (id: string) => {
      await api('POST', `${base}/delete/${segment(id)}`);
      await read();
    },
  };
}
