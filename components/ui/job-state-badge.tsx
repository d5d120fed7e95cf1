import {
  CalendarClock,
  Check,
  CircleDashed,
  CircleSlash,
  Hourglass,
  type LucideIcon,
  TimerOff,
  UserRoundX,
  X,
} from 'lucide-react';
import type { JobState } from '@/core/job/model';
import { cx } from './cx';
import { Wheel } from './spinner';

type Look = { word: string; icon: LucideIcon; text: string; soft: string };

const looks: Record<JobState, Look> = {
  scheduled: { word: 'Scheduled', icon: CalendarClock, text: 'text-state-scheduled', soft: 'bg-state-scheduled-soft' },
  queued: { word: 'Queued', icon: CircleDashed, text: 'text-state-queued', soft: 'bg-state-queued-soft' },
  waiting: { word: 'Waiting', icon: Hourglass, text: 'text-state-waiting', soft: 'bg-state-waiting-soft' },
  running: { word: 'Running', icon: CircleDashed, text: 'text-state-running', soft: 'bg-state-running-soft' },
  succeeded: { word: 'Succeeded', icon: Check, text: 'text-state-succeeded', soft: 'bg-state-succeeded-soft' },
  failed: { word: 'Failed', icon: X, text: 'text-state-failed', soft: 'bg-state-failed-soft' },
  cancelled: { word: 'Cancelled', icon: CircleSlash, text: 'text-state-cancelled', soft: 'bg-state-cancelled-soft' },
  timed_out: { word: 'Timed out', icon: TimerOff, text: 'text-state-timed-out', soft: 'bg-state-timed-out-soft' },
  rejected: { word: 'Rejected', icon: UserRoundX, text: 'text-state-rejected', soft: 'bg-state-rejected-soft' },
};

/** The word a person reads for a state. */
export function jobStateWord(state: JobState): string {
  return looks[state].word;
}

function StateIcon({ state, className }: { state: JobState; className?: string }) {
  if (state === 'running') return <Wheel className={className} />;
  const Icon = looks[state].icon;
  return <Icon aria-hidden strokeWidth={2.25} className={className} />;
}

export type JobStateBadgeProps = {
  state: JobState;
  /** what it is called here, where that says more than the state's own word */
  word?: string;
  size?: 'sm' | 'md';
  className?: string;
};

/** A job's state: icon, colour and word together. */
export function JobStateBadge({ state, word, size = 'sm', className }: JobStateBadgeProps) {
  const look = looks[state];
  return (
    <span
      data-state={state}
      className={cx(
        'inline-flex shrink-0 items-center gap-1.5 rounded-full font-medium whitespace-nowrap',
        size === 'sm' ? 'h-5.5 pr-2.5 pl-1.5 text-xs' : 'h-7 pr-3 pl-2 text-sm',
        look.text,
        look.soft,
        className,
      )}
    >
      <StateIcon state={state} className={size === 'sm' ? 'size-3.5' : 'size-4'} />
      {word ?? look.word}
    </span>
  );
}

export type StatusDotProps = {
  tone: 'success' | 'warning' | 'danger' | 'info' | 'neutral';
  /** Always read out, shown unless isLabelHidden. */
  label: string;
  isLabelHidden?: boolean;
  className?: string;
};

const dots = {
  success: 'bg-success',
  warning: 'bg-warning rounded-xs rotate-45',
  danger: 'bg-danger rounded-xs',
  info: 'bg-info',
  neutral: 'border-2 border-faint bg-transparent',
};

/** A small mark with a word. The shape differs with the tone, for eyes that do not tell the colours apart. */
export function StatusDot({ tone, label, isLabelHidden = false, className }: StatusDotProps) {
  return (
    <span className={cx('inline-flex items-center gap-2 text-sm', className)} title={isLabelHidden ? label : undefined}>
      <span aria-hidden className={cx('size-2 shrink-0 rounded-full', dots[tone])} />
      <span className={isLabelHidden ? 'sr-only' : undefined}>{label}</span>
    </span>
  );
}

/** Only the icon in its colour, for dense lists; the word is there for screen readers and on hover. */
export function JobStateIcon({ state, className }: { state: JobState; className?: string }) {
  const look = looks[state];
  return (
    <span title={look.word} className={cx('inline-flex', look.text, className)}>
      <StateIcon state={state} className="size-4" />
      <span className="sr-only">{look.word}</span>
    </span>
  );
}
