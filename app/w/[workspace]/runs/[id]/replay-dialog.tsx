'use client';

import { useState } from 'react';
import type { RunNode } from '@/components/flow-view/run-nodes';
import { RunAgainDialog } from '@/components/job-view/run-again-dialog';
import { Field } from '@/components/ui/field';
import { RadioGroup } from '@/components/ui/radio-group';
import type { WireJob } from '@/core/job/wire';
import type { Args } from '@/core/schema/model';
import { useFlow } from '../../flows/flow-data';
import { useFormOptions } from '../../scripts/script-data';

const text = {
  title: (name: string) => `Replay from “${name}”`,
  hint: 'What ended before it is taken over; it and what follows run again. Approvals are asked for again.',
  replay: 'Replay',
  version: 'Version',
  same: 'The one that ran',
  newest: 'The newest one',
};

interface Props {
  workspaceId: string;
  job: WireJob;
  node: RunNode;
  isOperator: boolean;
  onClose: () => void;
  onReplay: (args: Args, isNewest: boolean) => Promise<void>;
}

/** Asks with which inputs and which version a run goes on from one of its steps. */
export default function ReplayDialog({ workspaceId, job, node, isOperator, onClose, onReplay }: Props) {
  const [isNewest, setIsNewest] = useState(false);
  const isDeployed = job.job_kind === 'flow' && job.script_path !== undefined;
  const flow = useFlow(workspaceId, job.script_path ?? '', { isWanted: isDeployed });
  const { resources, variables } = useFormOptions(workspaceId);
  return (
    <RunAgainDialog
      job={job}
      title={text.title(node.summary || node.title)}
      hint={text.hint}
      runLabel={text.replay}
      schema={isDeployed && !flow.isError ? flow.data?.schema : null}
      resources={resources}
      variables={variables}
      isSimple={isOperator}
      onClose={onClose}
      onRun={(args) => onReplay(args, isNewest)}
    >
      {isDeployed && !isOperator ? (
        <Field label={text.version} isGroup>
          <RadioGroup
            value={isNewest ? 'newest' : 'same'}
            onChange={(value) => setIsNewest(value === 'newest')}
            options={[
              { value: 'same', label: text.same },
              { value: 'newest', label: text.newest },
            ]}
          />
        </Field>
      ) : null}
    </RunAgainDialog>
  );
}
