'use client';

import { RunAgainDialog } from '@/components/job-view/run-again-dialog';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
import { useFlow } from '../../flows/flow-data';
import { useFormOptions, useVersion } from '../../scripts/script-data';

interface Props {
  workspaceId: string;
  job: WireJob;
  isOperator: boolean;
  onClose: () => void;
  onRun: (args: Args) => Promise<void>;
}

/** The dialog with the schema of exactly the version that ran; code without a version has its arguments as JSON. */
export default function RunAgain({ workspaceId, job, isOperator, onClose, onRun }: Props) {
  const isFlow = job.job_kind === 'flow' && job.script_path !== undefined;
  const hash = job.job_kind === 'script' ? (job.script_hash ?? null) : null;
  const version = useVersion(workspaceId, hash);
  const flow = useFlow(workspaceId, job.script_path ?? '', { isWanted: isFlow });
  const read = isFlow ? flow : version;
  const schema = (!isFlow && hash === null) || read.isError ? null : read.data?.schema;
  const { resources, variables } = useFormOptions(workspaceId);
  return (
    <RunAgainDialog
      job={job}
      schema={schema}
      resources={resources}
      variables={variables}
      isSimple={isOperator}
      onClose={onClose}
      onRun={onRun}
    />
  );
}
