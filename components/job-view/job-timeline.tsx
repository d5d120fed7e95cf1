import { cx } from '@/components/ui/cx';
import { RelativeTime } from '@/components/ui/relative-time';
import type { WireJob } from '@/core/job/wire';
import { type TimelineEntry, timelineOf } from './job-words';

const text = { label: 'What happened' };

const dots: Record<TimelineEntry['tone'], string> = {
  neutral: 'border-2 border-faint bg-surface',
  info: 'bg-info',
  success: 'bg-success',
  warning: 'rounded-xs rotate-45 bg-warning',
  danger: 'rounded-xs bg-danger',
};

/** What happened to a job beyond its normal course; a job that just ran shows nothing that its facts do not say. */
export function JobTimeline({ job }: { job: WireJob }) {
  if (!job.events?.length) return null;
  const entries = timelineOf(job);
  return (
    <ol aria-label={text.label} className="flex flex-col">
      {entries.map((entry, position) => (
        <li key={entry.id} className="relative flex gap-3 pb-3 last:pb-0">
          {position < entries.length - 1 ? (
            <span aria-hidden className="absolute top-3.5 bottom-0 left-[3.5px] w-px bg-line-strong" />
          ) : null}
          <span aria-hidden className={cx('mt-1.75 size-2 shrink-0 rounded-full', dots[entry.tone])} />
          <div className="min-w-0 flex-1">
            <p className="flex items-baseline justify-between gap-3 text-sm">
              <span className="min-w-0">{entry.label}</span>
              <RelativeTime at={entry.at} className="shrink-0 text-xs text-muted" />
            </p>
            {entry.detail ? <p className="text-xs text-pretty break-words text-muted">{entry.detail}</p> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
