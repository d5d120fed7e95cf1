'use client';

import { Clock } from 'lucide-react';
import { type FocusEvent, useEffect, useRef } from 'react';
import { STATE_WORDS, tallyWords } from '@/components/approval-view/approval-words';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { AppLink } from '@/components/ui/app-link';
import { Avatar } from '@/components/ui/avatar';
import { Badge, type BadgeProps } from '@/components/ui/badge';
import { Checkbox } from '@/components/ui/checkbox';
import { cx } from '@/components/ui/cx';
import { useNowMs } from '@/components/ui/now';
import { OwnTime, RelativeTime } from '@/components/ui/relative-time';
import { formatDuration } from '@/components/ui/time';
import type { ApprovalLine, ApprovalState, Verdict } from '@/core/approval/model';
import { successor } from './successor';

const text = {
  asks: 'asks',
  left: (time: string) => `${time} left`,
  over: 'time is up',
  noDeadline: 'no deadline',
  select: (title: string) => `Select ${title}`,
};

const TONES: Readonly<Record<ApprovalState, BadgeProps['tone']>> = {
  open: 'info',
  approved: 'success',
  rejected: 'danger',
  expired: 'warning',
  cancelled: 'neutral',
};

/** What can be done with the rows where they are, beside opening them. */
export interface RowActions {
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (id: string, isSelected: boolean) => void;
  /** a key asked to answer this question; nothing is decided before it is shown */
  readonly onAnswer: (line: ApprovalLine, verdict: Verdict) => void;
  readonly onComment: (line: ApprovalLine) => void;
}

interface Props {
  label: string;
  lines: readonly ApprovalLine[];
  hrefOf: (line: ApprovalLine) => string;
  actions?: RowActions;
}

/** Questions, each readable without opening it. Keys: j, k, o or Enter; with actions also a, r, m and x. */
export function ApprovalRows({ label, lines, hrefOf, actions }: Props) {
  const keys = useRowKeys(lines, actions);
  return (
    <ul
      ref={keys.listRef}
      onFocus={keys.onFocus}
      onBlur={keys.onBlur}
      aria-label={label}
      className="divide-y divide-line overflow-hidden rounded-lg border border-line"
    >
      {lines.map((line) => (
        <Row key={line.id} line={line} href={hrefOf(line)} actions={lines.length > 1 ? actions : undefined} />
      ))}
    </ul>
  );
}

function Row({ line, href, actions }: { line: ApprovalLine; href: string; actions: RowActions | undefined }) {
  const tally = tallyWords(line);
  const isSelected = actions?.selected.has(line.id) ?? false;
  return (
    <li
      className={cx(
        'relative flex min-w-0 items-start gap-x-3 gap-y-1 px-4 py-3 transition-colors duration-(--motion-fast) max-sm:flex-wrap',
        isSelected ? 'bg-selected' : 'hover:bg-hover',
      )}
    >
      {actions === undefined ? null : (
        <span className="relative z-1 mt-1.5 flex">
          <Checkbox
            aria-label={text.select(line.title)}
            isChecked={isSelected}
            onChange={(isChecked) => actions.onSelect(line.id, isChecked)}
          />
        </span>
      )}
      <Avatar name={line.askedBy.name} className="mt-0.5" />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <AppLink
          href={href}
          data-approval={line.id}
          className="line-clamp-2 font-medium break-words text-text outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {line.title}
        </AppLink>
        <span className="text-sm break-words text-muted">
          {line.askedBy.name} {text.asks} · <RelativeTime at={line.createdAt} className="relative z-1" />
          {line.flowSummary || line.path ? ` · ${line.flowSummary || line.path}` : ''}
          {line.flowSummary && line.path ? (
            <code className="ml-2 text-xs break-all text-faint max-sm:hidden">{line.path}</code>
          ) : null}
        </span>
        {line.state !== 'open' && line.end ? (
          <span className="text-sm break-words text-muted">
            <OwnTime sentence={line.end} />
          </span>
        ) : null}
      </span>
      <span
        className={cx(
          'flex shrink-0 flex-col items-end gap-1 text-sm max-sm:w-full max-sm:flex-row',
          actions === undefined ? 'max-sm:pl-9.5' : 'max-sm:pl-16.5',
        )}
      >
        {line.state === 'open' ? (
          <Left line={line} />
        ) : (
          <Badge tone={TONES[line.state]}>{STATE_WORDS[line.state]}</Badge>
        )}
        {tally && line.state === 'open' ? <span className="text-xs text-muted">{tally}</span> : null}
      </span>
    </li>
  );
}

