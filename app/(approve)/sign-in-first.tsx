import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { LinkMessage } from './link-message';

const text = {
  title: 'A decision is asked for',
  body: 'Sign in to see the question. You come back here afterwards.',
  signIn: 'Sign in',
  stranger: (email: string) =>
    `You are signed in as ${email}, who is not a member of this workspace. Ask whoever sent you the link, or sign in as somebody else.`,
};

/** For a question that only members may read. */
export function SignInFirst({ here, stranger }: { here: string; stranger: string | null }) {
  if (stranger !== null) return <LinkMessage title={text.title}>{text.stranger(stranger)}</LinkMessage>;
  return (
    <LinkMessage
      title={text.title}
      action={
        <Button variant="primary" size="lg" asChild className="w-full sm:w-auto">
          <AppLink href={`/login?returnTo=${encodeURIComponent(here)}`}>{text.signIn}</AppLink>
        </Button>
      }
    >
      {text.body}
    </LinkMessage>
  );
}
