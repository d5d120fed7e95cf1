'use client';

import { useEffect, useState } from 'react';
import { cx } from './cx';
import { formatDuration } from './time';

const text = { working: 'Working' };
const showElapsedAfterMs = 3_000;

export type SpinnerProps = {
  label?: string;
  /** Shows the label beside the wheel; otherwise only a screen reader hears it. */
  isLabelShown?: boolean;
  size?: 'sm' | 'md';
  className?: string;
};

/** A wheel that says after three seconds how long it has been turning. */
export function Spinner({ label = text.working, isLabelShown = false, size = 'sm', className }: SpinnerProps) {
  const elapsedMs = useElapsedMs();
  const isSlow = elapsedMs >= showElapsedAfterMs;
  return (
    <span role="status" className={cx('inline-flex items-center gap-2 text-sm text-muted', className)}>
      <Wheel className={size === 'sm' ? 'size-4' : 'size-5'} />
      <span className={isLabelShown ? undefined : 'sr-only'}>{label}</span>
      {isSlow ? (
        <span aria-hidden className="text-xs text-faint tabular-nums">
          {formatDuration(elapsedMs - (elapsedMs % 1000))}
        </span>
      ) : null}
    </span>
  );
}

/** Only the wheel, for the inside of controls that say themselves that they are busy. */
export function Wheel({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" fill="none" aria-hidden className={cx('animate-spin', className)}>
      <circle cx="8" cy="8" r="6" stroke="currentColor" strokeOpacity="0.25" strokeWidth="2" />
      <path d="M14 8a6 6 0 0 0-6-6" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}

function useElapsedMs(): number {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    const startMs = performance.now();
    const timer = setInterval(() => setElapsedMs(performance.now() - startMs), 1_000);
    return () => clearInterval(timer);
  }, []);
  return elapsedMs;
}
