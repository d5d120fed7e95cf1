'use client';

import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { LogView } from '@/components/code/log-view';
import { ResultView } from '@/components/code/result-view';
import { FailureDetails, hasFailureDetails } from '@/components/job-view/failure-details';
import { JobArguments } from '@/components/job-view/job-arguments';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { Skeleton } from '@/components/ui/skeleton';
import type { WireJob } from '@/core/job/wire';
import { NodeStateBadge } from './node-state';
import { NodeTimes } from './node-times';
import type { RunNode } from './run-nodes';

const text = {
  replay: 'Replay from here',
  open: 'Open its own page',
  library: 'Open what it runs',
  result: 'Result',
  failure: 'What went wrong',
  log: 'Log',
  noLog: 'It wrote nothing.',
  arguments: 'Arguments',
  times: 'Times',
  asked: 'A decision is asked for.',
  who: (names: string) => `${names} may decide.`,
  anybody: 'Whoever sees the run may decide, but not who started it.',
  deadline: 'Deadline:',
  decide: 'Open the question',
  notBegun: 'It has not begun.',
  noJob: 'It runs nothing of its own; its steps are in the tree.',
};

export type StepPanelProps = {
  node: RunNode;
  /** its job as it is now; null: it has none; undefined: it is being read */
  job: WireJob | null | undefined;
  log: string;
  isLogRead: boolean;
  logHref: string | null;
  jobHref: string | null;
  libraryHref: string | null;
  /** where the question is answered; null: there is none, or nobody needs to answer any more */
  approvalHref: string | null;
  /** null: the run is not over, or the reader may not */
  onReplay: (() => void) | null;
  isSimple: boolean;
};

/** One step of a run: its state and why, its result, log, arguments and times. */
export function StepPanel(props: StepPanelProps) {
  const { node, job, jobHref, libraryHref, onReplay, isSimple } = props;
  const name = node.summary || node.title;
  return (
    <section aria-label={name} className="flex min-w-0 flex-col gap-5">
      <header className="flex flex-col gap-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
          <h2 className="min-w-0 text-base font-semibold break-words">{name}</h2>
          <NodeStateBadge state={node.state} />
          {onReplay === null ? null : (
            <Button size="sm" icon={<RotateCcw />} className="ml-auto" onClick={onReplay}>
              {text.replay}
            </Button>
          )}
        </div>
        {node.label === null ? null : <p className="font-mono text-xs break-all text-muted">{node.label}</p>}
        {node.reason === null ? null : <p className="text-sm text-pretty break-words">{node.reason}</p>}
        {isSimple ? null : (
          <p className="flex flex-wrap gap-x-4 text-xs">
            {jobHref === null ? null : <PanelLink href={jobHref}>{text.open}</PanelLink>}
            {libraryHref === null ? null : <PanelLink href={libraryHref}>{text.library}</PanelLink>}
          </p>
        )}
      </header>
      <Question {...props} />
      <Work {...props} />
      {job && !isSimple && job.deletion === undefined ? (
        <Part title={text.arguments}>
          <JobArguments args={job.args} />
        </Part>
      ) : null}
      {hasTimes(node) ? (
        <Part title={text.times}>
          <NodeTimes node={node} />
        </Part>
      ) : null}
    </section>
  );
}

const hasTimes = ({ times: { begun, ended } }: RunNode): boolean => begun !== null && (ended === null || ended > begun);

function Question({ node, approvalHref }: StepPanelProps) {
  if (node.state !== 'waiting' || node.question === null) return null;
  const { approvers, deadline } = node.question;
  return (
    <Banner
      tone="info"
      title={text.asked}
      action={
        approvalHref === null ? undefined : (
          <Button variant="primary" asChild>
            <AppLink href={approvalHref}>{text.decide}</AppLink>
          </Button>
        )
      }
    >
      {approvers.length === 0 ? text.anybody : text.who(approvers.join(', '))}
      {deadline === null ? null : (
        <>
          {' '}
          {text.deadline} <RelativeTime at={deadline} />.
        </>
      )}
    </Banner>
  );
}

function Work({ node, job, log, isLogRead, logHref }: StepPanelProps) {
  if (node.state === 'pending') return <p className="text-sm text-muted">{text.notBegun}</p>;
  if (job === null)
    return node.kind === 'step' && node.lists === null ? null : <p className="text-sm text-muted">{text.noJob}</p>;
  if (job === undefined) return <Skeleton className="h-32" />;
  if (job.deletion !== undefined) return <Banner>{job.deletion}</Banner>;
  const isLive = job.type === 'QueuedJob';
  const hasLog = isLive ? job.state === 'running' || log !== '' : isLogRead;
  return (
    <>
      {job.wait && job.wait.cause !== 'starting' ? <Banner tone="info">{job.wait.sentence}</Banner> : null}
      {job.state === 'succeeded' ? (
        <Part title={text.result}>
          <ResultView value={job.result} fileName={`result-${job.id.slice(-8)}`} />
        </Part>
      ) : null}
      {job.state === 'failed' && hasFailureDetails(job) ? (
        <Part title={text.failure}>
          <FailureDetails job={job} />
        </Part>
      ) : null}
      {hasLog ? (
        <Part title={text.log}>
          {!isLive && log === '' ? (
            <p className="text-sm text-muted">{text.noLog}</p>
          ) : (
            <LogView
              text={log}
              isLive={isLive}
              downloadHref={logHref ?? undefined}
              className={log.split('\n', 8).length < 8 ? 'h-44' : 'h-80'}
            />
          )}
        </Part>
      ) : null}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-2 text-sm font-semibold">{title}</h3>
      {children}
    </div>
  );
}

function PanelLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <AppLink
      href={href}
      className="touch-target inline-flex min-h-6 items-center rounded-sm text-accent hover:underline"
    >
      {children}
    </AppLink>
  );
}
