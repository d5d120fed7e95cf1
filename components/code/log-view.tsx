'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { LogBar } from './log-bar';
import {
  emptyLog,
  findInLog,
  type LogLine,
  type LogMatch,
  lineOfHash,
  type ParsedLog,
  readLog,
  shownLines,
} from './log-lines';
import { LogRow } from './log-row';

const text = {
  label: 'Log',
  end: 'Jump to the end',
  waiting: 'Nothing has been written yet.',
  empty: 'The job wrote nothing.',
};
const lineHeightPx = 20;
const nearEndPx = 24;

export type LogViewProps = {
  /** The whole log so far; a live one grows at its end. */
  text: string;
  /** While the job runs: the view follows the end until the reader scrolls up. */
  isLive?: boolean;
  downloadHref?: string;
  /** Names the region, where a page has more than one. */
  label?: string;
  /** Above the lines, for example that the log was cut. */
  note?: ReactNode;
  className?: string;
};

/** A log of any length: only the lines in sight are on the page. Lines can be linked to as #L12. */
export function LogView({
  text: content,
  isLive = false,
  downloadHref,
  label = text.label,
  note,
  className,
}: LogViewProps) {
  const lines = useLines(content);
  const [query, setQuery] = useState('');
  const [isWrapped, setIsWrapped] = useState(true);
  const search = useSearch(lines, query);
  const view = useFollowingView(lines, isLive);
  const linkedLine = useLinkedLine(lines.length, view.reveal);

  function step(by: number) {
    const match = search.step(by);
    if (match) view.reveal(match.line);
  }
  return (
    <div
      className={cx(
        'relative flex h-96 min-h-40 min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface',
        className,
      )}
    >
      <LogBar
        lineCount={lines.length}
        query={query}
        onQuery={setQuery}
        search={search}
        onStep={step}
        isWrapped={isWrapped}
        onWrap={setIsWrapped}
        downloadHref={downloadHref}
      />
      {note ? <div className="border-b border-line px-3 py-1.5 text-xs text-muted">{note}</div> : null}
      <section
        ref={view.scrollRef}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={view.onScroll}
        className="min-h-0 flex-1 overflow-auto overscroll-contain py-1.5 font-mono text-xs leading-5 outline-offset-[-2px]"
      >
        {lines.length === 0 ? (
          <p className="px-4 py-3 font-sans text-sm text-muted">{isLive ? text.waiting : text.empty}</p>
        ) : null}
        <div
          style={{ height: view.virtual.getTotalSize() }}
          className={cx('relative', isWrapped ? 'w-full' : 'w-max min-w-full')}
        >
          {view.virtual.getVirtualItems().map((item) => (
            <LogRow
              key={item.key}
              ref={view.virtual.measureElement}
              index={item.index}
              top={item.start}
              line={lines[item.index]}
              matches={search.inLine(item.index)}
              matchLength={search.length}
              isLinked={item.index === linkedLine}
              isWrapped={isWrapped}
            />
          ))}
        </div>
      </section>
      {view.isFollowing || !view.hasMore ? null : (
        <Button
          size="sm"
          icon={<ArrowDownToLine />}
          onClick={view.jumpToEnd}
          className="absolute right-4 bottom-3 rounded-full shadow-overlay"
        >
          {text.end}
        </Button>
      )}
    </div>
  );
}

/** Reads only what was added since the last render. */
function useLines(content: string): LogLine[] {
  const [log, setLog] = useState<ParsedLog>(() => readLog(emptyLog, content));
  const current = log.text === content ? log : readLog(log, content);
  if (current !== log) setLog(current);
  return useMemo(() => shownLines(current), [current]);
}

function useSearch(lines: LogLine[], query: string) {
  const wanted = useDeferredValue(query.trim());
  const matches = useMemo(() => findInLog(lines, wanted), [lines, wanted]);
  const byLine = useMemo(() => Map.groupBy(matches, (match) => match.line), [matches]);
  const [position, setPosition] = useState<{ wanted: string; at: number }>({ wanted: '', at: -1 });
  const at = position.wanted === wanted ? Math.min(position.at, matches.length - 1) : -1;
  const current = matches[at];
  return {
    count: matches.length,
    length: wanted.length,
    at,
    inLine: (line: number) =>
      (byLine.get(line) ?? []).map((match) => ({ start: match.start, isCurrent: match === current })),
    step: (by: number): LogMatch | undefined => {
      if (matches.length === 0) return undefined;
      const next = at === -1 && by < 0 ? matches.length - 1 : (at + by + matches.length) % matches.length;
      setPosition({ wanted, at: next });
      return matches[next];
    },
  };
}

function useFollowingView(lines: LogLine[], isLive: boolean) {
  const scrollRef = useRef<HTMLElement>(null);
  const lastTop = useRef(0);
  const [isFollowing, setIsFollowing] = useState(isLive);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => lineHeightPx,
    overscan: 8,
  });
  const last = lines.length - 1;
  // After every render: lines that arrive, lines that grow, and rows whose height was only guessed move the end.
  useLayoutEffect(() => {
    const element = scrollRef.current;
    if (!isFollowing || !isLive || !element) return;
    // The reader has moved up since: of a fast log the next line is here before the browser tells of the move.
    if (element.scrollTop < lastTop.current - 1 && !isNearEnd(element)) {
      setIsFollowing(false);
      return;
    }
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  });
  return {
    scrollRef,
    virtual,
    isFollowing,
    /** there are lines out of sight */
    hasMore: virtual.getTotalSize() > (virtual.scrollRect?.height ?? Number.POSITIVE_INFINITY),
    onScroll: () => {
      const element = scrollRef.current;
      if (!element) return;
      // Only a move upwards lets go: lines that arrive also move the end away from the view.
      if (isNearEnd(element)) setIsFollowing(true);
      else if (element.scrollTop < lastTop.current) setIsFollowing(false);
      lastTop.current = element.scrollTop;
    },
    jumpToEnd: () => {
      setIsFollowing(true);
      virtual.scrollToIndex(last, { align: 'end' });
    },
    reveal: (line: number) => {
      setIsFollowing(false);
      virtual.scrollToIndex(line, { align: 'center' });
    },
  };
}

const isNearEnd = (element: HTMLElement): boolean =>
  element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx;

/** The line that the address names, now and when it changes; shown once it has arrived. */
function useLinkedLine(count: number, reveal: (line: number) => void): number | null {
  const [hash, setHash] = useState('');
  const shownHash = useRef('');
  useEffect(() => {
    const read = () => setHash(window.location.hash);
    read();
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  const line = lineOfHash(hash, count);
  useEffect(() => {
    if (line === null || shownHash.current === hash) return;
    shownHash.current = hash;
    reveal(line);
  }, [line, hash, reveal]);
  return line;
}
