'use client';

import { Copy, MoreHorizontal, Pause, Play, Tags, Terminal, Trash2 } from 'lucide-react';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { DropdownMenu, type MenuEntry } from '@/components/ui/dropdown-menu';
import { IconButton } from '@/components/ui/icon-button';
import { formatDuration } from '@/components/ui/time';
import type { GroupState, TagQueue, WorkerState } from '@/core/worker-group/model';
import { WorkerRow } from './worker-row';

const text = {
  paused: 'Paused',
  serves: 'also serves',
  noWorker: 'No worker of this group is running.',
  nothingWaits: 'Nothing waits for it.',
  start: 'How to start one',
  actions: (name: string) => `Actions for the group ${name}`,
  pause: 'Pause',
  resume: 'Resume',
  tags: 'Tags it serves…',
  remove: 'Delete the group',
  onlyAdmins: 'Only an administrator of this server can do this.',
  isDefault: 'Jobs that name no group go here.',
  isUsed: 'It has workers or waiting jobs.',
  waiting: 'Waiting',
  later: 'Scheduled',
  oldest: 'Oldest waits',
  slots: 'Slots busy',
  wait: 'Wait (p95, last hour)',
  ended: 'Ended, last 5 min',
  metrics: (name: string) => `Numbers of the group ${name}`,
};

export type GroupAction = 'pause' | 'resume' | 'tags' | 'start' | 'delete';

export type GroupCardProps = {
  group: GroupState;
  version: string;
  mayManage: boolean;
  jobsHref: (tag: string) => string;
  jobHref: (job: { id: string; workspaceId: string }) => string;
  onAction: (action: GroupAction, group: GroupState) => void;
  onDrain: (worker: WorkerState, isDraining: boolean) => void;
};

/** A worker group: its queue, its numbers, its workers. */
export function GroupCard(props: GroupCardProps) {
  const { group, version, mayManage, jobsHref, jobHref, onAction, onDrain } = props;
  const present = group.workers.filter(({ presence }) => presence !== 'gone').length;
  return (
    <section className="overflow-hidden rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2 pr-2 pl-4">
        <h2 className="font-mono text-sm font-semibold">{group.name}</h2>
        {group.isPaused ? (
          <Badge tone="warning" icon={<Pause />}>
            {text.paused}
          </Badge>
        ) : null}
        {group.extraTags.length > 0 ? (
          <span className="flex flex-wrap items-center gap-1.5 text-xs text-muted">
            {text.serves}
            {group.extraTags.map((tag) => (
              <Badge key={tag} tone="outline">
                {tag}
              </Badge>
            ))}
          </span>
        ) : null}
        <span className="ml-auto flex items-center gap-1">
          {group.isPaused && mayManage ? (
            <Button size="sm" icon={<Play />} onClick={() => onAction('resume', group)}>
              {text.resume}
            </Button>
          ) : null}
          <DropdownMenu
            label={text.actions(group.name)}
            trigger={<IconButton size="md" label={text.actions(group.name)} icon={<MoreHorizontal />} />}
            entries={entriesFor(group, mayManage, onAction)}
          />
        </span>
      </header>
      <Metrics group={group} jobsHref={jobsHref} />
      {group.workers.length > 0 ? (
        <ul className="border-t border-line">
          {group.workers.map((worker) => (
            <WorkerRow
              key={worker.id}
              worker={worker}
              version={version}
              mayManage={mayManage}
              jobHref={jobHref}
              onDrain={onDrain}
            />
          ))}
        </ul>
      ) : null}
      {present === 0 ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2.5 text-sm text-muted">
          <span>
            {text.noWorker} {group.queues[0]?.due ? null : text.nothingWaits}
          </span>
          <Button size="sm" variant="ghost" icon={<Terminal />} onClick={() => onAction('start', group)}>
            {text.start}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function entriesFor(group: GroupState, mayManage: boolean, onAction: GroupCardProps['onAction']): MenuEntry[] {
  const refusal = mayManage ? null : text.onlyAdmins;
  const isUsed = group.workers.some(({ presence }) => presence !== 'gone') || (group.queues[0]?.due ?? 0) > 0;
  return [
    group.isPaused
      ? {
          id: 'resume',
          label: text.resume,
          icon: <Play />,
          disabledReason: refusal,
          onSelect: () => onAction('resume', group),
        }
      : {
          id: 'pause',
          label: text.pause,
          icon: <Pause />,
          disabledReason: refusal,
          onSelect: () => onAction('pause', group),
        },
    { id: 'tags', label: text.tags, icon: <Tags />, disabledReason: refusal, onSelect: () => onAction('tags', group) },
    { id: 'start', label: text.start, icon: <Copy />, onSelect: () => onAction('start', group) },
    { kind: 'separator', id: 'line' },
    {
      id: 'delete',
      label: text.remove,
      icon: <Trash2 />,
      isDanger: true,
      disabledReason: refusal ?? (group.name === 'default' ? text.isDefault : isUsed ? text.isUsed : null),
      onSelect: () => onAction('delete', group),
    },
  ];
}

function Metrics({ group, jobsHref }: { group: GroupState; jobsHref: (tag: string) => string }) {
  const sum = (pick: (queue: TagQueue) => number) => group.queues.reduce((total, queue) => total + pick(queue), 0);
  const due = sum((queue) => queue.due);
  const later = sum((queue) => queue.scheduled);
  const oldestMs = Math.max(0, ...group.queues.map(({ oldestWaitMs }) => oldestWaitMs ?? 0));
  return (
    <dl
      aria-label={text.metrics(group.name)}
      className="grid grid-cols-2 gap-x-6 gap-y-2 px-4 py-3 sm:flex sm:flex-wrap sm:gap-x-10"
    >
      <Metric
        name={text.waiting}
        tone={due > 0 && group.slots === 0 ? 'warning' : undefined}
        value={due.toLocaleString('en-US')}
        href={due > 0 ? jobsHref(group.name) : undefined}
      />
      {due > 0 ? <Metric name={text.oldest} value={formatDuration(oldestMs)} /> : null}
      {later > 0 ? <Metric name={text.later} value={later.toLocaleString('en-US')} /> : null}
      {group.slots > 0 ? <Metric name={text.slots} value={`${group.busy} of ${group.slots}`} /> : null}
      {group.waitP95Ms === null ? null : <Metric name={text.wait} value={formatDuration(group.waitP95Ms)} />}
      <Metric name={text.ended} value={group.endedLately.toLocaleString('en-US')} />
    </dl>
  );
}

type MetricProps = { name: string; value: string; tone?: 'warning'; href?: string };

function Metric({ name, value, tone, href }: MetricProps) {
  return (
    <div>
      <dt className="text-xs text-faint">{name}</dt>
      <dd className={cx('text-base font-medium tabular-nums', tone === 'warning' && 'text-warning')}>
        {href ? (
          <AppLink
            href={href}
            className="rounded-sm underline decoration-line-strong underline-offset-4 hover:decoration-current"
          >
            {value}
          </AppLink>
        ) : (
          value
        )}
      </dd>
    </div>
  );
}
