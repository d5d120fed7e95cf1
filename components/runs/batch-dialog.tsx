'use client';

import { useState } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { BatchItem, type BatchProgress, useBatch } from '@/components/ui/batch';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { WireJob } from '@/core/job/wire';
import { isCancellable, isEnded, runTitle } from './run-words';

export type BatchKind = 'cancel' | 'rerun';

/** What one item came to: a sentence, and the new run's id when there is one. */
export type BatchOutcome = { sentence: string; newId?: string };

const runs = (count: number) => (count === 1 ? '1 run' : `${count} runs`);

const text = {
  cancelTitle: (count: number) => `Cancel ${runs(count)}?`,
  cancelHint: 'What waits never starts; what runs is stopped within seconds. What it has done already stays done.',
  cancel: (count: number) => `Cancel ${runs(count)}`,
  rerunTitle: (count: number) => `Run ${count === 1 ? 'it' : `${count} runs`} again?`,
  rerunHint: 'Each with its own arguments, the same version of its script and the same settings.',
  rerun: (count: number) => `Run ${runs(count)} again`,
  ended: 'Has ended already',
  asked: 'Cancel was requested already',
  keep: 'Keep them',
  notNow: 'Not now',
  close: 'Close',
  done: (good: number, all: number) => `${good} of ${all} done.`,
  open: 'Open',
  nothing: 'None of the selected runs can be cancelled.',
};

export type BatchDialogProps = {
  kind: BatchKind;
  jobs: readonly WireJob[];
  /** Does it to one; throws an Error whose message is a sentence. */
  perform: (kind: BatchKind, job: WireJob) => Promise<BatchOutcome>;
  jobHref: (id: string) => string;
  onClose: () => void;
};

/** Says first what will happen to how many, then does it and tells of each. */
export function BatchDialog({ kind, jobs, perform, jobHref, onClose }: BatchDialogProps) {
  // The list lives on below the dialog; what was decided on does not change any more.
  const [all] = useState(jobs);
  const batch = useBatch((job: WireJob) => perform(kind, job));
  const wanted = kind === 'cancel' ? all.filter(isCancellable) : all;
  const title = kind === 'cancel' ? text.cancelTitle(wanted.length) : text.rerunTitle(wanted.length);
  return (
    <Dialog
      isOpen
      width="md"
      onOpenChange={(isOpen) => (isOpen || batch.isBusy ? undefined : onClose())}
      title={title}
      description={kind === 'cancel' ? text.cancelHint : text.rerunHint}
      footer={
        batch.hasStarted ? (
          <>
            <span role="status" className="mr-auto self-center text-sm text-muted tabular-nums">
              {text.done(batch.doneCount, wanted.length)}
            </span>
            <Button variant="primary" isLoading={batch.isBusy} onClick={onClose}>
              {text.close}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{kind === 'cancel' ? text.keep : text.notNow}</Button>
            <Button
              variant={kind === 'cancel' ? 'danger' : 'primary'}
              disabledReason={wanted.length === 0 ? text.nothing : null}
              onClick={() => batch.start(wanted)}
            >
              {kind === 'cancel' ? text.cancel(wanted.length) : text.rerun(wanted.length)}
            </Button>
          </>
        )
      }
    >
      <ul className="max-h-80 overflow-y-auto rounded-md border border-line">
        {all.map((job) => (
          <Item key={job.id} job={job} kind={kind} progress={batch.progressOf(job.id)} jobHref={jobHref} />
        ))}
      </ul>
    </Dialog>
  );
}

type ItemProps = {
  job: WireJob;
  kind: BatchKind;
  progress: BatchProgress<BatchOutcome> | undefined;
  jobHref: (id: string) => string;
};

function Item({ job, kind, progress, jobHref }: ItemProps) {
  const outcome = progress?.kind === 'done' ? progress.outcome : null;
  return (
    <BatchItem
      title={<span className="block truncate">{runTitle(job)}</span>}
      progress={progress}
      leftOut={kind === 'cancel' && !isCancellable(job) ? (isEnded(job) ? text.ended : text.asked) : null}
      outcome={outcome?.sentence}
      aside={
        outcome?.newId === undefined ? null : (
          <AppLink href={jobHref(outcome.newId)} className="shrink-0 text-xs text-accent hover:underline">
            {text.open}
          </AppLink>
        )
      }
    />
  );
}
