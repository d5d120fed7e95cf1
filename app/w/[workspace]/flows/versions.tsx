'use client';

import type { VersionText } from '@/components/editor/version-compare';
import { settingChanges, textOf } from '@/components/flow-editor/flow-draft';
import type { WireFlow, WireFlowVersion } from '@/core/flow/wire';
import { useItemHistory, useItemVersion } from '../_versioned/item-data';
import { type ChainedVersion, useVersionChoice, VersionHistory } from '../_versioned/version-history';
import { flowActions } from './flow-data';

const lineOf = (one: WireFlowVersion): ChainedVersion => ({
  id: String(one.id),
  path: one.path,
  message: one.deployment_msg,
  createdBy: one.created_by,
  createdAt: one.created_at,
  isLive: one.is_live,
  parentId: one.parent_id === undefined ? null : String(one.parent_id),
});

const versionTextOf = (flow: WireFlow): VersionText => ({
  id: String(flow.version_id),
  isLive: flow.is_live,
  content: textOf(flow),
  language: 'yaml',
});

interface Props {
  workspaceId: string;
  flow: WireFlow;
  mayWrite: boolean;
}

/** The history of a flow. */
export function Versions({ workspaceId, flow, mayWrite }: Props) {
  const history = useItemHistory<WireFlowVersion>('flow', workspaceId, flow.path);
  const versions = (history.data ?? []).map(lineOf);
  const choice = useVersionChoice(versions, String(flow.version_id));
  const { data: version } = useItemVersion<WireFlow>('flow', workspaceId, choice.currentId);
  const { data: before } = useItemVersion<WireFlow>('flow', workspaceId, choice.beforeId);
  return (
    <VersionHistory
      workspaceId={workspaceId}
      noun="flow"
      history={history}
      versions={versions}
      choice={choice}
      version={version && versionTextOf(version)}
      before={before && versionTextOf(before)}
      settings={version && before ? settingChanges(before, version) : []}
      restore={mayWrite ? (id) => flowActions.restoreVersion(workspaceId, flow.path, id) : null}
    />
  );
}
