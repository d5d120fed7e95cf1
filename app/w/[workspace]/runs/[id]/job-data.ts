'use client';

import { useQuery } from '@tanstack/react-query';
import { api, segment } from '@/app/_client/api';
import { jobKey } from '@/app/_client/job-stream';
import { useLiveQueries } from '@/app/_client/live';
import type { WireJob } from '@/core/job/wire';

/** Runs are started again soon or never: so many of the next ones are looked through. */
const LOOKED_THROUGH = 100;
const none: readonly WireJob[] = [];

/** The run that this one repeats, to tell what was changed; undefined without one, or when it is gone. */
export function useEarlierRun(workspaceId: string, id: string | undefined): WireJob | undefined {
  const query = useQuery<WireJob>({
    queryKey: jobKey(workspaceId, id ?? ''),
    queryFn: ({ signal }) =>
      api('GET', `/w/${segment(workspaceId)}/jobs_u/get/${segment(id ?? '')}`, undefined, signal),
    enabled: id !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return query.data;
}

/** Runs that were started from this one, oldest first. */
export function useReruns(workspaceId: string, job: WireJob): readonly WireJob[] {
  const key = ['jobs', workspaceId, 'reruns', job.id];
  const query = useQuery<WireJob[]>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({
        kind: job.job_kind === 'flowpreview' ? 'flow_preview' : job.job_kind,
        created_after: String(job.created_at),
        order_desc: 'false',
        per_page: String(LOOKED_THROUGH),
        ...(job.script_path === undefined ? {} : { path: job.script_path }),
      });
      const next = await api<WireJob[]>('GET', `/w/${segment(workspaceId)}/jobs/list?${params}`, undefined, signal);
      return next.filter((later) => later.rerun_of === job.id);
    },
  });
  useLiveQueries(workspaceId, key, { kinds: ['queued'], everyMs: 5_000 });
  return query.data ?? none;
}
