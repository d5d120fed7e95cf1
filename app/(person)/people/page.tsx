import type { Metadata } from 'next';
import { requireUserFor } from '@/app/_session/gate';
import { Page } from '@/components/shell/page';
import { PeoplePage } from './people-page';

export const metadata: Metadata = { title: 'People' };

/** Everybody with an account on this server; for instance administrators. */
export default async function People() {
  const actor = await requireUserFor('instance:manage');
  return (
    <Page>
      <PeoplePage ownId={actor.userId} />
    </Page>
  );
}
