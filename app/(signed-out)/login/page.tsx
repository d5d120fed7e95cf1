import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { findUser } from '@/app/_session/gate';
import { providerButtons } from '@/app/_session/providers';
import { safeReturnTo } from '@/app/_session/return-to';
import { toRoute } from '@/components/ui/app-link';
import { LoginForm } from './login-form';

export const metadata: Metadata = { title: 'Sign in' };

interface Props {
  searchParams: Promise<{ returnTo?: string | string[]; error?: string | string[]; joined?: string }>;
}

/** What next-auth reports by a code becomes a sentence. */
function sentenceFor(code: string | string[] | undefined): string | null {
  if (code === undefined) return null;
  if (code === 'AccessDenied') {
    return 'That account is not known here. Ask an administrator to invite the e-mail address you signed in with.';
  }
  if (code === 'CredentialsSignin') return 'This e-mail and password do not fit together.';
  return 'Signing in with the provider did not work. Try again; if it stays, tell your administrator.';
}

export default async function LoginPage({ searchParams }: Props) {
  const { returnTo, error } = await searchParams;
  const next = safeReturnTo(returnTo);
  if ((await findUser()) !== null) redirect(toRoute(next));
  return <LoginForm returnTo={next} providers={providerButtons()} firstError={sentenceFor(error)} />;
}
