'use client';

import { Clock } from 'lucide-react';
import { useRef } from 'react';
import { STATE_WORDS, tallyWords } from '@/components/approval-view/approval-words';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { AppLink } from '@/components/ui/app-link';
import { Avatar } from '@/components/ui/avatar';
import { Badge, type BadgeProps } from '@/components/ui/badge';
import { cx } from '@/components/ui/cx';
import { useNowMs } from '@/components/ui/now';
import { RelativeTime } from '@/components/ui/relative-time';
import { formatDuration } from '@/components/ui/time';
import type { ApprovalLine, ApprovalState } from '@/core/approval/model';

const text = {
  asks: 'asks',
  left: (time: string) => `${time} left`,
  over: 'time is up',
  noDeadline: 'no deadline',
};

const TONES: Readonly<Record<ApprovalState, BadgeProps['tone']>> = {
  open: 'info',
  approved: 'success',
  rejected: 'danger',
  expired: 'warning',
  cancelled: 'neutral',
};

interface Props {
  label: string;
  lines: readonly ApprovalLine[];
  hrefOf: (line: ApprovalLine) => string;
}

/** Questions, each readable without opening it. j and k move between them, o opens. */
export function ApprovalRows({ label, lines, hrefOf }: Props) {
  const listRef = useRef<HTMLUListElement>(null);
  function move(by: number) {
    const links: Element[] = [...(listRef.current?.querySelectorAll('a') ?? [])];
    const at = document.activeElement === null ? -1 : links.indexOf(document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, at + by))];
    if (next instanceof HTMLElement) next.focus();
  }
  useShortcut('list.next', lines.length > 0 ? () => move(1) : null);
  useShortcut('list.previous', lines.length > 0 ? () => move(-1) : null);
  return (
    <ul ref={listRef} aria-label={label} className="divide-y divide-line overflow-hidden rounded-lg border border-line">
      {lines.map((line) => (
        <li key={line.id}>
          <Row line={line} href={hrefOf(line)} />
        </li>
      ))}
    </ul>
  );
}

function Row({ line, href }: { line: ApprovalLine; href: string }) {
  const tally = tallyWords(line);
  return (
    <AppLink
      href={href}
      className="flex min-w-0 items-start gap-x-3 gap-y-1 px-4 py-3 outline-offset-[-2px] transition-colors duration-(--motion-fast) hover:bg-hover max-sm:flex-wrap"
    >
      <Avatar name={line.askedBy.name} className="mt-0.5" />
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="line-clamp-2 font-medium break-words text-text">{line.title}</span>
        <span className="text-sm break-words text-muted">
          {line.askedBy.name} {text.asks} · <RelativeTime at={line.createdAt} />
          {line.path ? ` · ${line.path}` : ''}
        </span>
        {line.state !== 'open' && line.end ? <span className="text-sm break-words text-muted">{line.end}</span> : null}
      </span>
      <span className="flex shrink-0 flex-col items-end gap-1 text-sm max-sm:w-full max-sm:flex-row max-sm:pl-9.5">
        {line.state === 'open' ? (
          <Left line={line} />
        ) : (
          <Badge tone={TONES[line.state]}>{STATE_WORDS[line.state]}</Badge>
        )}
        {tally && line.state === 'open' ? <span className="text-xs text-muted">{tally}</span> : null}
      </span>
    </AppLink>
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
