'use client';

import { Plus, Terminal } from 'lucide-react';
import { useState } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { PageHeader } from '@/components/ui/page-header';
import type { GroupState, WorkerState, WorkersOverview } from '@/core/worker-group/model';
import { type GroupAction, GroupCard } from './group-card';
import { NewGroupDialog, StartDialog, TagsDialog } from './group-dialogs';
import { OrphanCard } from './orphan-card';
import { SandboxNote } from './sandbox-note';
import { summaryLine } from './worker-words';

const text = {
  title: 'Workers',
  newGroup: 'New group',
  start: 'Start a worker',
  orphans: 'Nobody takes these',
  groups: 'Worker groups',
  noSlots: 'No worker is running.',
  noSlotsHint: 'Jobs are accepted and wait. Start a worker with the button above.',
  pauseTitle: (name: string) => `Pause ${name}?`,
  pauseHint: 'Jobs that run go on to their end. New ones are accepted and wait until somebody resumes the group.',
  pause: 'Pause the group',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteHint: 'The name and its tags are forgotten. A worker that starts with this name makes it anew.',
  remove: 'Delete the group',
  drainTitle: (id: string) => `Drain ${id}?`,
  drainHint: (running: number) =>
    running === 0
      ? 'It takes no more jobs until you let it again. The process keeps running.'
      : `It ends the jobs that it runs (${running}) and takes no others until you let it again.`,
  drain: 'Drain the worker',
};

/** What the page can do; each throws an Error whose message is a sentence. */
export interface WorkerCommands {
  pause: (name: string) => Promise<void>;
  resume: (name: string) => Promise<void>;
  setTags: (name: string, tags: string[]) => Promise<void>;
  create: (name: string) => Promise<void>;
  remove: (name: string) => Promise<void>;
  drain: (workerId: string, isDraining: boolean) => Promise<void>;
}

export type WorkersViewProps = {
  overview: WorkersOverview;
  mayManage: boolean;
  commands: WorkerCommands;
  jobsHref: (tag: string) => string;
  jobHref: (job: { id: string; workspaceId: string }) => string;
};

type Open =
  | { kind: 'none' }
  | { kind: 'new' }
  | { kind: 'start'; name: string }
  | { kind: 'tags' | 'pause' | 'delete'; group: GroupState }
  | { kind: 'drain'; worker: WorkerState };

/** The Workers page: what nobody serves first, then every group with its workers. */
export function WorkersView({ overview, mayManage, commands, jobsHref, jobHref }: WorkersViewProps) {
  const [open, setOpen] = useState<Open>({ kind: 'none' });
  const { groups, orphans, version } = overview;
  // What only waiting jobs name is told above; there is nothing to manage about it yet.
  const managed = groups.filter(({ isRegistered, workers: own }) => isRegistered || own.length > 0);
  const workers = groups.flatMap((group) => group.workers).filter(({ presence }) => presence !== 'gone');

  function act(action: GroupAction, group: GroupState) {
    if (action === 'resume') void commands.resume(group.name);
    else if (action === 'start') setOpen({ kind: 'start', name: group.name });
    else setOpen({ kind: action, group });
  }
  function drain(worker: WorkerState, isDraining: boolean) {
    if (isDraining) setOpen({ kind: 'drain', worker });
    else void commands.drain(worker.id, false);
  }
  return (
    <>
      <PageHeader
        title={text.title}
        subtitle={summaryLine(groups)}
        actions={
          <>
            {mayManage ? (
              <Button icon={<Plus />} onClick={() => setOpen({ kind: 'new' })}>
                {text.newGroup}
              </Button>
            ) : null}
            <Button icon={<Terminal />} onClick={() => setOpen({ kind: 'start', name: orphans[0]?.tag ?? 'default' })}>
              {text.start}
            </Button>
          </>
        }
      />
      <div className="flex flex-col gap-6">
        {workers.length === 0 && orphans.length === 0 ? (
          <Banner tone="warning" title={text.noSlots}>
            {text.noSlotsHint}
          </Banner>
        ) : null}
        {orphans.length > 0 ? (
          <section aria-label={text.orphans} className="flex flex-col gap-3">
            {orphans.map((orphan) => (
              <OrphanCard key={orphan.tag} orphan={orphan} nowMs={overview.at} jobsHref={jobsHref(orphan.tag)} />
            ))}
          </section>
        ) : null}
        <section aria-label={text.groups} className="flex flex-col gap-4">
          {managed.map((group) => (
            <GroupCard
              key={group.name}
              group={group}
              version={version}
              mayManage={mayManage}
              jobsHref={jobsHref}
              jobHref={jobHref}
              onAction={act}
              onDrain={drain}
            />
          ))}
        </section>
        {workers.length > 0 ? <SandboxNote workers={workers} /> : null}
      </div>
      <OpenDialog open={open} onClose={() => setOpen({ kind: 'none' })} commands={commands} groups={groups} />
    </>
  );
}

type OpenDialogProps = { open: Open; onClose: () => void; commands: WorkerCommands; groups: readonly GroupState[] };

function OpenDialog({ open, onClose, commands, groups }: OpenDialogProps) {
  switch (open.kind) {
    case 'none':
      return null;
    case 'new':
      return (
        <NewGroupDialog
          isOpen
          onOpenChange={onClose}
          taken={groups.map(({ name }) => name)}
          onCreate={commands.create}
        />
      );
    case 'start':
      return <StartDialog name={open.name} onOpenChange={onClose} />;
    case 'tags':
      return (
        <TagsDialog
          group={open.group}
          onOpenChange={onClose}
          onSave={(tags) => commands.setTags(open.group.name, tags)}
        />
      );
    case 'pause':
    case 'delete':
    case 'drain':
      return <ConfirmDialog isOpen onOpenChange={onClose} {...questionOf(open, commands)} />;
    default: {
      const unknown: never = open;
      return unknown;
    }
  }
}

/** What is asked before each of the three that other people will notice. */
function questionOf(open: Extract<Open, { kind: 'tags' | 'pause' | 'delete' | 'drain' }>, commands: WorkerCommands) {
  if (open.kind === 'drain') {
    return {
      title: text.drainTitle(open.worker.id),
      description: text.drainHint(open.worker.running.length),
      confirmLabel: text.drain,
      isDanger: false,
      onConfirm: () => commands.drain(open.worker.id, true),
    };
  }
  const { name } = open.group;
  return open.kind === 'delete'
    ? {
        title: text.deleteTitle(name),
        description: text.deleteHint,
        confirmLabel: text.remove,
        onConfirm: () => commands.remove(name),
      }
    : {
        title: text.pauseTitle(name),
        description: text.pauseHint,
        confirmLabel: text.pause,
        isDanger: false,
        onConfirm: () => commands.pause(name),
      };
}
