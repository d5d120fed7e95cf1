'use client';

import { useQuery } from '@tanstack/react-query';
import { Folder } from 'lucide-react';
import { useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { LoadedTable } from '@/components/ui/loaded-table';
import type { Column } from '@/components/ui/table';
import type { FolderSummary } from '@/core/workspace/folder/model';
import { EditAndRemove } from './edit-and-remove';
import { FolderDialog } from './folder-dialog';
import { useChange } from './use-change';
import type { Viewer } from './viewer';

const text = {
  title: 'Folders',
  subtitle: 'What lies below f/<folder>/… is visible to the people of the folder only.',
  caption: 'Folders you have a part in',
  add: 'New folder',
  name: 'Name',
  owners: 'Owners',
  writers: 'Writers',
  viewers: 'Viewers',
  actions: 'Actions',
  edit: 'Change…',
  remove: 'Delete…',
  removeTitle: (name: string) => `Delete the folder ${name}?`,
  removeHint: (name: string) =>
    `Only its list of people goes. Items below f/${name} stay, visible to administrators only.`,
  removeVerb: 'Delete folder',
  none: 'No folders yet',
  noneHint: 'A folder is where people share scripts and resources.',
  failed: 'Nothing was changed',
};

export function FolderList({ workspaceId, role, ownedFolders, username }: Viewer) {
  const base = `/w/${segment(workspaceId)}/folders`;
  const key = ['settings', workspaceId, 'folders'];
  const folders = useQuery({ queryKey: key, queryFn: () => api<FolderSummary[]>('GET', `${base}/list`) });
  const change = useChange(key, text.failed);
  const [edited, setEdited] = useState<FolderSummary | 'new' | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const own = `u/${username}`;
  const mayChange = (folder: FolderSummary) =>
    role === 'admin' || ownedFolders.includes(folder.name) || folder.owners.includes(own);
  const add = (
    <Button size="sm" variant="primary" onClick={() => setEdited('new')}>
      {text.add}
    </Button>
  );
  return (
    <Card title={text.title} subtitle={text.subtitle} isFlush actions={folders.data?.length ? add : undefined}>
      <LoadedTable
        list={folders}
        empty={
          <EmptyState icon={<Folder />} title={text.none} action={add}>
            {text.noneHint}
          </EmptyState>
        }
        caption={text.caption}
        rowKey={(folder) => folder.name}
        columns={columnsOf(mayChange, setEdited, setRemoving)}
      />
      <FolderDialog
        key={edited === null ? 'closed' : edited === 'new' ? 'new' : `of ${edited.name}`}
        folder={edited}
        onClose={() => setEdited(null)}
        save={(name, body) =>
          edited === 'new'
            ? change.mutateAsync({ method: 'POST', path: `${base}/create`, body: { ...body, name } })
            : change.mutateAsync({ method: 'POST', path: `${base}/update/${segment(name)}`, body })
        }
      />
      <ConfirmDialog
        isOpen={removing !== null}
        onOpenChange={(isOpen) => (isOpen ? undefined : setRemoving(null))}
        title={text.removeTitle(removing ?? '')}
        description={text.removeHint(removing ?? '')}
        confirmLabel={text.removeVerb}
        onConfirm={async () => {
          await change.mutateAsync({ method: 'DELETE', path: `${base}/delete/${segment(removing ?? '')}` });
        }}
      />
    </Card>
  );
}

const columnsOf = (
  mayChange: (folder: FolderSummary) => boolean,
  onEdit: (folder: FolderSummary) => void,
  onRemove: (name: string) => void,
): Column<FolderSummary>[] => [
  {
    id: 'name',
    header: text.name,
    isTitle: true,
    cell: (folder) => (
      <span className="flex min-w-0 flex-col">
        <code>f/{folder.name}</code>
        <span className="text-xs text-muted">{folder.summary}</span>
      </span>
    ),
  },
  { id: 'owners', header: text.owners, cell: (folder) => folder.owners.join(', ') || '–' },
  { id: 'writers', header: text.writers, cell: (folder) => folder.writers.join(', ') || '–' },
  { id: 'viewers', header: text.viewers, cell: (folder) => folder.viewers.join(', ') || '–' },
  {
    id: 'actions',
    header: text.actions,
    isHeaderHidden: true,
    align: 'right',
    cell: (folder) =>
      mayChange(folder) ? (
        <EditAndRemove
          edit={text.edit}
          remove={text.remove}
          onEdit={() => onEdit(folder)}
          onRemove={() => onRemove(folder.name)}
        />
      ) : null,
  },
];
