import { SignOutButton } from '@/app/_client/sign-out-button';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { setPageStatus } from '@/core/platform/page-status';
import { LinkMessage } from './link-message';

const text = {
  title: 'A decision is asked for',
  body: 'Sign in to see the question. You come back here afterwards.',
  unknown: 'This link leads to no question',
  unknownBody:
    'It is misspelt or was cut off. Copy all of it and open it again, or sign in: what waits for you is listed there.',
  signIn: 'Sign in',
  other: 'Sign in as somebody else',
  stranger: (email: string) =>
    `You are signed in as ${email}, who is not a member of this workspace. Ask whoever sent you the link, or sign in as somebody else.`,
};

/** For a question that only members may read; whoever is signed in and none of them is told so. */
export function SignInFirst({ here, stranger }: { here: string; stranger: string | null }) {
  setPageStatus(stranger === null ? 401 : 403);
  if (stranger !== null) {
    return (
      <LinkMessage
        title={text.title}
        action={
          <SignOutButton returnTo={here} size="lg" className="w-full sm:w-auto">
            {text.other}
          </SignOutButton>
        }
      >
        {text.stranger(stranger)}
      </LinkMessage>
    );
  }
  return (
    <LinkMessage title={text.title} action={<SignIn here={here} />}>
      {text.body}
    </LinkMessage>
  );
}

/** For an address that proves nothing: it says the same whether there is such a question or not. */
export function UnknownLink({ here }: { here: string }) {
  setPageStatus(404);
  return (
    <LinkMessage title={text.unknown} action={<SignIn here={here} />}>
      {text.unknownBody}
    </LinkMessage>
  );
}

function SignIn({ here }: { here: string }) {
  return (
    <Button variant="primary" size="lg" asChild className="w-full sm:w-auto">
      <AppLink href={`/login?returnTo=${encodeURIComponent(here)}`}>{text.signIn}</AppLink>
    </Button>
  );
}
