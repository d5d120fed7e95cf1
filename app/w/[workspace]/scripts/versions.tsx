'use client';

import { codeLanguageOf } from '@/components/code/code-languages';
import type { VersionText } from '@/components/editor/version-compare';
import { draftOf, settingChanges } from '@/components/script-editor/script-draft';
import type { WireScript, WireVersion } from '@/core/script/wire';
import { useItemHistory } from '../_versioned/item-data';
import { type ChainedVersion, useVersionChoice, VersionHistory } from '../_versioned/version-history';
import { scriptActions, useVersion } from './script-data';

const lineOf = (one: WireVersion): ChainedVersion => ({
  id: one.script_hash,
  path: one.path,
  message: one.deployment_msg,
  createdBy: one.created_by,
  createdAt: one.created_at,
  isLive: one.is_live,
  parentId: one.parent_hash ?? null,
});

const textOf = (script: WireScript): VersionText => ({
  id: script.hash,
  isLive: script.is_live,
  content: script.content,
  language: codeLanguageOf(script.language),
});

interface Props {
  workspaceId: string;
  script: WireScript;
  mayWrite: boolean;
}

/** The history of a script. */
export function Versions({ workspaceId, script, mayWrite }: Props) {
  const history = useItemHistory<WireVersion>('script', workspaceId, script.path);
  const versions = (history.data ?? []).map(lineOf);
  const choice = useVersionChoice(versions, script.hash);
  const { data: version } = useVersion(workspaceId, choice.currentId);
  const { data: before } = useVersion(workspaceId, choice.beforeId);
  return (
    <VersionHistory
      workspaceId={workspaceId}
      noun="script"
      history={history}
      versions={versions}
      choice={choice}
      version={version && textOf(version)}
      before={before && textOf(before)}
      settings={version && before ? settingChanges(draftOf(before), draftOf(version)) : []}
      restore={mayWrite ? (hash) => scriptActions.restoreVersion(workspaceId, script.path, hash) : null}
    />
  );
}
