'use client';

import type { WireFlow } from '@/core/flow/wire';
import { RunForm } from '../run-form';
import { flowActions } from './flow-data';
import { LiveSteps } from './live-steps';

interface Props {
  workspaceId: string;
  flow: WireFlow;
  isSimple: boolean;
  disabledReason: string | null;
}

/** The form of a deployed flow, and the run that it starts. */
export function RunFlow({ workspaceId, flow, isSimple, disabledReason }: Props) {
  return (
    <RunForm
      workspaceId={workspaceId}
      runnable={{ kind: 'flow', path: flow.path }}
      schema={flow.schema}
      lastArgs={null}
      stepsOf={(job) => <LiveSteps workspaceId={workspaceId} job={job} isSimple={isSimple} />}
      start={(args) => flowActions.run(workspaceId, flow.path, args)}
      isSimple={isSimple}
      disabledReason={disabledReason}
    />
  );
}
