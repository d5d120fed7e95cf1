'use client';

import { SkeletonRows } from '@/components/ui/skeleton';
import type { WireFlow } from '@/core/flow/wire';
import { useLastInputs } from '../_versioned/item-data';
import { RunForm } from '../run-form';
import { flowActions } from './flow-data';
import { LiveSteps } from './live-steps';

interface Props {
  workspaceId: string;
  flow: WireFlow;
  isSimple: boolean;
  disabledReason: string | null;
}

/** The form of a deployed flow, filled with one's last inputs, and the run that it starts. */
export function RunFlow({ workspaceId, flow, isSimple, disabledReason }: Props) {
  const inputs = useLastInputs('flow', workspaceId, flow.path);
  // A failed look for old inputs is no reason to keep the form away.
  if (inputs.isPending) return <SkeletonRows rows={4} />;
  return (
    <RunForm
      workspaceId={workspaceId}
      runnable={{ kind: 'flow', path: flow.path }}
      schema={flow.schema}
      lastArgs={inputs.data ?? null}
      stepsOf={(job) => <LiveSteps workspaceId={workspaceId} job={job} isSimple={isSimple} />}
      start={(args) => flowActions.run(workspaceId, flow.path, args)}
      isSimple={isSimple}
      disabledReason={disabledReason}
    />
  );
}
