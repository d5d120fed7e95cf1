'use client';

import { useState } from 'react';
import { type SettingChange, VersionCompare, type VersionText } from '@/components/editor/version-compare';
import { type Version, VersionList } from '@/components/editor/version-list';
import { Banner } from '@/components/ui/banner';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { VersionedKind } from '@/core/versioned/model';
import { useItemsChanged } from './item-data';

const text = {
  failed: 'The history cannot be read.',
  restored: (id: string) => `Version ${id.slice(0, 8)} is live again.`,
  notRestored: 'It was not restored.',
};

/** A line of a history that knows what it was made on top of. */
export type ChainedVersion = Version & { parentId: string | null };

/** Which version is looked at, and which one it is held against: the newest and its parent until somebody chooses. */
export function useVersionChoice(versions: readonly ChainedVersion[], liveId: string) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [against, setAgainst] = useState<'before' | 'live'>('before');
  const current = versions.find(({ id }) => id === chosen) ?? versions[0];
  return {
    currentId: current?.id ?? null,
    beforeId: against === 'live' ? liveId : (current?.parentId ?? null),
    against,
    setChosen,
    setAgainst,
  };
}

interface Props {
  workspaceId: string;
  noun: VersionedKind;
  history: { isPending: boolean; error: Error | null };
  versions: readonly ChainedVersion[];
  choice: ReturnType<typeof useVersionChoice>;
  /** what is looked at, and what it is held against; undefined while it is read */
  version: VersionText | undefined;
  before: VersionText | undefined;
  settings: readonly SettingChange[];
  /** deploys an old version again; null: the reader may not */
  restore: ((id: string) => Promise<unknown>) | null;
}

/** A history: what each version changed, and the way back to it. */
export function VersionHistory(props: Props) {
  const { history, versions, choice, restore } = props;
  const changed = useItemsChanged(props.noun, props.workspaceId);
  if (history.isPending) return <SkeletonRows rows={5} />;
  if (history.error !== null) {
    return (
      <Banner tone="danger" title={text.failed}>
        {history.error.message}
      </Banner>
    );
  }
  async function goBackTo(id: string) {
    try {
      await restore?.(id);
      notifySuccess(text.restored(id));
      choice.setChosen(null);
    } catch (error) {
      notifyError(text.notRestored, { detail: error instanceof Error ? error.message : String(error) });
    }
    await changed();
  }
  return (
    <div className="grid gap-6 lg:grid-cols-[19rem_minmax(0,1fr)]">
      <VersionList versions={versions} chosen={choice.currentId} onChoose={choice.setChosen} />
      <VersionCompare
        version={props.version}
        before={choice.beforeId === null ? null : props.before}
        settings={props.settings}
        against={choice.against}
        onAgainst={choice.setAgainst}
        onRestore={restore === null ? null : goBackTo}
      />
    </div>
  );
}
