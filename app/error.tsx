'use client';

import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <MessagePage
      title="This page could not be shown"
      action={
        <>
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
          <Button asChild>
            <AppLink href="/">Go to the start page</AppLink>
          </Button>
        </>
      }
      detail={error.digest ? <>Tell your admin this number, it finds the cause in the log: {error.digest}</> : null}
    >
      Something went wrong on our side while making it. Nothing that you sent before was lost; trying again often helps.
    </MessagePage>
  );
}
