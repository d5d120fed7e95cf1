'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { nameOf } from '@/core/path';
import type { WireScriptSummary } from '@/core/script/wire';
import { LanguageMark } from './language-badge';

const text = {
  caption: 'Deleted scripts',
  name: 'Script',
  when: 'Deleted',
  by: (who: string) => `by ${who}`,
  actions: 'Actions',
  restore: 'Restore',
  forEver: 'Delete for ever',
  ask: (path: string) => `Delete ${path} for ever?`,
  consequence: 'All its versions go. Its runs stay in the list, without the code that ran. This cannot be undone.',
};

export type TrashTableProps = {
  scripts: readonly WireScriptSummary[];
  mayRestore: boolean;
  mayDelete: boolean;
  onRestore: (path: string) => Promise<void>;
  onDelete: (path: string) => Promise<void>;
};

/** What was deleted and can come back. */
export function TrashTable({ scripts, mayRestore, mayDelete, onRestore, onDelete }: TrashTableProps) {
  const [asked, setAsked] = useState<string | null>(null);
  const columns: Column<WireScriptSummary>[] = [
    {
      id: 'name',
      header: text.name,
      isTitle: true,
      cell: (script) => (
        <span className="flex min-w-0 items-center gap-3">
          <LanguageMark language={script.language} />
          <span className="min-w-0">
            <span className="block truncate">{script.summary || nameOf(script.path)}</span>
            <span className="block truncate font-mono text-xs font-normal text-faint">{script.path}</span>
          </span>
        </span>
      ),
    },
    {
      id: 'when',
      header: text.when,
      width: '14rem',
      cell: (script) => (
        <span className="text-xs text-muted">
          {script.trashed_at ? <RelativeTime at={script.trashed_at} /> : null}{' '}
          <span className="text-faint">{script.trashed_by ? text.by(script.trashed_by) : ''}</span>
        </span>
      ),
    },
    {
      id: 'actions',
      header: text.actions,
      isHeaderHidden: true,
      align: 'right',
      width: '16rem',
      cell: (script) => (
        <span className="flex flex-wrap gap-2 sm:justify-end">
          {mayRestore ? (
            <Button size="sm" onClick={() => void onRestore(script.path)}>
              {text.restore}
            </Button>
          ) : null}
          {mayDelete ? (
            <Button size="sm" variant="ghost" onClick={() => setAsked(script.path)}>
              {text.forEver}
            </Button>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <Table caption={text.caption} columns={columns} rows={[...scripts]} rowKey={(script) => script.path} />
      <ConfirmDialog
        isOpen={asked !== null}
        onOpenChange={(isOpen) => !isOpen && setAsked(null)}
        title={text.ask(asked ?? '')}
        description={text.consequence}
        confirmLabel={text.forEver}
        isDanger
        phrase={asked === null ? undefined : nameOf(asked)}
        onConfirm={() => (asked === null ? undefined : onDelete(asked))}
      />
    </>
  );
}
