'use client';

import { Square } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { LogView } from '@/components/code/log-view';
import { ResultView } from '@/components/code/result-view';
import { stateWord } from '@/components/runs/run-words';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { JobStateBadge } from '@/components/ui/job-state-badge';
import { Duration } from '@/components/ui/relative-time';
import { Skeleton } from '@/components/ui/skeleton';
import type { WireJob } from '@/core/job/wire';

const text = {
  title: 'This run',
  open: 'Open the run',
  cancel: 'Stop',
  stopping: 'Stopping…',
  starting: 'Starting…',
  lost: 'The connection is cut. It goes on by itself when it is back.',
  failed: 'The run cannot be read.',
};

export type RunOutputProps = {
  /** undefined while it is read for the first time */
  job: WireJob | undefined;
  log: string;
  isLost: boolean;
  problem: string | null;
  href: string;
  downloadHref: string;
  onCancel: () => void;
  /** instead of a log: the steps of a flow */
  steps?: ReactNode;
};

const isShort = (log: string): boolean => log.split('\n', 8).length < 8;

/** A run beside the form it was started from: state, result, log. */
export function RunOutput({ job, log, isLost, problem, href, downloadHref, onCancel, steps }: RunOutputProps) {
  const isEnded = job?.type === 'CompletedJob';
  const section = useRef<HTMLElement>(null);
  // Below a long form nothing would seem to happen when Run was pressed.
  useEffect(() => {
    // Newer browsers answer a promise, which is no way to clean up.
    section.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section ref={section} aria-label={text.title} className="flex min-w-0 flex-col gap-3 border-t border-line pt-4">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
        <span role="status">
          {job === undefined ? text.starting : <JobStateBadge state={job.state} word={stateWord(job)} size="md" />}
        </span>
        {job === undefined ? null : (
          <span className="text-xs text-muted">
            <Duration ms={job.duration_ms ?? null} since={job.started_at ?? null} />
          </span>
        )}
        <AppLink href={href} className="touch-target ml-auto rounded-sm text-xs text-accent hover:underline">
          {text.open}
        </AppLink>
        {job !== undefined && !isEnded ? (
          <Button size="sm" icon={<Square />} isLoading={job.cancel_requested ?? false} onClick={onCancel}>
            {job.cancel_requested ? text.stopping : text.cancel}
          </Button>
        ) : null}
      </div>
      {problem === null ? null : (
        <Banner tone="danger" title={text.failed}>
          {problem}
        </Banner>
      )}
      {isLost ? <Banner tone="warning">{text.lost}</Banner> : null}
      {job?.wait && job.wait.cause !== 'starting' ? <Banner tone="info">{job.wait.sentence}</Banner> : null}
      {isEnded && job.state !== 'succeeded' && job.state !== 'failed' && job.reason ? (
        <p className="text-sm text-pretty text-muted">{job.reason}</p>
      ) : null}
      {steps}
      {isEnded ? <ResultView value={job.result} /> : null}
      {job === undefined ? <Skeleton className="h-24" /> : null}
      {job !== undefined && steps === undefined && (log !== '' || !isEnded) ? (
        <LogView
          text={log}
          isLive={!isEnded}
          downloadHref={isEnded ? downloadHref : undefined}
          className={isShort(log) ? 'h-44' : 'h-80'}
        />
      ) : null}
    </section>
  );
}
