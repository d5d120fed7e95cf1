'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { cx } from '@/components/ui/cx';
import { formatDuration } from '@/components/ui/time';
import { NodeStateIcon, nodeStateWord } from './node-state';
import { outOfSight } from './out-of-sight';
import { PhaseBar } from './phase-bar';
import { type RunNode, rowsOf, type TreeRow } from './run-nodes';
import { StepMark } from './step-mark';

const text = {
  label: 'Steps of this run',
  more: (count: number) => `Show more (${count.toLocaleString('en-US')} left)`,
  takenOver: 'taken over from the earlier run',
  tries: (count: number) => `try ${count}`,
  lists: (ended: number, count: number | null) =>
    count === null ? `${ended} so far` : `${ended.toLocaleString('en-US')} of ${count.toLocaleString('en-US')}`,
  failed: (count: number) => `${count.toLocaleString('en-US')} failed`,
};
const ROW_PX = 46;
const MOST_PX = 620;
/** What says that there is more lies over the list: a chosen row must not end up below it. */
const EDGE_PX = 28;
/** Less than this is the frame, not a row. */
const SCROLLED_PX = 6;

export type RunTreeProps = {
  nodes: readonly RunNode[];
  open: ReadonlySet<string>;
  chosen: string | null;
  /** the run as a whole, for the bars; ms since the epoch */
  span: { readonly from: number; readonly to: number };
  /** for operators: names instead of ids, and no bars */
  isSimple?: boolean;
  onToggle: (key: string, isOpen: boolean) => void;
  onChoose: (key: string) => void;
  /** reads more lists of a loop */
  onMore: (under: string) => void;
};

/** The steps of a run with what they wait for, and their time as bars. A thousand iterations are as quick as ten. */
export function RunTree(props: RunTreeProps) {
  const { nodes, open, chosen, span, isSimple = false, onChoose } = props;
  const id = useId();
  const scrollRef = useRef<HTMLDivElement>(null);
  const rows = rowsOf(nodes, open);
  const at = rows.findIndex((row) => row.kind === 'node' && row.node.key === chosen);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    scrollPaddingStart: EDGE_PX,
    scrollPaddingEnd: EDGE_PX,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new choice moves the list, not a new row above it
  useEffect(() => {
    if (at !== -1) virtual.scrollToIndex(at, { align: 'auto' });
  }, [chosen]);
  const keys = useTreeKeys(rows, at, props);
  const [firstRow, endRow] = rowsInSight(virtual.scrollOffset ?? 0, virtual.scrollRect?.height ?? 0, rows.length);
  return (
    <div className="relative">
      <div
        ref={scrollRef}
        role="tree"
        aria-label={text.label}
        tabIndex={0}
        aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
        onKeyDown={keys}
        className="@container group/tree overflow-y-auto rounded-lg border border-line bg-surface outline-offset-[-2px] max-sm:max-h-[60dvh]"
        style={{ height: Math.min(MOST_PX, rows.length * ROW_PX + 2) }}
      >
        <div role="presentation" className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              // biome-ignore lint/a11y/useFocusableInteractive: the tree itself has the focus and names its active row
              <div
                key={row.kind === 'node' ? row.node.key : row.key}
                id={`${id}-${index}`}
                role="treeitem"
                aria-level={row.depth + 1}
                aria-selected={index === at}
                {...(row.kind === 'node' && row.isOpen !== null ? { 'aria-expanded': row.isOpen } : {})}
                onClick={() => (row.kind === 'node' ? onChoose(row.node.key) : props.onMore(row.under))}
                onKeyDown={undefined}
                className={cx(
                  'absolute inset-x-0 top-0 flex cursor-default items-center gap-2 border-b border-line px-2 hover:bg-hover/60',
                  index === at &&
                    'bg-selected hover:bg-selected group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-focus',
                )}
                style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
              >
                {row.kind === 'node' ? (
                  <NodeRow row={row} span={isSimple ? null : span} onToggle={props.onToggle} />
                ) : (
                  <MoreRow row={row} />
                )}
              </div>
            );
          })}
        </div>
      </div>
      <Edge words={outOfSight(rows.slice(0, firstRow), 'above')} isTop onClick={() => virtual.scrollToIndex(0)} />
      <Edge words={outOfSight(rows.slice(endRow), 'below')} onClick={() => virtual.scrollToIndex(rows.length - 1)} />
    </div>
  );
}

/** The first row that is in sight and the first below it that is not: the edges that say so lie over a row each. */
function rowsInSight(offsetPx: number, heightPx: number, count: number): [first: number, end: number] {
  const belowPx = count * ROW_PX - offsetPx - heightPx;
  const first = offsetPx < SCROLLED_PX ? 0 : Math.max(1, Math.round((offsetPx + EDGE_PX) / ROW_PX));
  if (heightPx === 0 || belowPx < SCROLLED_PX) return [first, count];
  return [first, Math.min(count - 1, Math.round((offsetPx + heightPx - EDGE_PX) / ROW_PX))];
}

type EdgeProps = { words: string; isTop?: boolean; onClick: () => void };

