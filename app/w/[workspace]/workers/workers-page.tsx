'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, segment } from '@/app/_client/api';
import { Page } from '@/components/shell/page';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { type WorkerCommands, WorkersView } from '@/components/workers/workers-view';
import { useWorkersOverview } from './worker-data';

const text = {
  title: 'Workers',
  failed: 'The workers could not be read.',
  again: 'Try again',
  notResumed: 'The group could not be resumed.',
  notUndrained: 'The worker could not be told.',
  paused: (name: string) => `${name} is paused.`,
  resumed: (name: string) => `${name} takes jobs again.`,
  created: (name: string) => `The group ${name} exists.`,
  tagged: 'The tags are saved; workers follow within 5 s.',
  removed: (name: string) => `The group ${name} is deleted.`,
  draining: 'The worker takes no new jobs.',
  undrained: 'The worker takes jobs again.',
};

/** The Workers page, at most two seconds behind. */
export function WorkersPage({ workspaceId, mayManage }: { workspaceId: string; mayManage: boolean }) {
  const overview = useWorkersOverview(workspaceId);
  const commands = useWorkerCommands(workspaceId);
  if (overview.data === undefined) {
    return (
      <Page>
        <PageHeader title={text.title} />
        {overview.isError ? (
          <Banner
            tone="danger"
            title={text.failed}
            action={<Button onClick={() => overview.refetch()}>{text.again}</Button>}
          >
            {overview.error.message}
          </Banner>
        ) : (
          <SkeletonRows rows={6} />
        )}
      </Page>
    );
  }
  return (
    <Page>
      <WorkersView
        overview={overview.data}
        mayManage={mayManage}
        commands={commands}
        jobsHref={(tag) => `/w/${segment(workspaceId)}/runs?q=${encodeURIComponent(`group:${tag} status:queued`)}`}
        jobHref={(job) => `/w/${segment(job.workspaceId)}/runs/${job.id}`}
      />
    </Page>
  );
}

/** The commands of the page; each reads the page anew, so that what it shows is what the server has. */
function useWorkerCommands(workspaceId: string): WorkerCommands {
  const client = useQueryClient();
  return useMemo(() => {
    const group = (name: string, verb: string) => `/workers/groups/${segment(name)}/${verb}`;
    const done = async (work: Promise<unknown>, sentence: string) => {
      await work;
      await client.invalidateQueries({ queryKey: ['workers', workspaceId] });
      notifySuccess(sentence);
    };
    // These two have no dialog that could show the reason of a refusal.
    const orSay = (work: Promise<void>, failed: string) =>
      work.catch((error: unknown) =>
        notifyError(failed, { detail: error instanceof Error ? error.message : String(error) }),
      );
    return {
      pause: (name) => done(api('POST', group(name, 'pause')), text.paused(name)),
      resume: (name) => orSay(done(api('POST', group(name, 'resume')), text.resumed(name)), text.notResumed),
      setTags: (name, tags) => done(api('POST', group(name, 'tags'), { tags }), text.tagged),
      create: (name) => done(api('POST', group(name, 'create')), text.created(name)),
      remove: (name) => done(api('DELETE', `/workers/groups/${segment(name)}`), text.removed(name)),
      drain: (id, isDraining) => {
        const work = api('POST', `/workers/${isDraining ? 'drain' : 'undrain'}/${segment(id)}`);
        const told = done(work, isDraining ? text.draining : text.undrained);
        return isDraining ? told : orSay(told, text.notUndrained);
      },
    };
  }, [client, workspaceId]);
}
