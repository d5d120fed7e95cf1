import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { findUser } from '@/app/_session/gate';
import { providerButtons } from '@/app/_session/providers';
import { returnToOfCookie, safeReturnTo } from '@/app/_session/return-to';
import { signInSentence } from '@/app/_session/sign-in-words';
import { toRoute } from '@/components/ui/app-link';
import { env } from '@/core/platform/env';
import { isServedOverTls } from '@/core/platform/session-cookie';
import { LoginForm } from './login-form';

export const metadata: Metadata = { title: 'Sign in' };

interface Props {
  searchParams: Promise<{ returnTo?: string | string[]; error?: string | string[]; joined?: string }>;
}

async function wantedBefore(): Promise<string> {
  const name = `${isServedOverTls() ? '__Secure-' : ''}next-auth.callback-url`;
  return returnToOfCookie((await cookies()).get(name)?.value, env().BASE_URL);
}

export default async function LoginPage({ searchParams }: Props) {
  const { returnTo, error } = await searchParams;
  const next = returnTo === undefined && error !== undefined ? await wantedBefore() : safeReturnTo(returnTo);
  if ((await findUser()) !== null) redirect(toRoute(next));
  return <LoginForm returnTo={next} providers={providerButtons()} firstError={signInSentence(error)} />;
}
