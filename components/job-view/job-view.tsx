'use client';

import { type RefObject, useRef } from 'react';
import { LogView } from '@/components/code/log-view';
import { ResultView } from '@/components/code/result-view';
import { groupOf } from '@/components/runs/run-words';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { Banner } from '@/components/ui/banner';
import { cx } from '@/components/ui/cx';
import { Skeleton } from '@/components/ui/skeleton';
import { CommandBox } from '@/components/workers/command-box';
import type { WireJob } from '@/core/job/wire';
import { startCommand } from '@/core/worker-group/rules';
import { AboutJob } from './about-job';
import { FailureDetails, hasFailureDetails } from './failure-details';
import { FailureExcerpt } from './failure-excerpt';
import { JobArguments } from './job-arguments';
import type { JobFactsProps } from './job-facts';
import { failurePlace, isFailureSaid } from './job-words';
import { Section } from './section';

const text = {
  result: 'Result',
  failure: 'What went wrong',
  log: 'Log',
  noLog: 'It wrote nothing.',
  arguments: 'Arguments',
  entered: 'What was entered',
  start: (group: string) => `Start a worker of ${group}`,
  copy: 'Copy the command',
  lost: 'The live stream is interrupted. It goes on from here as soon as the server answers.',
};
const logRowPx = 20;
const logHeadPx = 58;
const logMostPx = 460;
const logLeastPx = 116;

export type JobViewProps = Pick<JobFactsProps, 'jobHref' | 'groupHref' | 'versionHref' | 'reruns'> & {
  job: WireJob;
  isOperator: boolean;
  log: string;
  isLogRead: boolean;
  isLost: boolean;
  logHref: string;
  /** The page was opened while the job was under way: its log stays where the reader saw it grow. */
  wasLiveAtFirst: boolean;
  /** The code that ran, for the line that failed; null while unknown. */
  code: string | null;
  isCodeLoading: boolean;
  editHref: string | null;
  /** Arguments of the run that this one repeats. */
  argsBefore: unknown;
};

/** Everything about one job below its head. Keys: l, u and i go to log, result and arguments. */
export function JobView(props: JobViewProps) {
  const { job, log, isLogRead, wasLiveAtFirst, argsBefore } = props;
  const logRef = useRef<HTMLElement>(null);
  const resultRef = useRef<HTMLElement>(null);
  const argumentsRef = useRef<HTMLElement>(null);
  useShortcut('job.log', () => goTo(logRef));
  useShortcut('job.result', () => goTo(resultRef));
  useShortcut('job.arguments', () => goTo(argumentsRef));
  const isLive = job.type === 'QueuedJob';
  const hasOutcome = job.state === 'succeeded' || job.state === 'failed';
  const hasLog = isLive ? job.state === 'running' || log !== '' : isLogRead;
  const isDeleted = job.deletion !== undefined;
  const parts = [
    isDeleted ? <Banner key="deleted">{job.deletion}</Banner> : null,
    hasOutcome && !isDeleted ? <Outcome key="outcome" {...props} sectionRef={resultRef} /> : null,
    hasLog && !isDeleted ? <Log key="log" {...props} sectionRef={logRef} /> : null,
  ];
  const given = isDeleted ? null : (
    <Section key="arguments" title={props.isOperator ? text.entered : text.arguments} sectionRef={argumentsRef}>
      <JobArguments args={job.args} before={argsBefore} />
    </Section>
  );
  const isBare = !hasOutcome && !hasLog;
  // What stands below a log that is still being read would jump when it comes.
  const isHeldBack = !isLive && !isLogRead;
  return (
    <div className="grid gap-x-8 gap-y-7 xl:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="flex min-w-0 flex-col gap-7">
        {wasLiveAtFirst ? parts.toReversed() : parts}
        {isBare ? <Remedy {...props} /> : null}
        {isBare ? given : null}
      </div>
      <div className={cx('flex min-w-0 flex-col gap-7', isHeldBack && 'max-xl:invisible')}>
        {isBare ? null : given}
        <AboutJob {...props} />
      </div>
    </div>
  );
}

type PartProps = JobViewProps & { sectionRef: RefObject<HTMLElement | null> };

/** For a job that nobody takes: the command that mends it, ready to be copied. */
function Remedy({ job, isOperator }: JobViewProps) {
  if (isOperator || job.wait?.cause !== 'no_worker') return null;
  return (
    <Section title={text.start(groupOf(job))}>
      <CommandBox value={startCommand(groupOf(job))} label={text.copy} />
    </Section>
  );
}

function Outcome({ job, code, isCodeLoading, editHref, isOperator, sectionRef }: PartProps) {
  // Whoever did not write it learns nothing from its lines.
  if (isOperator && isFailureSaid(job)) return null;
  if (job.state === 'succeeded') {
    return (
      <Section title={text.result} sectionRef={sectionRef}>
        <ResultView value={job.result} fileName={`result-${job.id.slice(-8)}`} />
      </Section>
    );
  }
  const place = failurePlace(job.result);
  if (place === null && !hasFailureDetails(job)) return null;
  return (
    <Section title={text.failure} sectionRef={sectionRef}>
      <div className="flex flex-col gap-3">
        {place !== null && code !== null && !isOperator ? (
          <FailureExcerpt place={place} code={code} editHref={editHref} />
        ) : null}
        {place !== null && code === null && isCodeLoading && !isOperator ? <Skeleton className="h-37.5" /> : null}
        <FailureDetails job={job} />
      </div>
    </Section>
  );
}

function Log({ job, log, isLost, logHref, sectionRef }: PartProps) {
  const isLive = job.type === 'QueuedJob';
  return (
    <Section title={text.log} sectionRef={sectionRef}>
      {!isLive && log === '' ? (
        <p className="text-sm text-muted">{text.noLog}</p>
      ) : (
        <div style={{ height: logHeightPx(log) }}>
          <LogView
            text={log}
            isLive={isLive}
            downloadHref={log === '' ? undefined : logHref}
            note={isLost ? text.lost : undefined}
            className="h-full min-h-0"
          />
        </div>
      )}
    </Section>
  );
}

/** As high as its lines up to a limit, so that the result below a short log is in sight. */
function logHeightPx(log: string): number {
  let lines = 0;
  for (let at = 0; at !== -1 && lines * logRowPx < logMostPx; at = log.indexOf('\n', at + 1)) lines += 1;
  return Math.max(logLeastPx, Math.min(logMostPx, logHeadPx + lines * logRowPx));
}

function goTo(ref: RefObject<HTMLElement | null>) {
  ref.current?.scrollIntoView({ block: 'start' });
  const inner = ref.current?.querySelector<HTMLElement>('[tabindex="0"], button, a');
  (inner ?? ref.current)?.focus({ preventScroll: true });
}
