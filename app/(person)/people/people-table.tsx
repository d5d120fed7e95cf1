import { Badge } from '@/components/ui/badge';
import { PersonLine } from '@/components/ui/person-line';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowMenu } from '@/components/ui/row-menu';
import { type Column, Table } from '@/components/ui/table';
import type { PersonEntry } from '@/core/access/user/model';

const text = {
  caption: 'Everybody with an account on this server',
  person: 'Person',
  you: 'You',
  admin: 'Instance administrator',
  state: 'State',
  off: 'Switched off',
  invited: 'Invited',
  active: 'Active',
  workspaces: 'Workspaces',
  signedIn: 'Last sign-in',
  never: 'Never',
  sessions: (count: number) => (count === 1 ? 'signed in with 1 browser' : `signed in with ${count} browsers`),
  actions: 'Actions',
  more: (name: string) => `More for ${name}`,
  invite: 'New invitation link',
  reset: 'Link to set a new password',
  resetOff: 'Switch the account on first.',
  makeAdmin: 'Make instance administrator…',
  takeAdmin: 'Take instance administration away…',
  switchOff: 'Switch off…',
  switchOn: 'Switch on',
  notSelf: 'Another instance administrator has to do this.',
};

export type PersonIntent = 'switch off' | 'make admin' | 'take admin';

interface Props {
  people: readonly PersonEntry[];
  ownId: string;
  /** something to ask before doing it */
  onAsk: (intent: PersonIntent, person: PersonEntry) => void;
  onSwitchOn: (person: PersonEntry) => void;
  onLink: (person: PersonEntry) => void;
}

/** One row a person; on a phone, one card. */
export function PeopleTable({ people, ownId, ...actions }: Props) {
  const columns: Column<PersonEntry>[] = [
    {
      id: 'person',
      header: text.person,
      isTitle: true,
      cell: (person) => (
        <PersonLine name={person.name} detail={`${person.username} · ${person.email}`}>
          {person.id === ownId ? <Badge tone="accent">{text.you}</Badge> : null}
          {person.isInstanceAdmin ? <Badge tone="outline">{text.admin}</Badge> : null}
        </PersonLine>
      ),
    },
    { id: 'state', header: text.state, width: '8rem', cell: (person) => <StateBadge person={person} /> },
    {
      id: 'workspaces',
      header: text.workspaces,
      width: '7rem',
      cell: (person) => <span className="tabular-nums">{person.workspaceCount}</span>,
    },
    {
      id: 'signed-in',
      header: text.signedIn,
      width: '12rem',
      cell: (person) => (
        <span className="flex flex-col">
          {person.lastLoginAt === null ? (
            <span className="text-muted">{text.never}</span>
          ) : (
            <RelativeTime at={person.lastLoginAt} />
          )}
          {person.sessionCount > 0 ? (
            <span className="text-xs text-muted">{text.sessions(person.sessionCount)}</span>
          ) : null}
        </span>
      ),
    },
    {
      id: 'actions',
      header: text.actions,
      isHeaderHidden: true,
      isCorner: true,
      align: 'right',
      width: '4rem',
      cell: (person) => <PersonMenu person={person} isSelf={person.id === ownId} {...actions} />,
    },
  ];
  return <Table caption={text.caption} rows={[...people]} rowKey={(person) => person.id} columns={columns} />;
}

function StateBadge({ person }: { person: PersonEntry }) {
  if (person.isDisabled) return <Badge tone="warning">{text.off}</Badge>;
  return person.isInvited ? <Badge tone="info">{text.invited}</Badge> : <Badge tone="success">{text.active}</Badge>;
}

function PersonMenu({
  person,
  isSelf,
  onAsk,
  onSwitchOn,
  onLink,
}: Omit<Props, 'people' | 'ownId'> & { person: PersonEntry; isSelf: boolean }) {
  const notSelf = isSelf ? text.notSelf : null;
  return (
    <RowMenu
      label={text.more(person.name)}
      entries={[
        {
          id: 'link',
          label: person.isInvited ? text.invite : text.reset,
          disabledReason: person.isDisabled ? text.resetOff : null,
          onSelect: () => onLink(person),
        },
        {
          id: 'admin',
          label: person.isInstanceAdmin ? text.takeAdmin : text.makeAdmin,
          disabledReason: notSelf,
          onSelect: () => onAsk(person.isInstanceAdmin ? 'take admin' : 'make admin', person),
        },
        person.isDisabled
          ? { id: 'on', label: text.switchOn, onSelect: () => onSwitchOn(person) }
          : {
              id: 'off',
              label: text.switchOff,
              isDanger: true,
              disabledReason: notSelf,
              onSelect: () => onAsk('switch off', person),
            },
      ]}
    />
  );
}
