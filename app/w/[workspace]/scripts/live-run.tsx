'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { segment } from '@/app/_client/api';
import { useFollowedJob } from '@/app/_client/job-stream';
import { RunOutput } from '@/components/editor/run-output';
import { notifyError } from '@/components/ui/toast';
import type { WireJob } from '@/core/job/wire';
import { scriptActions, scriptHrefs } from './script-data';

const text = { notStopped: 'The run was not stopped.' };

interface Props {
  workspaceId: string;
  id: string;
  /** called once, when it has ended */
  onEnded?: (job: WireJob) => void;
  /** instead of a log: the steps of a flow, once its job is known */
  stepsOf?: (job: WireJob) => ReactNode;
}

/** A run as it goes on: state, log, and the result when there is one. */
export function LiveRun({ workspaceId, id, onEnded, stepsOf }: Props) {
  const { job, log, isLost, error } = useFollowedJob(workspaceId, id);
  const hasTold = useRef(false);
  useEffect(() => {
    if (job?.type !== 'CompletedJob' || hasTold.current) return;
    hasTold.current = true;
    onEnded?.(job);
  }, [job, onEnded]);
  function cancel() {
    scriptActions
      .cancel(workspaceId, id)
      .catch((cause: unknown) =>
        notifyError(text.notStopped, { detail: cause instanceof Error ? cause.message : String(cause) }),
      );
  }
  return (
    <RunOutput
      job={job}
      log={log}
      isLost={isLost}
      problem={error?.message ?? null}
      href={scriptHrefs(workspaceId).job(id)}
      downloadHref={`/api/w/${segment(workspaceId)}/jobs_u/get_logs/${segment(id)}`}
      onCancel={cancel}
      {...(stepsOf === undefined ? {} : { steps: job === undefined ? null : stepsOf(job) })}
    />
  );
}