/** How long there is still, coloured when it gets late. */
function Left({ line }: { line: ApprovalLine }) {
  const nowMs = useNowMs();
  if (line.deadlineAt === null) return <span className="text-xs text-muted">{text.noDeadline}</span>;
  if (nowMs === null) return null;
  const leftMs = line.deadlineAt - nowMs;
  const share = leftMs / Math.max(1, line.deadlineAt - line.createdAt);
  const words =
    leftMs <= 0 ? text.over : text.left(formatDuration(leftMs > 60_000 ? leftMs - (leftMs % 60_000) : leftMs));
  return (
    <span
      className={cx(
        'flex items-center gap-1 text-xs tabular-nums [&_svg]:size-3.5',
        share < 0.25 ? 'font-medium text-warning' : 'text-muted',
      )}
    >
      <Clock aria-hidden />
      {words}
    </span>
  );
}

/**
 * The focus moves between the rows' links, so that Enter opens and a screen reader follows. A row that goes away (it was
 * answered) hands the focus to the one after it.
 */
function useRowKeys(lines: readonly ApprovalLine[], actions: RowActions | undefined) {
  const listRef = useRef<HTMLUListElement>(null);
  /** where the reader is */
  const current = useRef<string | null>(null);
  const order = useRef<readonly string[]>([]);

  function linkOf(line: ApprovalLine | undefined): HTMLAnchorElement | undefined {
    const links = listRef.current?.querySelectorAll<HTMLAnchorElement>('a[data-approval]') ?? [];
    return [...links].find(({ dataset }) => dataset.approval === line?.id);
  }
  function focusOn(line: ApprovalLine | undefined): ApprovalLine | undefined {
    const link = linkOf(line);
    link?.focus();
    link?.closest('li')?.scrollIntoView({ block: 'nearest' });
    return line;
  }
  const at = () => lines.findIndex(({ id }) => id === current.current);
  const move = (by: number) => focusOn(lines[Math.max(0, Math.min(lines.length - 1, at() === -1 ? 0 : at() + by))]);
  function onFocus(event: FocusEvent) {
    const link = event.target.closest('li')?.querySelector<HTMLAnchorElement>('a[data-approval]');
    current.current = link?.dataset.approval ?? current.current;
  }
  function onBlur(event: FocusEvent) {
    // He left for nothing else on the page: no change of the list calls him back.
    if (event.relatedTarget === null && event.target.isConnected) current.current = null;
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about what was drawn anew
  useEffect(() => {
    const before = order.current;
    order.current = lines.map(({ id }) => id);
    if (current.current === null || document.activeElement !== document.body) return;
    const next = successor(before, current.current, order.current);
    focusOn(lines.find(({ id }) => id === next));
  }, [lines]);

  const hasRows = lines.length > 0;
  const hasActions = hasRows && actions !== undefined;
  const answer = (verdict: Verdict) => {
    const line = move(0);
    if (line !== undefined) actions?.onAnswer(line, verdict);
  };
  const comment = () => {
    const line = move(0);
    if (line !== undefined) actions?.onComment(line);
  };
  const select = () => {
    const line = move(0);
    if (line !== undefined) actions?.onSelect(line.id, !actions.selected.has(line.id));
  };
  useShortcut('list.next', hasRows ? () => void move(1) : null);
  useShortcut('list.previous', hasRows ? () => void move(-1) : null);
  useShortcut('list.open', hasRows ? () => (at() === -1 ? undefined : linkOf(lines[at()])?.click()) : null);
  useShortcut('approval.approve', hasActions ? () => answer('approve') : null);
  useShortcut('approval.reject', hasActions ? () => answer('reject') : null);
  useShortcut('approval.comment', hasActions ? comment : null);
  useShortcut('list.select', hasActions && lines.length > 1 ? select : null);
  return { listRef, onFocus, onBlur };
}
