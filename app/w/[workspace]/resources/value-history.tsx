'use client';

import { useState } from 'react';
import { type SettingChange, VersionCompare, type VersionText } from '@/components/editor/version-compare';
import { VersionList } from '@/components/editor/version-list';
import { Banner } from '@/components/ui/banner';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import {
  type ShownVersion,
  useValueDiff,
  useValueHistory,
  useValuesChanged,
  type ValueNoun,
  type ValueVersionLine,
  valueActions,
} from './value-data';

const text = {
  changes: {
    created: 'Created',
    changed: 'Changed',
    moved: 'Moved',
    restored: 'Restored',
    deleted: 'Deleted',
  },
  movedFrom: (path: string) => `Moved from ${path}`,
  restoredFrom: (version: string) => `Restored ${version}`,
  hint: 'Secrets are never shown here; where one differs, it says so.',
  type: 'Type',
  description: 'Description',
  secret: 'Secret',
  yes: 'yes',
  no: 'no',
  none: '–',
  restored: (number: string) => `It is as it was in version ${number}.`,
  notRestored: 'It was not restored.',
};

function messageOf({ change, detail }: ValueVersionLine): string {
  if (detail === '') return text.changes[change];
  if (change === 'moved') return text.movedFrom(detail);
  return change === 'restored' ? text.restoredFrom(detail) : detail;
}

/** Plain text for a variable, JSON for a resource: what the comparison shows. */
function textOf(version: ShownVersion, isLive: boolean): VersionText {
  const { value } = version;
  const content = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return { id: String(version.number), isLive, content, language: typeof value === 'string' ? 'text' : 'json' };
}

function settingsOf(before: ShownVersion, after: ShownVersion): SettingChange[] {
  const shown = (label: string, read: (version: ShownVersion) => string) => ({
    label,
    before: read(before) || text.none,
    after: read(after) || text.none,
  });
  return [
    shown(text.type, ({ resource_type }) => resource_type ?? ''),
    shown(text.description, ({ description }) => description),
    shown(text.secret, ({ is_secret }) => (is_secret ? text.yes : text.no)),
  ].filter((change) => change.before !== change.after);
}

interface Props {
  workspaceId: string;
  noun: ValueNoun;
  path: string;
  mayWrite: boolean;
}

/** Who changed a value, when and what; and the way back. */
export function ValueHistory({ workspaceId, noun, path, mayWrite }: Props) {
  const history = useValueHistory(workspaceId, noun, path);
  const changed = useValuesChanged(workspaceId);
  const [chosen, setChosen] = useState<string | null>(null);
  const [against, setAgainst] = useState<'before' | 'live'>('before');
  const versions = history.data ?? [];
  const current = versions.find(({ number }) => String(number) === chosen) ?? versions[0];
  const live = versions.find(({ is_live }) => is_live);
  const other = against === 'live' && live?.number !== current?.number ? (live?.number ?? null) : null;
  const diff = useValueDiff(workspaceId, noun, path, current?.number ?? null, other);

  async function restore(id: string) {
    try {
      await valueActions.restore(workspaceId, noun, path, Number(id));
      notifySuccess(text.restored(id));
      setChosen(null);
    } catch (error) {
      notifyError(text.notRestored, { detail: error instanceof Error ? error.message : String(error) });
    }
    await changed();
  }
  if (history.isPending) return <SkeletonRows rows={5} />;
  const error = history.error ?? diff.error;
  if (error !== null) return <Banner tone="danger">{error.message}</Banner>;
  const shown = diff.data;
  const before = shown?.before ?? null;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">{text.hint}</p>
      <div className="grid gap-6 lg:grid-cols-[16rem_minmax(0,1fr)]">
        <VersionList
          versions={versions.map((version) => ({
            id: String(version.number),
            path: version.path,
            message: messageOf(version),
            createdBy: version.created_by,
            createdAt: version.created_at,
            isLive: version.is_live,
          }))}
          chosen={current === undefined ? null : String(current.number)}
          onChoose={setChosen}
        />
        <VersionCompare
          version={shown === undefined ? undefined : textOf(shown.after, current?.is_live ?? false)}
          before={shown === undefined ? undefined : before === null ? null : textOf(before, false)}
          settings={shown === undefined || before === null ? [] : settingsOf(before, shown.after)}
          against={against}
          onAgainst={setAgainst}
          onRestore={mayWrite ? restore : null}
        />
      </div>
    </div>
  );
}
