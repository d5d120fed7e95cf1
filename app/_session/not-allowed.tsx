'use client';

import { useQuery } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { api, segment } from '@/app/_client/api';
import { useMember } from '@/app/w/[workspace]/member';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';
import { refusalAt } from './refusal';

const text = {
  title: 'You may not open this page',
  server: 'If you need it, ask whoever administers this server',
  workspace: (name: string) => `If you need it, ask an administrator of ${name}`,
  home: 'Go to Home',
};
const MOST_NAMES = 3;

interface Person {
  name: string;
  email: string;
  is_admin: boolean;
  is_super_admin: boolean;
  disabled: boolean;
}

/** The page instead of one that the reader may not open: what that is, why not, and whom to ask. */
export function NotAllowed() {
  const member = useMember();
  const { sentences, ask, look } = refusalAt(usePathname(), member?.role ?? null);
  const people = useQuery({
    queryKey: ['administrators', member?.workspaceId],
    queryFn: () => api<Person[]>('GET', `/w/${segment(member?.workspaceId ?? '')}/users/list`),
    enabled: member !== null,
  });
  const isAsked = (person: Person) => !person.disabled && (ask === 'server' ? person.is_super_admin : person.is_admin);
  const names = (people.data ?? []).filter(isAsked).slice(0, MOST_NAMES);
  const whom = ask === 'server' || member === null ? text.server : text.workspace(member.workspaceName);
  return (
    <MessagePage
      isInShell
      title={text.title}
      action={
        <>
          {look === null ? null : (
            <Button variant="primary" asChild>
              <AppLink href={look.href}>{look.label}</AppLink>
            </Button>
          )}
          <Button asChild>
            <AppLink href="/">{text.home}</AppLink>
          </Button>
        </>
      }
    >
      <p>{sentences.join(' ')}</p>
      <p className="mt-3">
        {whom}
        {names.length === 0 ? '.' : ':'}
      </p>
      {names.length === 0 ? null : (
        <ul className="mt-1">
          {names.map(({ name, email }) => (
            <li key={email}>
              <span className="font-medium text-text">{name}</span>,{' '}
              <a href={`mailto:${email}`} className="rounded-sm text-accent hover:underline">
                {email}
              </a>
            </li>
          ))}
        </ul>
      )}
    </MessagePage>
  );
}
