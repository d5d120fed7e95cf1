'use client';

import { useState } from 'react';
import { useForm } from '@/app/_client/form';
import { signInWithPassword, signInWithProvider } from '@/app/_client/sign-in';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

const text = {
  title: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  or: 'or',
  with: (name: string) => `Continue with ${name}`,
};

interface Props {
  returnTo: string;
  providers: { id: string; label: string }[];
  firstError: string | null;
}

/** E-mail and password, and a button for each provider of this server. */
export function LoginForm({ returnTo, providers, firstError }: Props) {
  const [leavingFor, setLeavingFor] = useState<string | null>(null);
  const [providerError, setProviderError] = useState<string | null>(null);
  const form = useForm([], ({ email = '', password = '' }) => signInWithPassword(email, password, returnTo));
  const error = form.error ?? providerError ?? firstError;

  async function leave(id: string) {
    setLeavingFor(id);
    setProviderError(null);
    try {
      await signInWithProvider(id, returnTo);
    } catch (cause) {
      setLeavingFor(null);
      setProviderError(cause instanceof Error ? cause.message : String(cause));
    }
  }
  return (
    <>
      <h1 className="mb-5 text-2xl font-semibold">{text.title}</h1>
      {error ? (
        <Banner tone="danger" isLive className="mb-5">
          {error}
        </Banner>
      ) : null}
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <Field label={text.email}>
          <Input name="email" type="email" autoComplete="username" required autoFocus className="h-10" />
        </Field>
        <Field label={text.password}>
          <Input name="password" type="password" autoComplete="current-password" required className="h-10" />
        </Field>
        <Button type="submit" variant="primary" size="lg" isLoading={form.isSending}>
          {text.submit}
        </Button>
      </form>
      {providers.length > 0 ? (
        <>
          <div className="my-5 flex items-center gap-3 text-xs text-faint">
            <span className="h-px flex-1 bg-line" />
            {text.or}
            <span className="h-px flex-1 bg-line" />
          </div>
          <div className="flex flex-col gap-2">
            {providers.map((provider) => (
              <Button
                key={provider.id}
                size="lg"
                isLoading={leavingFor === provider.id}
                onClick={() => void leave(provider.id)}
              >
                {text.with(provider.label)}
              </Button>
            ))}
          </div>
        </>
      ) : null}
    </>
  );
}
