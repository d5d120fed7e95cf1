'use client';

import { useState } from 'react';
import { LazyDiffView } from '@/components/code/lazy-code-editor';
import { DeployDialog, DeploySection, SettingChanges } from '@/components/editor/deploy-dialog';
import { FindingsList } from '@/components/editor/findings-list';
import type { OwnerOption } from '@/components/editor/path-field';
import { bodyOf, type FlowDraft, textOf } from '@/components/flow-editor/flow-draft';
import type { FlowCheck } from '@/components/flow-editor/use-flow-check';
import type { WireFlow } from '@/core/flow/wire';
import { flowActions, useFlow } from './flow-data';

const text = {
  checks: 'Checks',
  changes: 'What changes',
  live: (id: string) => `Live now (version ${id})`,
  draft: 'This draft',
  path: 'Path',
  broken: 'The text has problems. Mend them first.',
};

interface Props {
  workspaceId: string;
  draft: FlowDraft;
  check: FlowCheck;
  live: WireFlow | null;
  owners: readonly OwnerOption[];
  onPath: (path: string) => void;
  /** the author has seen the version that was deployed meanwhile and goes on top of it */
  onRebase: (parentId: string) => void;
  onClose: () => void;
  onDeployed: (path: string, warnings: readonly string[]) => Promise<void>;
}

/** From a draft to a live version: what is wrong, what changes, and the reason why. */
export function DeployFlow(props: Props) {
  const { workspaceId, draft, check, live, onDeployed } = props;
  // Read anew: somebody may have deployed since the editor was opened.
  const current = useFlow(workspaceId, live?.path ?? draft.path, { isWanted: live !== null, isFresh: true });
  const base = current.data ?? live;
  const [isDeploying, setIsDeploying] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function deploy(message: string) {
    setIsDeploying(true);
    setFailure(null);
    try {
      const body = bodyOf(draft, check.value, message);
      const { warnings } =
        base === null
          ? await flowActions.create(workspaceId, body)
          : await flowActions.update(workspaceId, base.path, body);
      await onDeployed(draft.path, warnings);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setIsDeploying(false);
      void current.refetch();
    }
  }
  return (
    <DeployDialog
      path={draft.path}
      isNew={base === null}
      isOutdated={base !== null && draft.parentId !== String(base.version_id)}
      deployedBy={base?.edited_by ?? ''}
      owners={props.owners}
      refusal={check.isStorable && check.text === draft.text ? null : text.broken}
      isDeploying={isDeploying}
      error={failure}
      onPath={props.onPath}
      onRebase={() => base !== null && props.onRebase(String(base.version_id))}
      onClose={props.onClose}
      onDeploy={(message) => void deploy(message)}
    >
      <DeploySection title={text.checks}>
        <FindingsList findings={check.findings.filter(({ severity }) => severity !== 'info')} />
      </DeploySection>
      {base === null ? null : (
        <DeploySection title={text.changes}>
          <SettingChanges
            changes={base.path === draft.path ? [] : [{ label: text.path, before: base.path, after: draft.path }]}
          />
          <LazyDiffView
            before={textOf(base)}
            after={draft.text}
            language="yaml"
            beforeLabel={text.live(String(base.version_id))}
            afterLabel={text.draft}
          />
        </DeploySection>
      )}
    </DeployDialog>
  );
}
