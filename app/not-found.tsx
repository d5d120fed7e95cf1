import type { Metadata } from 'next';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing at this address"
      action={
        <Button variant="primary" asChild>
          <AppLink href="/">Go to the start page</AppLink>
        </Button>
      }
    >
      It may have been moved or deleted, or the link is misspelt. Things you may not see are also answered like this.
    </MessagePage>
  );
}
