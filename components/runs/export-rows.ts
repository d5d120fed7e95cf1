import { toCsv } from '@/components/ui/csv';
import type { WireJob } from '@/core/job/wire';
import { groupOf } from './run-words';

/** More is for the API: a browser holds this many rows without trouble. */
export const mostExported = 10_000;

const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

/** A run as a row of the exported file. Times are ISO in UTC; what a run does not have is absent. */
export function exportRow(job: WireJob): Record<string, unknown> {
  return {
    id: job.id,
    state: job.state,
    path: job.script_path,
    kind: job.job_kind,
    group: groupOf(job),
    worker: job.worker,
    created_by: job.created_by,
    trigger: job.trigger_kind,
    created_at: iso(job.created_at),
    started_at: iso(job.started_at),
    ended_at: iso(job.completed_at),
    duration_ms: job.duration_ms,
    attempts: job.attempt,
    labels: job.labels?.join(' '),
    reason: job.reason,
    rerun_of: job.rerun_of,
  };
}

export function exportCsv(jobs: readonly WireJob[]): string {
  const [first] = jobs;
  return first === undefined ? '' : toCsv(Object.keys(exportRow(first)), jobs.map(exportRow));
}

export const exportJson = (jobs: readonly WireJob[]): string => JSON.stringify(jobs.map(exportRow), null, 2);
