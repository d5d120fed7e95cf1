'use client';

import { useState } from 'react';
import { runTitle } from '@/components/runs/run-words';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { WireJob } from '@/core/job/wire';

const text = {
  title: (name: string) => `Cancel ${name}?`,
  running: 'It is stopped within seconds. What it has done already stays done.',
  waiting: 'It has not started, and never will.',
  reason: 'Reason',
  hint: 'Shown on the run’s page. You may leave it empty.',
  confirm: 'Cancel the run',
  keep: 'Let it go on',
  keepWaiting: 'Let it wait',
};

export type CancelDialogProps = {
  job: WireJob;
  onClose: () => void;
  onConfirm: (reason: string) => Promise<void>;
};

/** Asks before a job is stopped, and for the reason. */
export function CancelDialog({ job, onClose, onConfirm }: CancelDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={text.title(runTitle(job))}
      description={
        <>
          <p>{job.state === 'running' ? text.running : text.waiting}</p>
          <Field label={text.reason} hint={text.hint} className="mt-3">
            <Input value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} />
          </Field>
        </>
      }
      confirmLabel={text.confirm}
      cancelLabel={job.state === 'running' ? text.keep : text.keepWaiting}
      // The sentence that it becomes a part of has its own full stop.
      onConfirm={() => onConfirm(reason.trim().replace(/\.$/, ''))}
    />
  );
}
