'use client';

import { useState } from 'react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { VersionCompare, type VersionText } from '@/components/editor/version-compare';
import { VersionList } from '@/components/editor/version-list';
import { draftOf, settingChanges } from '@/components/script-editor/script-draft';
import { Banner } from '@/components/ui/banner';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { WireScript } from '@/core/script/wire';
import { scriptActions, useHistory, useScriptsChanged, useVersion } from './script-data';

const text = {
  failed: 'The history cannot be read.',
  restored: (hash: string) => `Version ${hash.slice(0, 8)} is live again.`,
  notRestored: 'It was not restored.',
};

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

/** The history of a script: what each version changed, and the way back to it. */
export function Versions({ workspaceId, script, mayWrite }: Props) {
  const history = useHistory(workspaceId, script.path);
  const changed = useScriptsChanged(workspaceId);
  const [chosen, setChosen] = useState<string | null>(null);
  const [against, setAgainst] = useState<'before' | 'live'>('before');
  const versions = history.data ?? [];
  const current = versions.find(({ script_hash }) => script_hash === chosen) ?? versions[0];
  const beforeHash = against === 'live' ? script.hash : (current?.parent_hash ?? null);
  const version = useVersion(workspaceId, current?.script_hash ?? null);
  const before = useVersion(workspaceId, beforeHash);

  async function restore(hash: string) {
    try {
      await scriptActions.restoreVersion(workspaceId, script.path, hash);
      notifySuccess(text.restored(hash));
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
        versions={versions.map((one) => ({
          id: one.script_hash,
          path: one.path,
          message: one.deployment_msg,
          createdBy: one.created_by,
          createdAt: one.created_at,
          isLive: one.is_live,
        }))}
        chosen={current?.script_hash ?? null}
        onChoose={setChosen}
      />
      <VersionCompare
        version={version.data && textOf(version.data)}
        before={beforeHash === null ? null : before.data && textOf(before.data)}
        settings={version.data && before.data ? settingChanges(draftOf(before.data), draftOf(version.data)) : []}
        against={against}
        onAgainst={setAgainst}
        onRestore={mayWrite ? restore : null}
      />
    </div>
  );
}
