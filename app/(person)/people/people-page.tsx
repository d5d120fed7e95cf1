'use client';

import { Search, UserPlus, UsersRound } from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { segment } from '@/app/_client/api';
import { NewLinkDialog } from '@/app/_client/invitation-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { PersonEntry } from '@/core/access/user/model';
import { InviteDialog } from './invite-dialog';
import { useChangePerson, usePeople } from './people-data';
import { PeopleTable, type PersonIntent } from './people-table';
import { PersonQuestion } from './person-question';

const text = {
  title: 'People',
  subtitle: 'Everybody with an account on this server. What one may do in a workspace is set in its own settings.',
  invite: 'Invite',
  search: 'Search by name, username or e-mail',
  failed: 'The list could not be read.',
  again: 'Try again',
  none: 'Nobody fits',
  noneHint: 'No name, username or e-mail contains what you typed.',
  clear: 'Show everybody',
  more: 'Show more',
  switchedOn: (name: string) => `${name} can sign in again`,
};

/** The list of this server's people, and what an instance administrator does with it. */
export function PeoplePage({ ownId }: { ownId: string }) {
  const [typed, setTyped] = useState('');
  const people = usePeople(useDeferredValue(typed.trim()));
  const change = useChangePerson();
  const [isInviting, setIsInviting] = useState(false);
  const [asked, setAsked] = useState<{ intent: PersonIntent; person: PersonEntry } | null>(null);
  const [linkOf, setLinkOf] = useState<PersonEntry | null>(null);
  return (
    <>
      <PageHeader
        title={text.title}
        subtitle={text.subtitle}
        actions={
          <Button variant="primary" icon={<UserPlus />} onClick={() => setIsInviting(true)}>
            {text.invite}
          </Button>
        }
      />
      <div className="mb-4 max-w-md">
        <Input
          type="search"
          icon={<Search />}
          aria-label={text.search}
          placeholder={text.search}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <FoundPeople
        people={people}
        onClear={() => setTyped('')}
        table={(found) => (
          <PeopleTable
            people={found}
            ownId={ownId}
            onAsk={(intent, person) => setAsked({ intent, person })}
            onSwitchOn={(person) =>
              change.mutate({ person, body: { disabled: false }, done: text.switchedOn(person.name) })
            }
            onLink={setLinkOf}
          />
        )}
      />
      <InviteDialog isOpen={isInviting} onOpenChange={setIsInviting} />
      <NewLinkDialog
        path={linkOf === null ? null : `/users/password_link/${segment(linkOf.email)}`}
        onClose={() => setLinkOf(null)}
      />
      {asked ? (
        <PersonQuestion
          {...asked}
          onClose={() => setAsked(null)}
          onConfirm={async (next) => {
            await change.mutateAsync(next);
          }}
        />
      ) : null}
    </>
  );
}

interface FoundProps {
  people: ReturnType<typeof usePeople>;
  onClear: () => void;
  table: (found: readonly PersonEntry[]) => ReactNode;
}

/** Who fits what was typed; or why there is nobody to show. */
function FoundPeople({ people, onClear, table }: FoundProps) {
  if (people.isError && people.data === undefined) {
    return (
      <Banner tone="danger" title={text.failed} action={<Button onClick={() => people.refetch()}>{text.again}</Button>}>
        {people.error.message}
      </Banner>
    );
  }
  if (people.data === undefined) return <SkeletonRows rows={6} />;
  if (people.data.length === 0) {
    return (
      <EmptyState icon={<UsersRound />} title={text.none} action={<Button onClick={onClear}>{text.clear}</Button>}>
        {text.noneHint}
      </EmptyState>
    );
  }
  return (
    <>
      <Card isFlush>{table(people.data)}</Card>
      {people.hasNextPage ? (
        <div className="flex justify-center py-4">
          <Button isLoading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
            {text.more}
          </Button>
        </div>
      ) : null}
    </>
  );
}
