'use client';

import { useState } from 'react';
import { VersionCompare } from '@/components/script-editor/version-compare';
import { VersionList } from '@/components/script-editor/version-list';
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
      <VersionList versions={versions} chosen={current?.script_hash ?? null} onChoose={setChosen} />
      <VersionCompare
        version={version.data}
        before={beforeHash === null ? null : before.data}
        against={against}
        onAgainst={setAgainst}
        onRestore={mayWrite ? restore : null}
      />
    </div>
  );
}
