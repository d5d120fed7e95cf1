import type { ReactNode } from 'react';
import { groupOf, languageWord, startWord } from '@/components/runs/run-words';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { useIsBuilder } from '@/components/ui/reader';
import { Duration, RelativeTime } from '@/components/ui/relative-time';
import type { WireJob } from '@/core/job/wire';
import { numbersOf, timesOf } from './job-words';

const text = {
  label: 'About this run',
  by: 'Started by',
  runAs: 'With the rights of',
  // When it was asked for: how long it waited then, and how long it ran, follow.
  when: 'Queued',
  due: 'Due',
  queued: 'Waited',
  ran: 'Ran',
  running: 'Running for',
  waiting: 'Waiting for',
  group: 'Worker group',
  worker: 'Worker',
  version: 'Version',
  labels: 'Labels',
  again: 'Again from',
  earlier: 'an earlier run',
  since: 'Run again',
  parent: 'Started from',
  anotherJob: 'the run of a flow',
};

export type JobFactsProps = {
  job: WireJob;
  jobHref: (id: string) => string;
  groupHref: (group: string) => string;
  /** The version of the script in its history; null without one. */
  versionHref: string | null;
  /** Newer runs that were started from this one. */
  reruns: readonly WireJob[];
};

/** Who, when, where and how long, each said once. */
export function JobFacts({ job, jobHref, groupHref, versionHref, reruns }: JobFactsProps) {
  const { queuedMs, dueAt } = timesOf(job);
  const isBuilder = useIsBuilder();
  const isScheduled = job.scheduled_for - job.created_at > 1_000;
  return (
    <dl aria-label={text.label} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
      <Fact name={text.by}>
        {job.created_by} <span className="text-muted">({startWord(job)})</span>
      </Fact>
      {job.permissioned_as === `u/${job.created_by}` ? null : <Fact name={text.runAs}>{job.permissioned_as}</Fact>}
      <Fact name={text.when}>
        <RelativeTime at={job.created_at} />
      </Fact>
      {isScheduled ? (
        <Fact name={text.due}>
          <RelativeTime at={job.scheduled_for} />
        </Fact>
      ) : null}
      {job.state === 'queued' ? (
        <Fact name={text.waiting}>
          <Duration since={dueAt} />
        </Fact>
      ) : null}
      {queuedMs === null ? null : (
        <Fact name={text.queued}>
          <Duration ms={queuedMs} />
        </Fact>
      )}
      {job.state === 'running' && job.started_at !== undefined ? (
        <Fact name={text.running}>
          <Duration since={job.started_at} />
        </Fact>
      ) : null}
      {job.duration_ms === undefined || job.started_at === undefined ? null : (
        <Fact name={text.ran}>
          <Duration ms={job.duration_ms} />
        </Fact>
      )}
      {isBuilder ? <Machinery {...{ job, groupHref, versionHref }} /> : null}
      {job.labels?.length ? (
        <Fact name={text.labels}>
          <span className="flex flex-wrap gap-1">
            {job.labels.map((label) => (
              <Badge key={label} tone="outline">
                {label}
              </Badge>
            ))}
          </span>
        </Fact>
      ) : null}
      {job.parent_job === undefined ? null : (
        <Fact name={text.parent}>
          <JobLink href={jobHref(job.parent_job)}>{text.anotherJob}</JobLink>
        </Fact>
      )}
      {job.rerun_of === undefined ? null : (
        <Fact name={text.again}>
          <JobLink href={jobHref(job.rerun_of)}>{text.earlier}</JobLink>
        </Fact>
      )}
      {reruns.length === 0 ? null : (
        <Fact name={text.since}>
          <span className="flex flex-col">
            {reruns.map((rerun) => (
              <JobLink key={rerun.id} href={jobHref(rerun.id)}>
                <RelativeTime at={rerun.created_at} /> by {rerun.created_by}
              </JobLink>
            ))}
          </span>
        </Fact>
      )}
    </dl>
  );
}

/** Where it ran, on what and in which version: for those who see to it that it runs. */
function Machinery({ job, groupHref, versionHref }: Pick<JobFactsProps, 'job' | 'groupHref' | 'versionHref'>) {
  return (
    <>
      <Fact name={text.group}>
        <AppLink href={groupHref(groupOf(job))} className="rounded-sm font-mono text-xs hover:underline">
          {groupOf(job)}
        </AppLink>
        {job.language ? <span className="text-muted"> · {languageWord(job.language)}</span> : null}
      </Fact>
      {job.worker === undefined || job.state === 'running' ? null : (
        <Fact name={text.worker}>
          <span className="font-mono text-xs break-all">{job.worker}</span>
        </Fact>
      )}
      {numbersOf(job).map(({ name, value }) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
      {job.script_hash === undefined ? null : (
        <Fact name={text.version}>
          {versionHref === null ? (
            <span className="font-mono text-xs">{job.script_hash.slice(0, 12)}</span>
          ) : (
            <AppLink href={versionHref} className="rounded-sm font-mono text-xs hover:underline">
              {job.script_hash.slice(0, 12)}
            </AppLink>
          )}
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function JobLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <AppLink href={href} className="w-fit rounded-sm text-accent hover:underline">
      {children}
    </AppLink>
  );
}
