import type { Metadata } from 'next';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { isClaimOpen } from '@/core/access/claim/queries';
import { ClaimForm } from './claim-form';

export const metadata: Metadata = { title: 'Become the administrator', robots: { index: false } };

const text = {
  closed: 'This link is not valid any more',
  why: 'It was used already, or the server was started again and printed a newer one. Look at what the server printed last.',
  login: 'Go to the sign-in page',
};

/** Opening the page changes nothing; only sending the form does. */
export default async function ClaimPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  if (await isClaimOpen(token)) return <ClaimForm token={token} />;
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
