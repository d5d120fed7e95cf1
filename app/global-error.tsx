'use client';

import './globals.css';
import { Button } from '@/components/ui/button';
import { MessagePage } from '@/components/ui/message-page';

/** Shown when even the layout failed: brings its own html and body. */
export default function GlobalErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Error · Fantail</title>
        <MessagePage
          title="Fantail could not be shown"
          action={
            <Button variant="primary" onClick={reset}>
              Try again
            </Button>
          }
          detail={error.digest ? <>Tell your admin this number, it finds the cause in the log: {error.digest}</> : null}
        >
          Something went wrong on our side before the page could start. If trying again does not help, look whether the
          server is up.
        </MessagePage>
      </body>
    </html>
  );
}
