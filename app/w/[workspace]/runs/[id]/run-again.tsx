'use client';

import { RunAgainDialog } from '@/components/job-view/run-again-dialog';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
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
  const version = useVersion(workspaceId, job.script_hash ?? null);
  const schema = job.script_hash === undefined || version.isError ? null : version.data?.schema;
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
