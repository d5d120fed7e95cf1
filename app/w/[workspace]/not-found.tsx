import type { Metadata } from 'next';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';

export const metadata: Metadata = { title: 'Not found' };

/** What a member sees at an address that has nothing, or nothing for him. */
export default function NotFound() {
  return (
    <MessagePage
      isInShell
      title="There is nothing at this address"
      action={
        <Button asChild>
          <AppLink href="/">Go to Home</AppLink>
        </Button>
      }
    >
      It may have been moved or deleted, or the link is misspelt. Things you may not see are also answered like this.
    </MessagePage>
  );
}
