'use client';

import { Check, CircleSlash, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Wheel } from '@/components/ui/spinner';
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
  close: 'Close',
  done: (good: number, all: number) => `${good} of ${all} done.`,
  open: 'Open',
  nothing: 'None of the selected runs can be cancelled.',
};

type Progress = { kind: 'busy' } | { kind: 'done'; outcome: BatchOutcome } | { kind: 'failed'; sentence: string };

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
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress> | null>(null);
  const wanted = kind === 'cancel' ? all.filter(isCancellable) : all;
  const isBusy = progress !== null && [...progress.values()].some((item) => item.kind === 'busy');
  const good = progress === null ? 0 : [...progress.values()].filter((item) => item.kind === 'done').length;

  async function go() {
    setProgress(new Map(wanted.map((job) => [job.id, { kind: 'busy' }])));
    const waiting = [...wanted];
    const report = (id: string, item: Progress) => setProgress((before) => new Map(before).set(id, item));
    // Four at a time: fast enough to watch, and no burst for the server.
    const lanes = Array.from({ length: 4 }, async () => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        const { id } = job;
        await perform(kind, job).then(
          (outcome) => report(id, { kind: 'done', outcome }),
          (cause) => report(id, { kind: 'failed', sentence: cause instanceof Error ? cause.message : String(cause) }),
        );
      }
    });
    await Promise.all(lanes);
  }
  const title = kind === 'cancel' ? text.cancelTitle(wanted.length) : text.rerunTitle(wanted.length);
  return (
    <Dialog
      isOpen
      width="md"
      onOpenChange={(isOpen) => (isOpen || isBusy ? undefined : onClose())}
      title={title}
      description={kind === 'cancel' ? text.cancelHint : text.rerunHint}
      footer={
        progress === null ? (
          <>
            <Button onClick={onClose}>{text.keep}</Button>
            <Button
              variant={kind === 'cancel' ? 'danger' : 'primary'}
              disabledReason={wanted.length === 0 ? text.nothing : null}
              onClick={go}
            >
              {kind === 'cancel' ? text.cancel(wanted.length) : text.rerun(wanted.length)}
            </Button>
          </>
        ) : (
          <>
            <span role="status" className="mr-auto self-center text-sm text-muted tabular-nums">
              {text.done(good, wanted.length)}
            </span>
            <Button variant="primary" isLoading={isBusy} onClick={onClose}>
              {text.close}
            </Button>
          </>
        )
      }
    >
      <ul className="max-h-80 overflow-y-auto rounded-md border border-line">
        {all.map((job) => (
          <Item key={job.id} job={job} kind={kind} progress={progress?.get(job.id)} jobHref={jobHref} />
        ))}
      </ul>
    </Dialog>
  );
}

type ItemProps = { job: WireJob; kind: BatchKind; progress: Progress | undefined; jobHref: (id: string) => string };

function Item({ job, kind, progress, jobHref }: ItemProps) {
  const left = kind === 'cancel' && !isCancellable(job) ? (isEnded(job) ? text.ended : text.asked) : null;
  return (
    <li className="flex min-h-9 items-center gap-2.5 border-b border-line px-3 py-1.5 text-sm last:border-b-0">
      <span className="flex size-4 shrink-0 items-center justify-center">
        {progress?.kind === 'busy' ? <Wheel className="size-4 text-muted" /> : null}
        {progress?.kind === 'done' ? <Check aria-hidden className="size-4 text-success" /> : null}
        {progress?.kind === 'failed' ? <TriangleAlert aria-hidden className="size-4 text-danger" /> : null}
        {left ? <CircleSlash aria-hidden className="size-4 text-faint" /> : null}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate">{runTitle(job)}</span>
        {left ? <span className="block text-xs text-muted">{left}</span> : null}
        {progress?.kind === 'failed' ? <span className="block text-xs text-danger">{progress.sentence}</span> : null}
        {progress?.kind === 'done' ? (
          <span className="block text-xs text-muted">{progress.outcome.sentence}</span>
        ) : null}
      </span>
      {progress?.kind === 'done' && progress.outcome.newId !== undefined ? (
        <AppLink href={jobHref(progress.outcome.newId)} className="shrink-0 text-xs text-accent hover:underline">
          {text.open}
        </AppLink>
      ) : null}
    </li>
  );
}