/** Says over the edge of the list what lies behind it, and leads there. */
function Edge({ words, isTop = false, onClick }: EdgeProps) {
  if (words === '') return null;
  return (
    <button
      type="button"
      onClick={onClick}
      className={cx(
        'absolute inset-x-px z-10 flex h-7 items-center justify-center gap-1.5 border-line bg-sunken text-xs text-muted hover:text-text [&_svg]:size-3.5',
        isTop ? 'top-px rounded-t-lg border-b' : 'bottom-px rounded-b-lg border-t',
      )}
    >
      {isTop ? <ArrowUp aria-hidden /> : <ArrowDown aria-hidden />}
      {words}
    </button>
  );
}

/** Arrow keys as in every tree: up and down move, right opens, left closes or goes to the parent. */
function useTreeKeys(rows: readonly TreeRow[], at: number, { onChoose, onToggle, onMore }: RunTreeProps) {
  const choose = (index: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (row?.kind === 'node') onChoose(row.node.key);
    else if (row !== undefined) onMore(row.under);
  };
  return (event: KeyboardEvent) => {
    const row = rows[at];
    const node = row?.kind === 'node' ? row : null;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => choose(at + 1),
      ArrowUp: () => choose(at - 1),
      Home: () => choose(0),
      End: () => choose(rows.length - 1),
      ArrowRight: () => (node?.isOpen === false ? onToggle(node.node.key, true) : choose(at + 1)),
      ArrowLeft: () => {
        if (node?.isOpen === true) onToggle(node.node.key, false);
        else if (node?.node.parent) onChoose(node.node.parent);
      },
      Enter: () => node !== null && node.isOpen !== null && onToggle(node.node.key, !node.isOpen),
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  };
}

type NodeRowProps = {
  row: Extract<TreeRow, { kind: 'node' }>;
  /** null: no bars, and names instead of ids */
  span: RunTreeProps['span'] | null;
  onToggle: RunTreeProps['onToggle'];
};

const DEEPEST_INDENT = 6;

function NodeRow({ row: { node, depth, isOpen }, span, onToggle }: NodeRowProps) {
  return (
    <>
      <span aria-hidden className="shrink-0" style={{ width: Math.min(depth, DEEPEST_INDENT) * 16 }} />
      {isOpen === null ? (
        <span aria-hidden className="w-6 shrink-0" />
      ) : (
        <span
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            onToggle(node.key, !isOpen);
          }}
          className="flex size-6 shrink-0 items-center justify-center rounded-sm text-faint hover:bg-hover"
        >
          <ChevronRight className={cx('size-4 transition-transform', isOpen && 'rotate-90')} />
        </span>
      )}
      <NodeStateIcon state={node.state} />
      {node.kind === 'step' && span !== null ? (
        <StepMark type={node.type} word={node.word} language={node.language} />
      ) : null}
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-baseline gap-2">
          {span === null ? (
            <span className="min-w-0 truncate text-sm font-medium">{node.summary || node.title}</span>
          ) : (
            <>
              <span className="shrink-0 truncate font-mono text-sm font-medium @max-sm:max-w-36">{node.title}</span>
              <span
                className="min-w-0 truncate text-xs text-muted"
                title={node.summary || node.label || node.path || undefined}
              >
                {node.summary || node.label || node.path}
              </span>
            </>
          )}
        </span>
        <Remark node={node} />
      </span>
      {span === null ? null : <PhaseBar node={node} span={span} />}
      <Took node={node} />
    </>
  );
}

function Remark({ node }: { node: RunNode }) {
  const { lists, attempt, reason, state, isTakenOver } = node;
  const parts = [
    ...(isTakenOver ? [text.takenOver] : []),
    ...(attempt > 1 ? [text.tries(attempt)] : []),
    ...(lists === null ? [] : [text.lists(lists.ended, lists.count)]),
    ...(lists !== null && lists.failed > 0 ? [text.failed(lists.failed)] : []),
    ...(reason === null ? [] : [reason]),
  ];
  const isBad = state === 'failed' || state === 'timed_out' || state === 'rejected';
  if (parts.length === 0) return null;
  return (
    <span className={cx('block truncate text-xs', isBad ? 'text-danger' : 'text-muted')} title={parts.join(' · ')}>
      {parts.join(' · ')}
    </span>
  );
}

function Took({ node: { times, state } }: { node: RunNode }) {
  const isOver = times.begun !== null && times.ended !== null;
  return (
    <span className="w-14 shrink-0 text-right text-xs text-muted tabular-nums">
      {isOver ? formatDuration((times.ended ?? 0) - (times.begun ?? 0)) : null}
      {isOver ? null : <span className="sr-only">{nodeStateWord(state)}</span>}
    </span>
  );
}

function MoreRow({ row }: { row: Extract<TreeRow, { kind: 'more' }> }) {
  return (
    <>
      <span aria-hidden className="shrink-0" style={{ width: Math.min(row.depth, DEEPEST_INDENT) * 16 + 20 }} />
      <span className="text-sm text-accent">{text.more(row.count)}</span>
    </>
  );
}
