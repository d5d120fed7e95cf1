'use client';

import { groupOf, plainNote, runKindWord, runNote, runTitle, startWord, stateWord } from '@/components/runs/run-words';
import { AppLink } from '@/components/ui/app-link';
import { cx } from '@/components/ui/cx';
import { JobStateBadge, JobStateIcon } from '@/components/ui/job-state-badge';
import { useIsBuilder } from '@/components/ui/reader';
import { Duration, RelativeTime } from '@/components/ui/relative-time';
import type { WireJob } from '@/core/job/wire';

const text = {
  waits: (group: string) => `waits for ${group}`,
  by: (who: string, how: string) => `by ${who}, ${how}`,
};

export type RunLinesProps = {
  jobs: readonly WireJob[];
  jobHref: (id: string) => string;
  label: string;
  /** Names by path, where people know a script by its summary. */
  titles?: ReadonlyMap<string, string>;
  /** With the words of the states: for operators, who do not know the icons. */
  isWordy?: boolean;
  /** All are runs of one thing, which the page is about: each says how it stands and who started it. */
  isOfOne?: boolean;
};

/** A few runs, a line each, live. */
export function RunLines({ jobs, jobHref, label, titles, isWordy = false, isOfOne = false }: RunLinesProps) {
  const isBuilder = useIsBuilder();
  return (
    <ul aria-label={label} className="overflow-hidden rounded-lg border border-line bg-surface">
      {jobs.map((job) => (
        <li
          key={job.id}
          className="relative flex min-h-11 items-center gap-3 border-b border-line px-3 py-1.5 text-sm transition-colors last:border-b-0 hover:bg-hover/60"
        >
          {isWordy ? <JobStateBadge state={job.state} word={stateWord(job)} /> : <JobStateIcon state={job.state} />}
          <span className="min-w-0 flex-1">
            <AppLink
              href={jobHref(job.id)}
              prefetch={false}
              title={isBuilder ? [runTitle(job), noteOf(job)].filter(Boolean).join('\n') : undefined}
              className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
            >
              {isOfOne ? stateWord(job) : (titles?.get(job.script_path ?? '') ?? runTitle(job))}
              {isOfOne ? <Words>{text.by(job.created_by, startWord(job))}</Words> : <KindWord job={job} />}
            </AppLink>
            <Note job={job} />
          </span>
          <span className={cx('shrink-0 text-right text-xs text-muted tabular-nums', isWordy && 'hidden sm:block')}>
            <Took job={job} />
            <RelativeTime at={job.created_at} className="relative z-1 block" />
          </span>
        </li>
      ))}
    </ul>
  );
}

const Words = ({ children }: { children: string }) => (
  <span className="ml-2 text-xs font-normal text-muted">{children}</span>
);

function KindWord({ job }: { job: WireJob }) {
  const word = useIsBuilder() ? runKindWord(job) : null;
  return word === null ? null : <Words>{word}</Words>;
}

const noteOf = (job: WireJob): string | null => (job.state === 'queued' ? text.waits(groupOf(job)) : runNote(job));

function Note({ job }: { job: WireJob }) {
  const words = useIsBuilder() ? noteOf(job) : plainNote(job);
  return words === null ? null : <span className="block truncate text-xs text-muted">{words}</span>;
}

function Took({ job }: { job: WireJob }) {
  if (job.duration_ms !== undefined) return <Duration ms={job.duration_ms} />;
  return job.state === 'running' && job.started_at !== undefined ? <Duration since={job.started_at} /> : null;
}
