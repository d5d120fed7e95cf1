'use client';

import { ChevronDown, ChevronUp, Download, Search, WrapText } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { mostMatches } from './log-lines';

const text = {
  lines: (count: number) => (count === 1 ? '1 line' : `${count.toLocaleString('en-US')} lines`),
  search: 'Search the log',
  none: 'No match',
  matches: (at: number, count: number) =>
    `${at.toLocaleString('en-US')} of ${count === mostMatches ? 'more than ' : ''}${count.toLocaleString('en-US')}`,
  previous: 'Previous match',
  next: 'Next match',
  wrap: 'Wrap long lines',
  noWrap: 'Do not wrap long lines',
  download: 'Download the log',
};

interface LogBarProps {
  lineCount: number;
  query: string;
  onQuery: (query: string) => void;
  /** which match the reader is at, and of how many */
  search: { at: number; count: number };
  onStep: (by: number) => void;
  isWrapped: boolean;
  onWrap: (isWrapped: boolean) => void;
  downloadHref: string | undefined;
}

/** Above the lines: how many there are, the search, and how they are shown. */
export function LogBar({ lineCount, query, onQuery, search, onStep, isWrapped, onWrap, downloadHref }: LogBarProps) {
  const searchRef = useRef<HTMLInputElement>(null);
  useShortcut('filter.focus', () => searchRef.current?.focus());
  function onSearchKey(event: KeyboardEvent) {
    if (event.key === 'Enter') {
      event.preventDefault();
      onStep(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && query !== '') {
      event.stopPropagation();
      onQuery('');
    }
  }
  const found = search.count === 0 ? text.none : text.matches(search.at + 1, search.count);
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-2 py-1">
      <div className="min-w-28 flex-1 sm:max-w-72">
        <Input
          ref={searchRef}
          type="search"
          aria-label={text.search}
          placeholder={text.search}
          icon={<Search />}
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={onSearchKey}
          className="h-7 border-transparent bg-hover/60 [&::-webkit-search-cancel-button]:hidden"
        />
      </div>
      <span role="status" className="text-xs text-muted tabular-nums">
        {query === '' ? text.lines(lineCount) : found}
      </span>
      {search.count > 0 ? (
        <span className="flex">
          <IconButton size="sm" label={text.previous} icon={<ChevronUp />} onClick={() => onStep(-1)} />
          <IconButton size="sm" label={text.next} icon={<ChevronDown />} onClick={() => onStep(1)} />
        </span>
      ) : null}
      <span className="ml-auto flex items-center gap-0.5">
        <IconButton
          size="sm"
          label={isWrapped ? text.noWrap : text.wrap}
          aria-pressed={isWrapped}
          icon={<WrapText className={isWrapped ? 'text-accent' : undefined} />}
          onClick={() => onWrap(!isWrapped)}
        />
        {downloadHref ? <DownloadButton href={downloadHref} /> : null}
      </span>
    </div>
  );
}

function DownloadButton({ href }: { href: string }) {
  return (
    <Button size="sm" variant="ghost" hint={text.download} aria-label={text.download} asChild className="px-1.5">
      <a href={href} download>
        <Download />
      </a>
    </Button>
  );
}
