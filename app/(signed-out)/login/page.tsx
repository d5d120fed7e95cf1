import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { findUser } from '@/app/_session/gate';
import { providerButtons } from '@/app/_session/providers';
import { safeReturnTo } from '@/app/_session/return-to';
import { signInSentence } from '@/app/_session/sign-in-words';
import { toRoute } from '@/components/ui/app-link';
import { LoginForm } from './login-form';

export const metadata: Metadata = { title: 'Sign in' };

interface Props {
  searchParams: Promise<{ returnTo?: string | string[]; error?: string | string[]; joined?: string }>;
}

export default async function LoginPage({ searchParams }: Props) {
  const { returnTo, error } = await searchParams;
  const next = safeReturnTo(returnTo);
  if ((await findUser()) !== null) redirect(toRoute(next));
  return <LoginForm returnTo={next} providers={providerButtons()} firstError={signInSentence(error)} />;
}
