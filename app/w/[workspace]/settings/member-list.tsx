'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { NewLinkDialog } from '@/app/_client/invitation-link';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { LoadedTable } from '@/components/ui/loaded-table';
import { PersonLine } from '@/components/ui/person-line';
import { RowMenu } from '@/components/ui/row-menu';
import { Select } from '@/components/ui/select';
import type { Column } from '@/components/ui/table';
import type { Role } from '@/core/access/model';
import type { MemberSummary } from '@/core/workspace/member/model';
import { AddMemberDialog } from './add-member-dialog';
import { useChange } from './use-change';
import type { Viewer } from './viewer';
import { ONLY_ADMINS, ROLE_OPTIONS, roleLabel } from './words';

const text = {
  title: 'Members',
  caption: 'Members of this workspace',
  add: 'Add member',
  person: 'Person',
  role: 'Role',
  roleOf: (name: string) => `Role of ${name}`,
  state: 'State',
  off: 'Switched off',
  invited: 'Invited',
  active: 'Active',
  actions: 'Actions',
  more: (name: string) => `More for ${name}`,
  link: 'New invitation link',
  switchOff: 'Switch off here',
  switchOn: 'Switch on',
  remove: 'Remove…',
  removeTitle: (name: string) => `Remove ${name} from this workspace?`,
  removeHint: 'What this person made stays. Running jobs go on; schedules and tokens for this workspace stop.',
  removeVerb: 'Remove member',
  failed: 'Nothing was changed',
  you: 'You',
};

export function MemberList({ workspaceId, username, role }: Viewer) {
  const base = `/w/${segment(workspaceId)}/members`;
  const key = ['settings', workspaceId, 'members'];
  const members = useQuery({ queryKey: key, queryFn: () => api<MemberSummary[]>('GET', base) });
  const change = useChange(key, text.failed);
  const [isAdding, setIsAdding] = useState(false);
  const [removing, setRemoving] = useState<MemberSummary | null>(null);
  const [linkOf, setLinkOf] = useState<string | null>(null);
  const isAdmin = role === 'admin';
  const patch = (member: MemberSummary, body: { role?: Role; isDisabled?: boolean }) =>
    change.mutate({ method: 'PATCH', path: `${base}/${segment(member.username)}`, body });
  return (
    <Card
      title={text.title}
      isFlush
      actions={
        <Button
          size="sm"
          variant="primary"
          disabledReason={isAdmin ? null : ONLY_ADMINS}
          onClick={() => setIsAdding(true)}
        >
          {text.add}
        </Button>
      }
    >
      <LoadedTable
        list={members}
        caption={text.caption}
        rowKey={(member) => member.userId}
        columns={columns({ isAdmin, username, patch, onRemove: setRemoving, onLink: setLinkOf })}
      />
      <AddMemberDialog isOpen={isAdding} onOpenChange={setIsAdding} base={base} listKey={key} />
      <NewLinkDialog
        path={linkOf === null ? null : `${base}/${segment(linkOf)}/invite_link`}
        onClose={() => setLinkOf(null)}
      />
      <ConfirmDialog
        isOpen={removing !== null}
        onOpenChange={(isOpen) => (isOpen ? undefined : setRemoving(null))}
        title={text.removeTitle(removing?.name ?? '')}
        description={text.removeHint}
        confirmLabel={text.removeVerb}
        onConfirm={async () => {
          if (removing !== null) {
            await change.mutateAsync({ method: 'DELETE', path: `${base}/${segment(removing.username)}` });
          }
        }}
      />
    </Card>
  );
}

interface Actions {
  isAdmin: boolean;
  username: string;
  patch: (member: MemberSummary, body: { role?: Role; isDisabled?: boolean }) => void;
  onRemove: (member: MemberSummary) => void;
  onLink: (username: string) => void;
}

function columns({ isAdmin, username, patch, onRemove, onLink }: Actions): Column<MemberSummary>[] {
  return [
    {
      id: 'person',
      header: text.person,
      isTitle: true,
      cell: (member) => (
        <PersonLine name={member.name} detail={`${member.username} · ${member.email}`}>
          {member.username === username ? <Badge tone="accent">{text.you}</Badge> : null}
        </PersonLine>
      ),
    },
    {
      id: 'role',
      header: text.role,
      width: '12rem',
      cell: (member) =>
        isAdmin ? (
          <Select
            size="sm"
            aria-label={text.roleOf(member.name)}
            value={member.role}
            options={ROLE_OPTIONS}
            onChange={(value) => {
              const next = ROLE_OPTIONS.find((option) => option.value === value);
              if (next !== undefined && next.value !== member.role) patch(member, { role: next.value });
            }}
          />
        ) : (
          roleLabel(member.role)
        ),
    },
    {
      id: 'state',
      header: text.state,
      width: '8rem',
      cell: (member) =>
        member.isDisabled ? (
          <Badge tone="warning">{text.off}</Badge>
        ) : member.isInvited ? (
          <Badge tone="info">{text.invited}</Badge>
        ) : (
          <Badge tone="success">{text.active}</Badge>
        ),
    },
    ...(isAdmin ? [actionColumn({ patch, onRemove, onLink })] : []),
  ];
}

function actionColumn({
  patch,
  onRemove,
  onLink,
}: Pick<Actions, 'patch' | 'onRemove' | 'onLink'>): Column<MemberSummary> {
  return {
    id: 'actions',
    header: text.actions,
    isHeaderHidden: true,
    isCorner: true,
    align: 'right',
    width: '4rem',
    cell: (member) => (
      <RowMenu
        label={text.more(member.name)}
        entries={[
          ...(member.isInvited ? [{ id: 'link', label: text.link, onSelect: () => onLink(member.username) }] : []),
          {
            id: 'off',
            label: member.isDisabled ? text.switchOn : text.switchOff,
            onSelect: () => patch(member, { isDisabled: !member.isDisabled }),
          },
          { id: 'remove', label: text.remove, onSelect: () => onRemove(member) },
        ]}
      />
    ),
  };
}
