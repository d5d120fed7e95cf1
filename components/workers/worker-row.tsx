'use client';

import { MoreHorizontal } from 'lucide-react';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/cx';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { IconButton } from '@/components/ui/icon-button';
import { StatusDot, type StatusDotProps } from '@/components/ui/job-state-badge';
import { Duration, RelativeTime } from '@/components/ui/relative-time';
import type { RunningJob, WorkerState } from '@/core/worker-group/model';
import { SlotMeter } from './slot-meter';
import { presenceWord } from './worker-words';

const text = {
  actions: (id: string) => `Actions for ${id}`,
  drain: 'Drain: end its jobs, start no others',
  undrain: 'Take jobs again',
  onlyAdmins: 'Only an administrator of this server can do this.',
  lost: 'It does not answer any more.',
  ping: 'last ping',
  done: (count: number) => (count === 1 ? '1 job done' : `${count.toLocaleString('en-US')} jobs done`),
  memory: (mb: number) => `${mb.toLocaleString('en-US')} MB`,
  other: 'A job you may not see',
  preview: 'Preview',
  off: 'Sandbox off',
  for: 'for',
  skew: (version: string) => `version ${version}`,
  jobs: 'What it runs',
};

const tones: Record<WorkerState['presence'], StatusDotProps['tone']> = {
  live: 'success',
  late: 'warning',
  gone: 'danger',
};

export type WorkerRowProps = {
  worker: WorkerState;
  /** Version of the server, to tell when a worker is of another one. */
  version: string;
  mayManage: boolean;
  jobHref: (job: { id: string; workspaceId: string }) => string;
  onDrain: (worker: WorkerState, isDraining: boolean) => void;
};

/** One worker process: does it answer, how busy is it, what does it run. */
export function WorkerRow({ worker, version, mayManage, jobHref, onDrain }: WorkerRowProps) {
  const { running, slots, presence, isDraining } = worker;
  const isGone = presence === 'gone';
  return (
    <li className="border-t border-line px-4 py-3 first:border-t-0">
      <div className="grid grid-cols-[1fr_auto] items-start gap-x-4 gap-y-1.5 sm:grid-cols-[minmax(0,1fr)_auto_auto] sm:items-center">
        <div className="min-w-0">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <StatusDot
              tone={isDraining && presence === 'live' ? 'neutral' : tones[presence]}
              label={presenceWord(worker)}
            />
            <span className={cx('min-w-0 font-mono text-xs break-all', isGone && 'text-muted line-through')}>
              {worker.id}
            </span>
            {worker.sandbox === 'off' ? <Badge tone="danger">{text.off}</Badge> : null}
            {worker.version === version ? null : <Badge tone="warning">{text.skew(worker.version)}</Badge>}
          </div>
          <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-muted tabular-nums">
            <span>
              {text.ping} <RelativeTime at={worker.lastPingAt} />
            </span>
            <span>{text.done(worker.jobsDone)}</span>
            {worker.memoryMb > 0 ? <span>{text.memory(worker.memoryMb)}</span> : null}
            <span>{worker.languages.join(', ')}</span>
          </p>
        </div>
        <SlotMeter
          busy={running.length}
          slots={slots}
          className="col-span-2 row-start-2 sm:col-span-1 sm:row-start-auto"
        />
        <DropdownMenu
          label={text.actions(worker.id)}
          trigger={<IconButton size="sm" label={text.actions(worker.id)} icon={<MoreHorizontal />} />}
          entries={[
            {
              id: 'drain',
              label: isDraining ? text.undrain : text.drain,
              disabledReason: !mayManage ? text.onlyAdmins : isGone ? text.lost : null,
              onSelect: () => onDrain(worker, !isDraining),
            },
          ]}
        />
      </div>
      {running.length > 0 ? (
        <ul aria-label={text.jobs} className="mt-2 flex flex-col gap-0.5 border-l-2 border-line pl-3">
          {running.map((job, position) => (
            <RunningLine key={job.id ?? `hidden ${position}`} job={job} jobHref={jobHref} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function RunningLine({ job, jobHref }: { job: RunningJob; jobHref: WorkerRowProps['jobHref'] }) {
  const { id, workspaceId, path, createdBy, startedAt } = job;
  return (
    <li className="flex min-h-6 min-w-0 flex-wrap items-baseline gap-x-2 text-xs">
      {id !== undefined && workspaceId !== undefined ? (
        <AppLink
          href={jobHref({ id, workspaceId })}
          className="min-w-0 rounded-sm font-medium break-all text-text hover:underline"
        >
          {path ?? text.preview}
        </AppLink>
      ) : (
        <span className="text-muted">{text.other}</span>
      )}
      <span className="text-muted">
        {createdBy === undefined ? null : `${createdBy}, `}
        {text.for} <Duration since={startedAt} />
      </span>
    </li>
  );
}
