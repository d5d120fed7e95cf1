'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { nameOf } from '@/core/path';

const text = {
  when: 'Deleted',
  by: (who: string) => `by ${who}`,
  actions: 'Actions',
  restore: 'Restore',
  forEver: 'Delete for ever',
  ask: (path: string) => `Delete ${path} for ever?`,
  consequence: 'All its versions go. Its runs stay in the list, without the code that ran. This cannot be undone.',
};

/** Something deleted. */
export type TrashedItem = {
  path: string;
  summary: string;
  /** ISO 8601 */
  trashed_at?: string | undefined;
  trashed_by?: string | undefined;
};

export type TrashTableProps<Item extends TrashedItem> = {
  /** what the table lists: 'Deleted scripts' */
  caption: string;
  noun: string;
  items: readonly Item[];
  mark: (item: Item) => ReactNode;
  mayDelete: boolean;
  onRestore: (path: string) => Promise<void>;
  onDelete: (path: string) => Promise<void>;
};

/** What was deleted and can come back. */
export function TrashTable<Item extends TrashedItem>(props: TrashTableProps<Item>) {
  const { caption, noun, items, mark, mayDelete, onRestore, onDelete } = props;
  const [asked, setAsked] = useState<string | null>(null);
  const columns: Column<Item>[] = [
    {
      id: 'name',
      header: noun,
      isTitle: true,
      cell: (item) => (
        <span className="flex min-w-0 items-center gap-3">
          {mark(item)}
          <span className="min-w-0">
            <span className="block truncate">{item.summary || nameOf(item.path)}</span>
            <span className="block truncate font-mono text-xs font-normal text-faint">{item.path}</span>
          </span>
        </span>
      ),
    },
    {
      id: 'when',
      header: text.when,
      width: '14rem',
      cell: (item) => (
        <span className="text-xs text-muted">
          {item.trashed_at ? <RelativeTime at={item.trashed_at} /> : null}{' '}
          <span className="text-faint">{item.trashed_by ? text.by(item.trashed_by) : ''}</span>
        </span>
      ),
    },
    {
      id: 'actions',
      header: text.actions,
      isHeaderHidden: true,
      align: 'right',
      width: '16rem',
      cell: (item) => (
        <span className="flex flex-wrap gap-2 sm:justify-end">
          <Button size="sm" onClick={() => void onRestore(item.path)}>
            {text.restore}
          </Button>
          {mayDelete ? (
            <Button size="sm" variant="ghost" onClick={() => setAsked(item.path)}>
              {text.forEver}
            </Button>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <Table caption={caption} columns={columns} rows={[...items]} rowKey={(item) => item.path} />
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
