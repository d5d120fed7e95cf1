'use client';

import { useQueryClient } from '@tanstack/react-query';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { BatchDialog, type BatchKind, type BatchOutcome } from '@/components/runs/batch-dialog';
import { filterFields } from '@/components/runs/filter-fields';
import { groupOf } from '@/components/runs/run-words';
import { NewRunsPill, RunsFooter, RunsSelectionBar } from '@/components/runs/runs-bars';
import { RunsEmpty } from '@/components/runs/runs-empty';
import { RunsHeader } from '@/components/runs/runs-header';
import { RunsTable } from '@/components/runs/runs-table';
import { Page } from '@/components/shell/page';
import { toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { formatFilter, parseFilter } from '@/components/ui/filter-tokens';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { Role } from '@/core/access/model';
import { FILTER_FIELDS, type FilterWord, readFilter, soleJobId, withoutRepeats } from '@/core/job/filter-text';
import type { WireJob } from '@/core/job/wire';
import { useRunNames } from '../home-data';
import { useOrphans } from '../workers/worker-data';
import { useIsOutOfSight } from './held-list';
import { cursorOf } from './runs-data';
import { useShownRuns } from './shown-runs';
import { useExport } from './use-export';

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
  const search = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const isOwnOnly = role === 'operator';
  const words = parseFilter(search.get('q') ?? '', FILTER_FIELDS);
  const base = { workspaceId, username, words, isOwnOnly };
  const place = { after: search.get('after'), before: search.get('before') };
  const { list, shown, count, ...at } = useShownRuns(base, place);
  const selection = useSelection(shown.hold);
  const [batch, setBatch] = useState<{ kind: BatchKind; jobs: WireJob[] } | null>(null);
  const topRef = useRef<HTMLDivElement>(null);
  useIsOutOfSight(topRef, (isOut) => shown.hold('scrolled', isOut));
  useTopOnTurn(topRef, list.data?.listId);
  const orphanTags = new Set(useOrphans(workspaceId).map(({ tag }) => tag));
  const exporting = useExport(base);
  const nameOfRun = useRunNames(workspaceId, isOwnOnly);
  const perform = usePerform(workspaceId);

  const jobHref = (id: string) => `/w/${segment(workspaceId)}/runs/${id}`;
  const hrefOf = (entries: Record<string, string>) => {
    const query = new URLSearchParams(entries);
    return query.size === 0 ? path : `${path}?${query}`;
  };
  const kept: Record<string, string> = words.length > 0 ? { q: formatFilter(words) } : {};
  function filterBy(next: readonly FilterWord[]) {
    selection.clear();
    const jobId = soleJobId(next);
    if (jobId !== null) return router.push(toRoute(jobHref(jobId)));
    const typed = withoutRepeats(next.flatMap(splitPasted));
    // The page itself stays the same: the server need not be asked for it again.
    window.history.pushState(null, '', hrefOf(typed.length > 0 ? { q: formatFilter(typed) } : {}));
  }
  const newestUrl = hrefOf(kept);
  useEffect(() => {
    // Going back has led to the front of the list: from here on it is live again.
    if (at.hasReachedNewest) window.history.replaceState(null, '', newestUrl);
  }, [at.hasReachedNewest, newestUrl]);
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
        count={at.isNewest ? shown.newCount : 0}
        onShow={() => {
          shown.showNew();
          topRef.current?.scrollIntoView({ block: 'center' });
        }}
      />
      {list.isError && list.data === undefined ? (
        <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
          {list.error.message}
        </Banner>
      ) : null}
      {list.isPending ? <SkeletonRows rows={12} /> : null}
      {list.data !== undefined && rows.length === 0 ? (
        <RunsEmpty
          isFiltered={words.length > 0 || !at.isNewest}
          isOwnOnly={isOwnOnly}
          homeHref={`/w/${segment(workspaceId)}`}
          newScriptHref={`/w/${segment(workspaceId)}/scripts/new`}
          onClear={() => filterBy([])}
        />
      ) : null}
      {rows.length > 0 ? (
        <div aria-busy={at.isTurning} className={at.isTurning ? 'opacity-60' : undefined}>
          <RunsTable
            rows={rows}
            jobHref={jobHref}
            nameOf={nameOfRun}
            selected={selection.ids}
            onSelect={selection.select}
            orphanTags={orphanTags}
            onHold={(isHeld) => shown.hold('reading', isHeld)}
          />
          {at.isTurning ? null : (
            <RunsFooter
              shown={rows.length}
              total={at.isWhole ? { count: rows.length, is_capped: false } : count}
              newerHref={at.hasNewer && rows[0] ? hrefOf({ ...kept, before: cursorOf(rows[0].job) }) : null}
              olderHref={at.hasOlder ? hrefOf({ ...kept, after: cursorOf(lastOf(rows)) }) : null}
              newestHref={at.isNewest ? null : newestUrl}
            />
          )}
        </div>
      ) : null}
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

/** Another page of the list begins at its top. */
function useTopOnTurn(topRef: RefObject<HTMLElement | null>, listId: string | undefined): void {
  const before = useRef(listId);
  useEffect(() => {
    if (before.current !== undefined && before.current !== listId) topRef.current?.scrollIntoView({ block: 'center' });
    before.current = listId;
  }, [topRef, listId]);
}

function lastOf(rows: readonly { job: WireJob }[]): WireJob {
  const last = rows.at(-1);
  if (last === undefined) throw new Error('A list without rows has no last one.');
  return last.job;
}

/** A whole filter that was pasted into one field is read as what it is. */
function splitPasted(word: FilterWord): FilterWord[] {
  if (!/\s[\w.]+:\S/.test(word.value)) return [word];
  return parseFilter(word.field ? `${word.field}:${word.value}` : word.value, FILTER_FIELDS);
}

function useSelection(hold: (reason: 'selected', isHeld: boolean) => void) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const select = useCallback((changed: readonly string[], isSelected: boolean) => {
    setIds((before) => {
      const after = new Set(before);
      for (const id of changed) {
        if (isSelected) after.add(id);
        else after.delete(id);
      }
      return after;
    });
  }, []);
  const latestHold = useRef(hold);
  useEffect(() => {
    latestHold.current = hold;
  });
  const hasAny = ids.size > 0;
  useEffect(() => latestHold.current('selected', hasAny), [hasAny]);
  return { ids, select, clear: () => setIds(new Set()) };
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
