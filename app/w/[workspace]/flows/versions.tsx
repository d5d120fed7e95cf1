'use client';

import { useState } from 'react';
import { VersionCompare, type VersionText } from '@/components/editor/version-compare';
import { VersionList } from '@/components/editor/version-list';
import { settingChanges, textOf } from '@/components/flow-editor/flow-draft';
import { Banner } from '@/components/ui/banner';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { WireFlow, WireFlowVersion } from '@/core/flow/wire';
import { flowActions, useFlowHistory, useFlowsChanged, useFlowVersion } from './flow-data';

const text = {
  failed: 'The history cannot be read.',
  restored: (id: string) => `Version ${id} is live again.`,
  notRestored: 'It was not restored.',
};

interface Props {
  workspaceId: string;
  flow: WireFlow;
  mayWrite: boolean;
}

const versionTextOf = (flow: WireFlow): VersionText => ({
  id: String(flow.version_id),
  isLive: flow.is_live,
  content: textOf(flow),
  language: 'yaml',
});

const lineOf = (one: WireFlowVersion) => ({
  id: String(one.id),
  path: one.path,
  message: one.deployment_msg,
  createdBy: one.created_by,
  createdAt: one.created_at,
  isLive: one.is_live,
});

/** The history of a flow: what each version changed, and the way back to it. */
export function Versions({ workspaceId, flow, mayWrite }: Props) {
  const history = useFlowHistory(workspaceId, flow.path);
  const changed = useFlowsChanged(workspaceId);
  const [chosen, setChosen] = useState<string | null>(null);
  const [against, setAgainst] = useState<'before' | 'live'>('before');
  const versions = history.data ?? [];
  const current = versions.find(({ id }) => String(id) === chosen) ?? versions[0];
  const beforeId = against === 'live' ? flow.version_id : current?.parent_id;
  const version = useFlowVersion(workspaceId, current === undefined ? null : String(current.id));
  const before = useFlowVersion(workspaceId, beforeId === undefined ? null : String(beforeId));

  async function restore(id: string) {
    try {
      await flowActions.restoreVersion(workspaceId, flow.path, id);
      notifySuccess(text.restored(id));
      setChosen(null);
    } catch (error) {
      notifyError(text.notRestored, { detail: error instanceof Error ? error.message : String(error) });
    }
    await changed();
  }
  if (history.isPending) return <SkeletonRows rows={5} />;
  if (history.error !== null) {
    return (
      <Banner tone="danger" title={text.failed}>
        {history.error.message}
      </Banner>
    );
  }
  return (
    <div className="grid gap-6 lg:grid-cols-[19rem_minmax(0,1fr)]">
      <VersionList
        versions={versions.map(lineOf)}
        chosen={current === undefined ? null : String(current.id)}
        onChoose={setChosen}
      />
      <VersionCompare
        version={version.data && versionTextOf(version.data)}
        before={beforeId === undefined ? null : before.data && versionTextOf(before.data)}
        settings={version.data && before.data ? settingChanges(before.data, version.data) : []}
        against={against}
        onAgainst={setAgainst}
        onRestore={mayWrite ? restore : null}
      />
    </div>
  );
}
