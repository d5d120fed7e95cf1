'use client';

import { Search, UserPlus, UsersRound } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { segment } from '@/app/_client/api';
import { NewLinkDialog } from '@/app/_client/invitation-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { PersonEntry } from '@/core/access/user/model';
import { InviteDialog } from './invite-dialog';
import { type PersonChange, useChangePerson, usePeople } from './people-data';
import { PeopleTable, type PersonIntent } from './people-table';

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

interface Question {
  readonly title: (name: string) => string;
  readonly hint: string;
  readonly verb: string;
  readonly isDanger: boolean;
  readonly body: PersonChange['body'];
  readonly done: (name: string) => string;
}

const QUESTIONS: Readonly<Record<PersonIntent, Question>> = {
  'switch off': {
    title: (name) => `Switch off ${name}?`,
    hint: 'All browsers are signed out at once and tokens stop working, in every workspace. What this person made stays.',
    verb: 'Switch off',
    isDanger: true,
    body: { disabled: true },
    done: (name) => `${name} is switched off and signed out everywhere`,
  },
  'make admin': {
    title: (name) => `Make ${name} instance administrator?`,
    hint: 'An instance administrator manages this server and everybody on it, and enters every workspace as its administrator.',
    verb: 'Make administrator',
    isDanger: false,
    body: { is_super_admin: true },
    done: (name) => `${name} is instance administrator now`,
  },
  'take admin': {
    title: (name) => `Take instance administration away from ${name}?`,
    hint: 'The account stays, with its own part in each workspace. This takes effect with the next click.',
    verb: 'Take away',
    isDanger: true,
    body: { is_super_admin: false },
    done: (name) => `${name} is no instance administrator any more`,
  },
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
      {people.isError && people.data === undefined ? (
        <Banner
          tone="danger"
          title={text.failed}
          action={<Button onClick={() => people.refetch()}>{text.again}</Button>}
        >
          {people.error.message}
        </Banner>
      ) : null}
      {people.isPending ? <SkeletonRows rows={6} /> : null}
      {people.data?.length === 0 ? (
        <EmptyState
          icon={<UsersRound />}
          title={text.none}
          action={<Button onClick={() => setTyped('')}>{text.clear}</Button>}
        >
          {text.noneHint}
        </EmptyState>
      ) : null}
      {people.data && people.data.length > 0 ? (
        <Card isFlush>
          <PeopleTable
            people={people.data}
            ownId={ownId}
            onAsk={(intent, person) => setAsked({ intent, person })}
            onSwitchOn={(person) =>
              change.mutate({ person, body: { disabled: false }, done: text.switchedOn(person.name) })
            }
            onLink={setLinkOf}
          />
        </Card>
      ) : null}
      {people.hasNextPage ? (
        <div className="flex justify-center py-4">
          <Button isLoading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
            {text.more}
          </Button>
        </div>
      ) : null}
      <InviteDialog isOpen={isInviting} onOpenChange={setIsInviting} />
      <NewLinkDialog
        path={linkOf === null ? null : `/users/password_link/${segment(linkOf.email)}`}
        onClose={() => setLinkOf(null)}
      />
      {asked ? (
        <Question
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

interface QuestionProps {
  intent: PersonIntent;
  person: PersonEntry;
  onClose: () => void;
  onConfirm: (change: PersonChange) => Promise<void>;
}

function Question({ intent, person, onClose, onConfirm }: QuestionProps) {
  const question = QUESTIONS[intent];
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={question.title(person.name)}
      description={question.hint}
      confirmLabel={question.verb}
      isDanger={question.isDanger}
      onConfirm={() => onConfirm({ person, body: question.body, done: question.done(person.name) })}
    />
  );
}
