'use client';

import { ArrowUp, CircleSlash, RotateCcw } from 'lucide-react';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { Pagination } from '@/components/ui/pagination';
import { SelectionBar } from '@/components/ui/selection-bar';
import type { WireJob } from '@/core/job/wire';
import { countWords, isCancellable } from './run-words';

const text = {
  new: (count: number) => (count === 1 ? '1 new' : `${count} new`),
  actions: 'What to do with the selected runs',
  cancel: 'Cancel',
  noneRuns: 'None of them waits or runs any more.',
  rerun: 'Run again',
  of: (shown: string, all: string) => `${shown} of ${all}`,
  newest: 'Back to the newest',
};

/** Tells that there are newer runs, and shows them when wanted: rows never move by themselves under a reader. */
export function NewRunsPill({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <div role="status" className="pointer-events-none sticky top-3 z-20 -mb-7 flex h-7 justify-center">
      {count > 0 ? (
        <Button
          size="sm"
          variant="primary"
          icon={<ArrowUp />}
          onClick={onShow}
          className="pointer-events-auto rounded-full shadow-overlay"
        >
          {text.new(count)}
        </Button>
      ) : null}
    </div>
  );
}

export type RunsFooterProps = {
  shown: number;
  /** undefined while it is being counted */
  total: { count: number; is_capped: boolean } | undefined;
  newerHref: string | null;
  olderHref: string | null;
  newestHref: string | null;
};

/** How much of the list this is, and the way to the rest. */
export function RunsFooter({ shown, total, newerHref, olderHref, newestHref }: RunsFooterProps) {
  const all = total === undefined ? null : countWords(total.count, total.is_capped);
  const isAll = newerHref === null && olderHref === null;
  if (isAll) return <p className="py-3 text-xs text-muted tabular-nums">{all ?? countWords(shown, false)}</p>;
  return (
    <div className="flex flex-wrap items-center gap-x-4">
      {newestHref ? (
        <AppLink href={newestHref} className="rounded-sm text-xs text-accent hover:underline">
          {text.newest}
        </AppLink>
      ) : null}
      <Pagination
        className="min-w-0 flex-1"
        newerHref={newerHref}
        olderHref={olderHref}
        summary={all === null ? undefined : text.of(String(shown), all)}
      />
    </div>
  );
}

export type RunsSelectionBarProps = {
  jobs: readonly WireJob[];
  onCancel: () => void;
  onRerun: () => void;
  onClear: () => void;
};

/** What can be done with the runs that are selected. */
export function RunsSelectionBar({ jobs, onCancel, onRerun, onClear }: RunsSelectionBarProps) {
  return (
    <SelectionBar label={text.actions} count={jobs.length} onClear={onClear}>
      <Button
        size="sm"
        icon={<CircleSlash />}
        disabledReason={jobs.some(isCancellable) ? null : text.noneRuns}
        onClick={onCancel}
      >
        {text.cancel}
      </Button>
      <Button size="sm" icon={<RotateCcw />} onClick={onRerun}>
        {text.rerun}
      </Button>
    </SelectionBar>
  );
}
