'use client';

import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { signInWithPassword } from '@/app/_client/sign-in';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

const text = {
  title: 'Choose a password',
  lead: (email: string) => `You will sign in as ${email}.`,
  name: 'Your name',
  password: 'Password',
  passwordHint: 'At least 10 characters.',
  submit: 'Go on',
};

/** Sets the password of an invited person and signs him in. */
export function JoinForm({ token, email, name }: { token: string; email: string; name: string }) {
  const form = useForm(['name', 'password'], async (texts) => {
    await api('POST', '/auth/join', { ...texts, token });
    await signInWithPassword(email, texts.password ?? '', '/');
  });
  return (
    <>
      <h1 className="text-2xl font-semibold">{text.title}</h1>
      <p className="mt-2 mb-5 text-sm text-pretty text-muted">{text.lead(email)}</p>
      {form.error ? (
        <Banner tone="danger" isLive className="mb-5">
          {form.error}
        </Banner>
      ) : null}
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <Field label={text.name} error={form.errorOf('name')}>
          <Input name="name" autoComplete="name" defaultValue={name} required className="h-10" />
        </Field>
        <Field label={text.password} hint={text.passwordHint} error={form.errorOf('password')}>
          <Input name="password" type="password" autoComplete="new-password" required autoFocus className="h-10" />
        </Field>
        <Button type="submit" variant="primary" size="lg" isLoading={form.isSending}>
          {text.submit}
        </Button>
      </form>
    </>
  );
}
