'use client';

import type { ReactNode } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';
import { SkeletonRows } from '@/components/ui/skeleton';

const text = {
  search: 'Search by path or description',
  failed: 'The list could not be read.',
  again: 'Try again',
  nothing: 'Nothing matches',
  nothingText: 'No path or description has these words.',
  clear: 'Clear the filter',
};

/** Whether some of the texts has each of the words. */
export const hasWords = (search: string, ...texts: readonly string[]): boolean =>
  search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => texts.join(' ').toLowerCase().includes(word));

interface ListFrameProps {
  list: { isPending: boolean; error: Error | null; data: unknown; refetch: () => unknown };
  isFiltered: boolean;
  shown: number;
  search: string;
  onSearch: (search: string) => void;
  onClear: () => void;
  filter: ReactNode;
  empty: ReactNode;
  children: ReactNode;
}

/** What the lists have in common: loading, failing, being empty, being filtered. */
export function ListFrame(props: ListFrameProps) {
  const { list, isFiltered, shown, search, onSearch, onClear, filter, empty, children } = props;
  if (list.isPending) return <SkeletonRows rows={6} />;
  if (list.error !== null && list.data === undefined) {
    return (
      <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
        {list.error.message}
      </Banner>
    );
  }
  if (shown === 0 && !isFiltered) return empty;
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <div className="min-w-0 flex-1 sm:max-w-md">
          <Input
            type="search"
            aria-label={text.search}
            placeholder={text.search}
            value={search}
            onChange={(event) => onSearch(event.target.value)}
          />
        </div>
        {filter}
      </div>
      {shown === 0 ? (
        <EmptyState title={text.nothing} action={<Button onClick={onClear}>{text.clear}</Button>}>
          {text.nothingText}
        </EmptyState>
      ) : (
        children
      )}
    </>
  );
}
