'use client';

import { useQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { FormDialog } from '@/app/_client/form-dialog';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { LoadedTable } from '@/components/ui/loaded-table';
import type { Column } from '@/components/ui/table';
import type { GroupSummary } from '@/core/workspace/group/model';
import { EditAndRemove } from './edit-and-remove';
import { GroupPeopleDialog } from './group-people-dialog';
import { useChange } from './use-change';
import type { Viewer } from './viewer';
import { ONLY_ADMINS } from './words';

const text = {
  title: 'Groups',
  subtitle: 'Names for several people. A folder can be given to a group, and g/<group>/… belongs to it.',
  caption: 'Groups of this workspace',
  add: 'New group',
  name: 'Name',
  summary: 'What for',
  people: 'People',
  nobody: 'Nobody yet',
  everybody: 'Everybody',
  actions: 'Actions',
  edit: 'People…',
  remove: 'Delete…',
  removeTitle: (name: string) => `Delete the group ${name}?`,
  removeHint: (name: string) =>
    `Its people lose what they have through it. Items below g/${name} stay, visible to administrators only.`,
  removeVerb: 'Delete group',
  none: 'No groups yet',
  noneHint: 'Make one for people who share folders or resources.',
  failed: 'Nothing was changed',
};

export function GroupList(viewer: Viewer) {
  const { workspaceId, role, managedGroups } = viewer;
  const base = `/w/${segment(workspaceId)}/groups`;
  const key = ['settings', workspaceId, 'groups'];
  const groups = useQuery({ queryKey: key, queryFn: () => api<GroupSummary[]>('GET', `${base}/list`) });
  const change = useChange(key, text.failed);
  const [isAdding, setIsAdding] = useState(false);
  const [edited, setEdited] = useState<string | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const mayChange = (name: string) => name !== 'all' && (role === 'admin' || managedGroups.includes(name));
  const add = (
    <Button
      size="sm"
      variant="primary"
      disabledReason={role === 'admin' ? null : ONLY_ADMINS}
      onClick={() => setIsAdding(true)}
    >
      {text.add}
    </Button>
  );
  return (
    <Card title={text.title} subtitle={text.subtitle} isFlush actions={add}>
      <LoadedTable
        list={groups}
        empty={
          <EmptyState icon={<Users />} title={text.none}>
            {text.noneHint}
          </EmptyState>
        }
        caption={text.caption}
        rowKey={(group) => group.name}
        columns={columnsOf(mayChange, setEdited, setRemoving)}
      />
      <NewGroupDialog
        isOpen={isAdding}
        onOpenChange={setIsAdding}
        create={(body) => change.mutateAsync({ method: 'POST', path: `${base}/create`, body })}
      />
      <GroupPeopleDialog
        workspaceId={workspaceId}
        group={groups.data?.find((group) => group.name === edited) ?? null}
        onClose={() => setEdited(null)}
        change={change.mutate}
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
  mayChange: (name: string) => boolean,
  onEdit: (name: string) => void,
  onRemove: (name: string) => void,
): Column<GroupSummary>[] => [
  { id: 'name', header: text.name, isTitle: true, cell: (group) => group.name },
  { id: 'summary', header: text.summary, cell: (group) => group.summary },
  {
    id: 'people',
    header: text.people,
    cell: (group) => (group.name === 'all' ? text.everybody : group.members.join(', ') || text.nobody),
  },
  {
    id: 'actions',
    header: text.actions,
    isHeaderHidden: true,
    align: 'right',
    cell: ({ name }) =>
      mayChange(name) ? (
        <EditAndRemove
          edit={text.edit}
          remove={text.remove}
          onEdit={() => onEdit(name)}
          onRemove={() => onRemove(name)}
        />
      ) : null,
  },
];

interface NewGroupProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  create: (body: { name: string; summary: string }) => Promise<unknown>;
}

function NewGroupDialog({ isOpen, onOpenChange, create }: NewGroupProps) {
  const form = useForm(['name'], async ({ name = '', summary = '' }) => {
    await create({ name, summary });
    onOpenChange(false);
  });
  return (
    <FormDialog isOpen={isOpen} onOpenChange={onOpenChange} title={text.add} submit={text.add} form={form}>
      <Field label={text.name} error={form.errorOf('name')}>
        <Input name="name" autoCapitalize="none" spellCheck={false} required />
      </Field>
      <Field label={text.summary}>
        <Input name="summary" />
      </Field>
    </FormDialog>
  );
}
