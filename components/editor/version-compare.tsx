'use client';

import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { CodeLanguage } from '@/components/code/code-languages';
import { LazyCodeEditor, LazyDiffView } from '@/components/code/lazy-code-editor';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Select } from '@/components/ui/select';
import { Skeleton } from '@/components/ui/skeleton';

const text = {
  compare: 'Compare with',
  before: 'the version before it',
  live: 'the live version',
  restore: 'Restore this version',
  restoreAsk: (version: string) => `Make version ${version} live again?`,
  restoreText: 'It is deployed as a new version; nothing in the history is lost.',
  first: 'The first version.',
  version: (hash: string) => `Version ${hash.slice(0, 8)}`,
  code: (hash: string) => `Version ${hash}, as it was written`,
};

/** A setting whose value differs, in words. */
export interface SettingChange {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** What a version says. */
export type VersionText = { id: string; isLive: boolean; content: string; language: CodeLanguage };

export type VersionCompareProps = {
  /** undefined while it is read */
  version: VersionText | undefined;
  /** null: there is none before it */
  before: VersionText | null | undefined;
  /** settings besides the text that differ between the two */
  settings: readonly SettingChange[];
  against: 'before' | 'live';
  onAgainst: (against: 'before' | 'live') => void;
  /** null: the reader may not */
  onRestore: ((id: string) => Promise<void>) | null;
};

/** One version against another: settings in words, code as a diff. */
export function VersionCompare({ version, before, settings, against, onAgainst, onRestore }: VersionCompareProps) {
  const [isAsking, setIsAsking] = useState(false);
  if (version === undefined || before === undefined) return <Skeleton className="h-64" />;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        {before === null && version.isLive ? (
          <p className="text-sm text-muted">{text.first}</p>
        ) : (
          <>
            <span className="text-sm text-muted">{text.compare}</span>
            <Select
              aria-label={text.compare}
              size="sm"
              className="w-52"
              value={against}
              options={[
                { value: 'before', label: text.before },
                { value: 'live', label: text.live },
              ]}
              onChange={(next) => onAgainst(next === 'live' ? 'live' : 'before')}
            />
          </>
        )}
        {onRestore !== null && !version.isLive ? (
          <Button size="sm" icon={<RotateCcw />} className="ml-auto" onClick={() => setIsAsking(true)}>
            {text.restore}
          </Button>
        ) : null}
      </div>
      {settings.length > 0 ? (
        <ul className="flex flex-col gap-1 rounded-lg border border-line px-3 py-2 text-sm">
          {settings.map((change) => (
            <li key={change.label} className="flex flex-wrap gap-x-2">
              <span className="text-muted">{change.label}</span>
              <span className="text-faint line-through">{change.before}</span>
              <span>{change.after}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {before === null ? (
        <>
          {version.isLive ? null : <p className="text-sm text-muted">{text.first}</p>}
          <div className="overflow-hidden rounded-lg border border-line">
            <LazyCodeEditor
              value={version.content}
              language={version.language}
              label={text.code(version.id)}
              isReadOnly
              height="grow"
            />
          </div>
        </>
      ) : (
        <LazyDiffView
          before={before.content}
          after={version.content}
          language={version.language}
          beforeLabel={text.version(before.id)}
          afterLabel={text.version(version.id)}
        />
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={text.restoreAsk(version.id.slice(0, 8))}
        description={text.restoreText}
        confirmLabel={text.restore}
        onConfirm={() => onRestore?.(version.id)}
      />
    </div>
  );
}
