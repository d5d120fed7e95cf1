'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { jobKey } from '@/app/_client/job-stream';
import { isFlowRun } from '@/components/runs/run-words';
import { toRoute } from '@/components/ui/app-link';
import { notifyError } from '@/components/ui/toast';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
import { replayFromStart } from './flow-run-data';

const text = {
  notAgain: 'It could not be run again.',
  notRerouted: 'It could not be started on the other group.',
  moved: (group: string) => `started on ${group} instead`,
};

const sentenceOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What can be done about one job. Starting it again leads to the new one's page. */
export function useJobActions(workspaceId: string, job: WireJob) {
  const [isBusy, setIsBusy] = useState(false);
  const client = useQueryClient();
  const router = useRouter();
  const base = `/w/${segment(workspaceId)}`;

  async function againOrThrow(args: Args | null): Promise<void> {
    const again = args === null ? {} : { args };
    const id = isFlowRun(job)
      ? await replayFromStart(workspaceId, job.id, args)
      : await api<string>('POST', `${base}/jobs/rerun/${job.id}`, again);
    router.push(toRoute(`${base}/runs/${id}`));
  }
  async function busily(work: () => Promise<void>, failed: string) {
    setIsBusy(true);
    try {
      await work();
    } catch (error) {
      notifyError(failed, { detail: sentenceOf(error) });
    } finally {
      setIsBusy(false);
    }
  }
  async function cancel(reason: string) {
    await api<string>('POST', `${base}/jobs_u/queue/cancel/${job.id}`, { reason });
    // The stream tells within a moment; the page says it at once.
    if (job.state === 'running') {
      client.setQueryData<WireJob>(jobKey(workspaceId, job.id), (now) =>
        now?.type === 'QueuedJob' ? { ...now, cancel_requested: true } : now,
      );
    }
  }
  async function startOn(group: string) {
    const query = `?tag=${encodeURIComponent(group)}`;
    const id =
      job.script_hash === undefined
        ? await api<string>('POST', `${base}/jobs/run/preview${query}`, {
            content: job.raw_code,
            language: job.language,
            path: job.script_path,
            args: job.args,
            tag: group,
          })
        : await api<string>('POST', `${base}/jobs/run/h/${segment(job.script_hash)}${query}`, job.args ?? {});
    await cancel(text.moved(group));
    router.push(toRoute(`${base}/runs/${id}`));
  }
  return {
    isBusy,
    cancel,
    againOrThrow,
    again: (args: Args | null) => busily(() => againOrThrow(args), text.notAgain),
    reroute: (group: string) => busily(() => startOn(group), text.notRerouted),
  };
}
