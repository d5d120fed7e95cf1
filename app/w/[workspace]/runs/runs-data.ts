'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { useLiveQueries } from '@/app/_client/live';
import { mostExported } from '@/components/runs/export-rows';
import type { FilterWord } from '@/core/job/filter-text';
import { filterQuery, readFilter } from '@/core/job/filter-text';
import type { WireJob } from '@/core/job/wire';

export const ROWS_PER_PAGE = 50;
const EXPORT_PAGE = 1_000;

/** Which part of which list. */
export interface RunsRequest {
  readonly workspaceId: string;
  readonly username: string;
  readonly words: readonly FilterWord[];
  /** operators see their own runs only */
  readonly isOwnOnly: boolean;
  /** older than this row, or newer than that one; both null: the newest */
  readonly after: string | null;
  readonly before: string | null;
  /** rows wanted; one more is read to know whether the list goes on */
  readonly count: number;
}

export interface RunsPage {
  /** which list and place these rows are of: while the next page is read, the last one is still there */
  readonly listId: string;
  readonly jobs: readonly WireJob[];
  /** there is more in the direction in which was read */
  readonly hasMore: boolean;
}

/** Where a page begins: next to this row. */
export const cursorOf = (job: WireJob): string => `${job.created_at}.${job.id}`;

function queryOf(request: Pick<RunsRequest, 'username' | 'words' | 'isOwnOnly'>): URLSearchParams {
  const { filter } = readFilter(request.words, { username: request.username, nowMs: Date.now() });
  return filterQuery(request.isOwnOnly ? { ...filter, createdBy: request.username } : filter);
}

/** Names a list and a place in it, whatever number of rows is read. */
export const listIdOf = ({ words, after, before }: RunsRequest): string => JSON.stringify([words, after, before]);

async function readPage(request: RunsRequest, signal?: AbortSignal): Promise<RunsPage> {
  const { workspaceId, after, before, count } = request;
  const query = queryOf(request);
  query.set('per_page', String(count + 1));
  const cursor = after ?? before;
  if (cursor !== null) query.set('after', cursor);
  if (before !== null) query.set('order_desc', 'false');
  const found = await api<WireJob[]>('GET', `/w/${segment(workspaceId)}/jobs/list?${query}`, undefined, signal);
  const jobs = found.slice(0, count);
  return { listId: listIdOf(request), jobs: before === null ? jobs : jobs.toReversed(), hasMore: found.length > count };
}

const listKey = (request: RunsRequest) => ['jobs', request.workspaceId, 'list', request];
const liveKinds = ['queued', 'started', 'ended', 'retried', 'cancel', 'approval'] as const;

/** One page of the list, read anew when a job of the workspace begins, ends or waits. */
export function useRuns(request: RunsRequest) {
  const query = useQuery({
    queryKey: listKey(request),
    queryFn: ({ signal }) => readPage(request, signal),
    placeholderData: keepPreviousData,
  });
  useLiveQueries(request.workspaceId, ['jobs', request.workspaceId, 'list'], { kinds: liveKinds, everyMs: 700 });
  return query;
}

export interface RunsCount {
  readonly count: number;
  readonly is_capped: boolean;
}

/** How many runs the filter has in all; asked only when the page does not show them all anyway. */
export function useRunsCount(request: RunsRequest, isWanted: boolean): RunsCount | undefined {
  const { workspaceId, words, username, isOwnOnly } = request;
  const key = ['jobs', workspaceId, 'count', { words, isOwnOnly }];
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      api<RunsCount>(
        'GET',
        `/w/${segment(workspaceId)}/jobs/count?${queryOf({ words, username, isOwnOnly })}`,
        undefined,
        signal,
      ),
    enabled: isWanted,
    placeholderData: keepPreviousData,
  });
  useLiveQueries(workspaceId, ['jobs', workspaceId, 'count'], { kinds: liveKinds, everyMs: 2_000 });
  return isWanted ? query.data : undefined;
}

/** All runs of a filter, newest first, up to what a browser holds. */
export async function readAllRuns(
  request: Omit<RunsRequest, 'after' | 'before' | 'count'>,
): Promise<{ jobs: WireJob[]; isCut: boolean }> {
  const jobs: WireJob[] = [];
  let after: string | null = null;
  for (;;) {
    const page: RunsPage = await readPage({ ...request, after, before: null, count: EXPORT_PAGE - 1 });
    jobs.push(...page.jobs);
    const last = page.jobs.at(-1);
    if (!page.hasMore || last === undefined)
      return { jobs: jobs.slice(0, mostExported), isCut: jobs.length > mostExported };
    if (jobs.length >= mostExported) return { jobs: jobs.slice(0, mostExported), isCut: true };
    after = cursorOf(last);
  }
}
