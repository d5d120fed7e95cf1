'use client';

import { useNowMs } from './now';
import { formatDuration, formatMoment, formatRelative, inOwnTime, toMs } from './time';
import { Tooltip } from './tooltip';

export type RelativeTimeProps = {
  /** ISO text, Date or milliseconds since the epoch. */
  at: string | number | Date;
  /** IANA zone; the browser's when absent. */
  timeZone?: string;
  className?: string;
};

/** '3 min ago', kept true while the page is open; hover and focus show the exact moment with its zone. */
export function RelativeTime({ at, timeZone, className }: RelativeTimeProps) {
  const nowMs = useNowMs();
  const atMs = toMs(at);
  const iso = new Date(atMs).toISOString();
  // Server and first client render know neither the reader's clock nor his zone: both show the moment in UTC.
  if (nowMs === null) {
    return (
      <time dateTime={iso} className={className}>
        {formatMoment(atMs, 'UTC')}
      </time>
    );
  }
  return (
    <Tooltip content={<span className="tabular-nums">{formatMoment(atMs, timeZone)}</span>}>
      <time dateTime={iso} className={className}>
        {formatRelative(atMs, nowMs, timeZone)}
      </time>
    </Tooltip>
  );
}

/** A sentence of the server with its moments as the reader's clock has them. */
export function OwnTime({ sentence }: { sentence: string }) {
  // Server and first client render know neither his clock nor his zone.
  return useNowMs() === null ? sentence : inOwnTime(sentence);
}

export type DurationProps = {
  /** A length that is over. */
  ms?: number | null;
  /** Or a start: the length grows until `until`, or for as long as the page is open. */
  since?: string | number | Date | null;
  until?: string | number | Date | null;
  className?: string;
};

/** '1.2 s'; counts on while there is no end. */
export function Duration({ ms, since, until, className }: DurationProps) {
  const nowMs = useNowMs();
  return <span className={className ?? 'tabular-nums'}>{words({ ms, since, until }, nowMs)}</span>;
}

function words({ ms, since, until }: DurationProps, nowMs: number | null): string {
  if (ms !== undefined && ms !== null) return formatDuration(ms);
  if (since === undefined || since === null) return '–';
  if (until !== undefined && until !== null) return formatDuration(toMs(until) - toMs(since));
  if (nowMs === null) return '…';
  const elapsedMs = Math.max(0, nowMs - toMs(since));
  return formatDuration(elapsedMs - (elapsedMs % 1_000));
}
