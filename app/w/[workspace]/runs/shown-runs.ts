'use client';

import { useState } from 'react';
import { rowsToRead } from '@/components/runs/held-rows';
import { useHeldList } from './held-list';
import { listIdOf, ROWS_PER_PAGE, type RunsRequest, useRuns, useRunsCount } from './runs-data';

/** One page of the list as it is on the screen: what was read, what is held in its place, and what lies around it. */
export function useShownRuns(
  base: Omit<RunsRequest, 'after' | 'before' | 'count'>,
  place: Pick<RunsRequest, 'after' | 'before'>,
) {
  const isNewest = place.after === null && place.before === null;
  const [room, setRoom] = useState(0);
  const request: RunsRequest = { ...base, ...place, count: ROWS_PER_PAGE + (isNewest ? room : 0) };
  const list = useRuns(request);
  const isTurning = list.data !== undefined && list.data.listId !== listIdOf(request);
  const hasMore = list.data?.hasMore ?? false;
  const hasOlder = place.before === null ? hasMore : true;
  const isWhole = isNewest && !hasOlder && !isTurning;
  const shown = useHeldList({
    jobs: list.data?.jobs ?? [],
    listId: list.data?.listId ?? '',
    isWhole,
    perPage: ROWS_PER_PAGE,
  });
  const wantedRoom = shown.isHeld && isNewest ? rowsToRead(ROWS_PER_PAGE, shown.newCount) - ROWS_PER_PAGE : 0;
  if (wantedRoom !== room && !list.isPlaceholderData) setRoom(wantedRoom);
  const count = useRunsCount(request, list.data !== undefined && !isWhole);
  return {
    list,
    shown,
    count,
    isNewest,
    /** another page is on its way */
    isTurning,
    /** all there is stands on this page */
    isWhole,
    hasOlder,
    hasNewer: place.before === null ? !isNewest : hasMore,
    /** going back has led to the front of the list */
    hasReachedNewest: place.before !== null && !isTurning && list.data?.hasMore === false,
  };
}
