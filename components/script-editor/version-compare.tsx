'use client';

import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { LazyCodeEditor, LazyDiffView } from '@/components/code/lazy-code-editor';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Select } from '@/components/ui/select';
import { Skeleton } from '@/components/ui/skeleton';
import type { WireScript } from '@/core/script/wire';
import { draftOf, settingChanges } from './script-draft';

const text = {
  compare: 'Compare with',
  before: 'the version before it',
  live: 'the live version',
  restore: 'Restore this version',
  restoreAsk: (hash: string) => `Make ${hash} live again?`,
  restoreText: 'It is deployed as a new version; nothing in the history is lost.',
  first: 'The first version.',
  version: (hash: string) => `Version ${hash.slice(0, 8)}`,
  code: (hash: string) => `Code of version ${hash}`,
};

export type VersionCompareProps = {
  /** undefined while it is read */
  version: WireScript | undefined;
  /** null: there is none before it */
  before: WireScript | null | undefined;
  against: 'before' | 'live';
  onAgainst: (against: 'before' | 'live') => void;
  /** null: the reader may not */
  onRestore: ((hash: string) => Promise<void>) | null;
};

/** One version against another: settings in words, code as a diff. */
export function VersionCompare({ version, before, against, onAgainst, onRestore }: VersionCompareProps) {
  const [isAsking, setIsAsking] = useState(false);
  if (version === undefined || before === undefined) return <Skeleton className="h-64" />;
  const settings = before === null ? [] : settingChanges(draftOf(before), draftOf(version));
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
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
        {onRestore !== null && !version.is_live ? (
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
          <p className="text-sm text-muted">{text.first}</p>
          <div className="overflow-hidden rounded-lg border border-line">
            <LazyCodeEditor
              value={version.content}
              language={codeLanguageOf(version.language)}
              label={text.code(version.hash)}
              isReadOnly
              height="grow"
            />
          </div>
        </>
      ) : (
        <LazyDiffView
          before={before.content}
          after={version.content}
          language={codeLanguageOf(version.language)}
          beforeLabel={text.version(before.hash)}
          afterLabel={text.version(version.hash)}
        />
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={text.restoreAsk(version.hash.slice(0, 8))}
        description={text.restoreText}
        confirmLabel={text.restore}
        onConfirm={() => onRestore?.(version.hash)}
      />
    </div>
  );
}
