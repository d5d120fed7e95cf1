'use client';

import { keepPreviousData, type QueryKey, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type ApiError, api, segment } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import { type RunNode, sinceStart } from '@/components/flow-view/run-nodes';
import { nodeOf } from '@/components/flow-view/wire-nodes';
import type { WireFlowTree } from '@/core/flow/view/wire';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';

/** So many iterations are read at a time. */
const PAGE = 200;
/** Steps that run inline tell nobody outside; a page that is looked at asks. */
const ASK_EVERY_MS = 1_000;
/** A run that waits for a person has news seldom, and hints tell of it. */
const ASK_WAITING_EVERY_MS = 10_000;

const treeKey = (workspaceId: string, id: string) => ['flow tree', workspaceId, id] as const;
const treePath = (workspaceId: string, id: string) => `/w/${segment(workspaceId)}/jobs_u/flow_tree/${segment(id)}`;

const noNodes: readonly RunNode[] = [];

/** The end of a run may be heard of before its steps were read for the last time, and nothing asks for them afterwards. */
function useReadAtEnd(queryKey: QueryKey, hasEnded: boolean): void {
  const client = useQueryClient();
  const key = JSON.stringify(queryKey);
  const hadEnded = useRef(hasEnded);
  useEffect(() => {
    if (hasEnded && !hadEnded.current) void client.invalidateQueries({ queryKey: JSON.parse(key) });
    hadEnded.current = hasEnded;
  }, [client, key, hasEnded]);
}

/** The nodes of a run as they are now. Long loops come in pages: `readMore` reads the next ones of one loop. */
export function useRunTree(workspaceId: string, job: WireJob) {
  const { id, type, state, created_at: startMs } = job;
  const [pages, setPages] = useState<readonly { under: string; from: number }[]>([]);
  const askEveryMs = state === 'waiting' ? ASK_WAITING_EVERY_MS : ASK_EVERY_MS;
  const refetchInterval = type === 'CompletedJob' ? false : askEveryMs;
  const first = useQuery<WireFlowTree, ApiError>({
    queryKey: [...treeKey(workspaceId, id), 'first'],
    queryFn: ({ signal }) => api('GET', treePath(workspaceId, id), undefined, signal),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  const combine = useCallback(
    (results: readonly { data: WireFlowTree | undefined }[]) => results.flatMap(({ data }) => data?.nodes ?? []),
    [],
  );
  const more = useQueries({
    queries: pages.map(({ under, from }) => ({
      queryKey: [...treeKey(workspaceId, id), under, from],
      queryFn: ({ signal }: { signal: AbortSignal }) => {
        const query = new URLSearchParams({ under, from: String(from), count: String(PAGE) });
        return api<WireFlowTree>('GET', `${treePath(workspaceId, id)}?${query}`, undefined, signal);
      },
      refetchInterval,
    })),
    combine,
  });
  useLiveQueries(workspaceId, treeKey(workspaceId, id), {
    kinds: ['queued', 'started', 'ended', 'retried', 'cancel', 'approval'],
    everyMs: 500,
  });
  useReadAtEnd(treeKey(workspaceId, id), type === 'CompletedJob');
  const nodes = useMemo(() => {
    if (first.data === undefined) return noNodes;
    const byKey = new Map([...first.data.nodes, ...more].map((node) => [node.key, node]));
    return sinceStart([...byKey.values()].map(nodeOf), startMs);
  }, [first.data, more, startMs]);
  const readMore = (under: string) => {
    const read = new Set(nodes.flatMap(({ parent, index }) => (parent === under && index !== null ? [index] : [])));
    let from = 0;
    while (read.has(from)) from += 1;
    setPages((before) =>
      before.some((page) => page.under === under && page.from === from) ? before : [...before, { under, from }],
    );
  };
  return { nodes, readMore, isPending: first.isPending, error: first.error, tree: first.data };
}

export interface ReplayChoice {
  readonly key: string;
  readonly args: Args;
  /** the flow as it is deployed now, instead of as it was */
  readonly isNewest: boolean;
}

/** Starts a run that takes over what ended before one step; answers its id. */
export const replayFrom = (workspaceId: string, runId: string, { key, args, isNewest }: ReplayChoice) =>
  api<string>('POST', `/w/${segment(workspaceId)}/jobs/restart/f/${segment(runId)}`, {
    step_key: key,
    args,
    ...(isNewest ? { newest: true } : {}),
  });

/** Runs a flow again from its first step on, in the version that ran; answers the new run's id. */
export async function replayFromStart(workspaceId: string, runId: string, args: Args | null): Promise<string> {
  const { nodes } = await api<WireFlowTree>('GET', treePath(workspaceId, runId));
  const body = { step_key: nodes[0]?.key, ...(args === null ? {} : { args }) };
  return api<string>('POST', `/w/${segment(workspaceId)}/jobs/restart/f/${segment(runId)}`, body);
}
