'use client';

import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { BatchDialog, type BatchKind, type BatchOutcome } from '@/components/runs/batch-dialog';
import { filterFields } from '@/components/runs/filter-fields';
import { groupOf } from '@/components/runs/run-words';
import { NewRunsPill, RunsFooter, RunsSelectionBar } from '@/components/runs/runs-bars';
import { RunsEmpty } from '@/components/runs/runs-empty';
import { RunsHeader } from '@/components/runs/runs-header';
import { RunsTable } from '@/components/runs/runs-table';
import { Page } from '@/components/shell/page';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { Role } from '@/core/access/model';
import { type FilterWord, readFilter } from '@/core/job/filter-text';
import type { WireJob } from '@/core/job/wire';
import { useRunNames } from '../home-data';
import { useOrphans } from '../workers/worker-data';
import { useIsOutOfSight } from './held-list';
import { useShownRuns } from './shown-runs';
import { useExport } from './use-export';
import { useRunsAddress } from './use-runs-address';
import { useSelection } from './use-selection';

const text = {
  failed: 'The list could not be read.',
  again: 'Try again',
  reason: 'from the Runs page',
  rerun: 'A new run was started.',
};

interface Props {
  workspaceId: string;
  username: string;
  role: Role;
}

/** The Runs page: the address is the filter, and the place in the list. */
export function RunsPage({ workspaceId, username, role }: Props) {
  const isOwnOnly = role === 'operator';
  const address = useRunsAddress(workspaceId);
  const { words, jobHref, newestHref } = address;
  const base = { workspaceId, username, words, isOwnOnly };
  const runs = useShownRuns(base, address.place);
  const { shown, hasReachedNewest } = runs;
  const selection = useSelection(shown.hold);
  const [batch, setBatch] = useState<{ kind: BatchKind; jobs: WireJob[] } | null>(null);
  const topRef = useRef<HTMLDivElement>(null);
  useIsOutOfSight(topRef, (isOut) => shown.hold('scrolled', isOut));
  useTopOnTurn(topRef, runs.list.data?.listId);
  const exporting = useExport(base);
  const perform = usePerform(workspaceId);

  function filterBy(next: readonly FilterWord[]) {
    selection.clear();
    address.filterBy(next);
  }
  useEffect(() => {
    // Going back has led to the front of the list: from here on it is live again.
    if (hasReachedNewest) window.history.replaceState(null, '', newestHref);
  }, [hasReachedNewest, newestHref]);
  const rows = shown.rows;
  const chosen = rows.flatMap(({ job }) => (selection.ids.has(job.id) ? [job] : []));
  const { problems } = readFilter(words, { username, nowMs: 0 });
  return (
    <Page width="full">
      <RunsHeader
        isOwnOnly={isOwnOnly}
        words={words}
        fields={filterFields({
          groups: [...new Set(rows.map(({ job }) => groupOf(job)))],
          users: [...new Set(rows.map(({ job }) => job.created_by))],
        })}
        problems={problems}
        onFilter={filterBy}
        onExport={exporting.start}
        isExporting={exporting.isBusy}
      />
      <div ref={topRef} aria-hidden className="h-px" />
      <NewRunsPill
        count={runs.isNewest ? shown.newCount : 0}
        onShow={() => {
          shown.showNew();
          topRef.current?.scrollIntoView({ block: 'center' });
        }}
      />
      <RunsList
        workspaceId={workspaceId}
        runs={runs}
        address={address}
        isOwnOnly={isOwnOnly}
        selection={selection}
        onClear={() => filterBy([])}
      />
      <RunsSelectionBar
        jobs={chosen}
        onClear={selection.clear}
        onCancel={() => setBatch({ kind: 'cancel', jobs: chosen })}
        onRerun={() => setBatch({ kind: 'rerun', jobs: chosen })}
      />
      {batch ? (
        <BatchDialog
          kind={batch.kind}
          jobs={batch.jobs}
          perform={perform}
          jobHref={jobHref}
          onClose={() => {
            setBatch(null);
            selection.clear();
          }}
        />
      ) : null}
    </Page>
  );
}

interface RunsListProps {
  workspaceId: string;
  runs: ReturnType<typeof useShownRuns>;
  address: ReturnType<typeof useRunsAddress>;
  isOwnOnly: boolean;
  selection: ReturnType<typeof useSelection>;
  onClear: () => void;
}

/** One page of the list with the ways to its neighbours; or why there is nothing to show. */
function RunsList({ workspaceId, runs, address, isOwnOnly, selection, onClear }: RunsListProps) {
  const { list, shown, isTurning } = runs;
  const orphanTags = new Set(useOrphans(workspaceId).map(({ tag }) => tag));
  const nameOfRun = useRunNames(workspaceId, isOwnOnly);
  const [first, last] = [shown.rows[0], shown.rows.at(-1)];
  if (list.isError && list.data === undefined) {
    return (
      <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
        {list.error.message}
      </Banner>
    );
  }
  if (list.data === undefined) return <SkeletonRows rows={12} />;
  if (first === undefined || last === undefined) {
    const base = `/w/${segment(workspaceId)}`;
    return (
      <RunsEmpty
        isFiltered={address.words.length > 0 || !runs.isNewest}
        isOwnOnly={isOwnOnly}
        homeHref={base}
        newScriptHref={`${base}/scripts/new`}
        onClear={onClear}
      />
    );
  }
  return (
    <div aria-busy={isTurning} className={isTurning ? 'opacity-60' : undefined}>
      <RunsTable
        rows={shown.rows}
        jobHref={address.jobHref}
        nameOf={nameOfRun}
        selected={selection.ids}
        onSelect={selection.select}
        orphanTags={orphanTags}
        onHold={(isHeld) => shown.hold('reading', isHeld)}
      />
      {isTurning ? null : (
        <RunsFooter
          shown={shown.rows.length}
          total={runs.isWhole ? { count: shown.rows.length, is_capped: false } : runs.count}
          newerHref={runs.hasNewer ? address.newerHref(first.job) : null}
          olderHref={runs.hasOlder ? address.olderHref(last.job) : null}
          newestHref={runs.isNewest ? null : address.newestHref}
        />
      )}
    </div>
  );
}

/** Another page of the list begins at its top. */
function useTopOnTurn(topRef: RefObject<HTMLElement | null>, listId: string | undefined): void {
  const before = useRef(listId);
  useEffect(() => {
    if (before.current !== undefined && before.current !== listId) topRef.current?.scrollIntoView({ block: 'center' });
    before.current = listId;
  }, [topRef, listId]);
}

/** Cancels or starts again one run of a selection. */
function usePerform(workspaceId: string) {
  const client = useQueryClient();
  return async (kind: BatchKind, job: WireJob): Promise<BatchOutcome> => {
    const start = `/w/${segment(workspaceId)}`;
    const answer =
      kind === 'cancel'
        ? await api<string>('POST', `${start}/jobs_u/queue/cancel/${job.id}`, { reason: text.reason })
        : await api<string>('POST', `${start}/jobs/rerun/${job.id}`, {});
    void client.invalidateQueries({ queryKey: ['jobs', workspaceId, 'list'] });
    return kind === 'cancel' ? { sentence: answer } : { sentence: text.rerun, newId: answer };
  };
}
