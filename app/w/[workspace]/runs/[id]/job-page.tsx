'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { segment } from '@/app/_client/api';
import { useFollowedJob } from '@/app/_client/job-stream';
import { CancelDialog } from '@/components/job-view/cancel-dialog';
import { JobHeader } from '@/components/job-view/job-header';
import { useJobTab } from '@/components/job-view/job-tab';
import { JobView } from '@/components/job-view/job-view';
import { isFlowRun } from '@/components/runs/run-words';
import { Page } from '@/components/shell/page';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import type { Role } from '@/core/access/model';
import type { WireJob } from '@/core/job/wire';
import { flowHrefs } from '../../flows/flow-data';
import { useRunNames } from '../../home-data';
import { scriptHrefs, useVersion } from '../../scripts/script-data';
import { FlowRun } from './flow-run';
import { useEarlierRun, useReruns } from './job-data';
import { useJobActions } from './use-job-actions';

// The form brings the schema's fields and an editor with it: fetched when somebody wants other arguments.
const RunAgain = dynamic(() => import('./run-again'), { ssr: false });

const text = {
  loading: 'Run',
  none: 'There is no such run',
  noneHint: 'It does not exist, it was removed after its time of keeping, or you may not see it.',
  all: 'Show the runs',
  failed: 'The run could not be read.',
  again: 'Try again',
};

interface Props {
  workspaceId: string;
  id: string;
  role: Role;
}

/** The page of one job, live until it has ended. */
export function JobPage({ workspaceId, id, role }: Props) {
  const followed = useFollowedJob(workspaceId, id);
  const runsHref = `/w/${segment(workspaceId)}/runs`;
  useJobTab(followed.job);
  if (followed.job !== undefined) {
    return <LoadedJob {...{ workspaceId, role, runsHref }} followed={{ ...followed, job: followed.job }} />;
  }
  if (followed.error === null) return <LoadingJob />;
  if (followed.error.status === 404 || followed.error.status === 400) {
    return (
      <MessagePage
        isInShell
        title={text.none}
        action={
          <Button asChild>
            <AppLink href={runsHref}>{text.all}</AppLink>
          </Button>
        }
      >
        {text.noneHint}
      </MessagePage>
    );
  }
  return (
    <Page>
      <Banner
        tone="danger"
        title={text.failed}
        action={<Button onClick={() => window.location.reload()}>{text.again}</Button>}
      >
        {followed.error.message}
      </Banner>
    </Page>
  );
}

function LoadingJob() {
  return (
    <Page>
      <h1 className="sr-only">{text.loading}</h1>
      <Skeleton className="mb-3 h-7 w-72 max-w-full" />
      <Skeleton className="mb-8 h-5 w-96 max-w-full" />
      <SkeletonRows rows={5} />
    </Page>
  );
}

interface LoadedProps {
  workspaceId: string;
  role: Role;
  runsHref: string;
  followed: ReturnType<typeof useFollowedJob> & { job: WireJob };
}

function LoadedJob({ workspaceId, role, runsHref, followed }: LoadedProps) {
  const { job, log, isLogRead, isLost } = followed;
  const isOperator = role === 'operator';
  const [wasLiveAtFirst] = useState(job.type === 'QueuedJob');
  const [open, setOpen] = useState<'none' | 'cancel' | 'again'>('none');
  const actions = useJobActions(workspaceId, job);
  const version = useVersion(
    workspaceId,
    job.state === 'failed' && job.job_kind === 'script' ? (job.script_hash ?? null) : null,
  );
  const earlier = useEarlierRun(workspaceId, job.rerun_of);
  const reruns = useReruns(workspaceId, job);
  const nameOfRun = useRunNames(workspaceId, isOperator);
  useShortcut('job.again', () => setOpen('again'));
  useShortcut('job.cancel', job.type === 'QueuedJob' && !job.cancel_requested ? () => setOpen('cancel') : null);

  const base = `/w/${segment(workspaceId)}`;
  const isFlow = isFlowRun(job);
  const isDeployed = job.job_kind === 'script' || job.job_kind === 'flow';
  const path = isDeployed ? (job.script_path ?? null) : null;
  const hrefs = isFlow ? flowHrefs(workspaceId) : scriptHrefs(workspaceId);
  const jobHref = (id: string) => `${runsHref}/${id}`;
  const mayEdit = path !== null && !isOperator;
  const group = (name: string) =>
    isOperator ? `${runsHref}?q=${encodeURIComponent(`group:${name}`)}` : `${base}/workers`;
  return (
    <Page>
      <JobHeader
        job={job}
        isOperator={isOperator}
        name={nameOfRun?.(job) ?? null}
        runsHref={runsHref}
        scriptHref={path === null ? null : hrefs.view(path)}
        isBusy={actions.isBusy}
        onAgain={() => void actions.again(null)}
        onEdit={() => setOpen('again')}
        onCancel={() => setOpen('cancel')}
        onReroute={(to) => void actions.reroute(to)}
      />
      {isFlow ? (
        <FlowRun
          workspaceId={workspaceId}
          job={job}
          isOperator={isOperator}
          argsBefore={earlier?.args}
          reruns={reruns}
          jobHref={jobHref}
          groupHref={group}
          versionHref={mayEdit ? `${hrefs.view(path)}?tab=versions` : null}
        />
      ) : (
        <JobView
          job={job}
          isOperator={isOperator}
          log={log}
          isLogRead={isLogRead}
          isLost={isLost}
          wasLiveAtFirst={wasLiveAtFirst}
          logHref={`/api/w/${segment(workspaceId)}/jobs_u/get_logs/${job.id}`}
          code={job.raw_code ?? version.data?.content ?? null}
          isCodeLoading={version.isLoading}
          editHref={mayEdit ? hrefs.edit(path) : null}
          argsBefore={earlier?.args}
          reruns={reruns}
          jobHref={jobHref}
          groupHref={group}
          versionHref={mayEdit ? `${hrefs.view(path)}?tab=versions` : null}
        />
      )}
      {open === 'cancel' ? <CancelDialog job={job} onClose={() => setOpen('none')} onConfirm={actions.cancel} /> : null}
      {open === 'again' ? (
        <RunAgain
          workspaceId={workspaceId}
          job={job}
          isOperator={isOperator}
          onClose={() => setOpen('none')}
          onRun={actions.againOrThrow}
        />
      ) : null}
    </Page>
  );
}
