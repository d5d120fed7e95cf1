'use client';

import { SkeletonRows } from '@/components/ui/skeleton';
import type { WireScript } from '@/core/script/wire';
import { useLastInputs } from '../_versioned/item-data';
import { RunForm } from '../run-form';
import { scriptActions } from './script-data';

interface Props {
  workspaceId: string;
  script: WireScript;
  isSimple: boolean;
  disabledReason: string | null;
}

/** The form of a deployed script, filled with one's last inputs, and the run that it starts. */
export function RunScript({ workspaceId, script, isSimple, disabledReason }: Props) {
  const inputs = useLastInputs('script', workspaceId, script.path);
  // A failed look for old inputs is no reason to keep the form away.
  if (inputs.isPending) return <SkeletonRows rows={4} />;
  return (
    <RunForm
      workspaceId={workspaceId}
      runnable={{ kind: 'script', path: script.path }}
      schema={script.schema}
      lastArgs={inputs.data ?? null}
      start={(args) => scriptActions.run(workspaceId, script.path, args)}
      isSimple={isSimple}
      disabledReason={disabledReason}
    />
  );
}
