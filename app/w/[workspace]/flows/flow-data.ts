'use client';

import { useQuery } from '@tanstack/react-query';
import { type ApiError, api, apiWithWarnings, segment, tail } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import type { OutlineStep } from '@/components/flow-view/outline';
import type { WireFlow } from '@/core/flow/wire';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
import { itemHrefs, itemsBase, itemsKey, type ReadOptions, useItem } from '../_versioned/item-data';

const flowsKey = (workspaceId: string) => itemsKey('flow', workspaceId);
const base = (workspaceId: string) => itemsBase('flow', workspaceId);

export const useFlow = (workspaceId: string, path: string, options?: ReadOptions) =>
  useItem<WireFlow>('flow', workspaceId, path, options);

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
  restoreVersion: (workspaceId: string, path: string, id: string) =>
    api<{ version_id: number }>('POST', `${base(workspaceId)}/restore_version/${tail(path)}`, { version: id }),
  run: (workspaceId: string, path: string, args: Args) =>
    api<string>('POST', `/w/${segment(workspaceId)}/jobs/run/f/${tail(path)}`, args),
  preview: (workspaceId: string, body: { value: unknown; path: string; args: Args }) =>
    api<string>('POST', `/w/${segment(workspaceId)}/jobs/run/preview_flow`, body),
};

/** Addresses of the pages about flows. */
export const flowHrefs = (workspaceId: string) => {
  const common = itemHrefs('flow', workspaceId);
  return {
    ...common,
    startFrom: (starter: string) => `${common.new}?start=${encodeURIComponent(starter)}`,
    /** the page of what a step runs */
    target: ({ kind, path }: NonNullable<OutlineStep['target']>) => `/w/${segment(workspaceId)}/${kind}s/${tail(path)}`,
  };
};
