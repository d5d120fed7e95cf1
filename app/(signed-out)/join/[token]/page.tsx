import type { Metadata } from 'next';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { readInvitation } from '@/core/access/invitation/queries';
import { JoinForm } from './join-form';

export const metadata: Metadata = { title: 'Join', robots: { index: false } };

const text = {
  closed: 'This link is not valid any more',
  why: 'It was used already or is older than a week. If you have a password, sign in; else ask the person who sent the link for a new one.',
  login: 'Go to the sign-in page',
};

/** Opening the page changes nothing; only sending the form does. */
export default async function JoinPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const person = await readInvitation(token, Date.now());
  if (person !== null) return <JoinForm token={token} email={person.email} name={person.name} />;
  return (
    <>
      <h1 className="text-2xl font-semibold">{text.closed}</h1>
      <p className="mt-2 text-base text-pretty text-muted">{text.why}</p>
      <Button variant="primary" asChild className="mt-6">
        <AppLink href="/login">{text.login}</AppLink>
      </Button>
    </>
  );
}
