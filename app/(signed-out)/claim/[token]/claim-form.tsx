'use client';

import type { FocusEvent } from 'react';
import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { signInWithPassword } from '@/app/_client/sign-in';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { usernameFrom } from '@/core/access/user/rules';

const text = {
  title: 'Become the administrator',
  lead: 'Nobody administers this server yet. The account you make here may do everything on it.',
  name: 'Your name',
  email: 'E-mail',
  username: 'Username',
  usernameHint: 'Stands in paths such as u/ann/report. It cannot be changed later.',
  password: 'Password',
  passwordHint: 'At least 10 characters.',
  submit: 'Create the account',
};

/** Nobody needs to think about it: the e-mail's first part is what most people would choose. */
function suggestUsername({ currentTarget: email }: FocusEvent<HTMLInputElement>) {
  const username = email.form?.elements.namedItem('username');
  if (username instanceof HTMLInputElement && username.value === '' && email.value !== '') {
    username.value = usernameFrom(email.value);
  }
}

/** Makes the first administrator and signs him in. */
export function ClaimForm({ token }: { token: string }) {
  const form = useForm(['name', 'email', 'username', 'password'], async (texts) => {
    await api('POST', '/auth/claim', { ...texts, token });
    await signInWithPassword(texts.email ?? '', texts.password ?? '', '/');
  });
  return (
    <>
      <h1 className="text-2xl font-semibold">{text.title}</h1>
      <p className="mt-2 mb-5 text-sm text-pretty text-muted">{text.lead}</p>
      {form.error ? (
        <Banner tone="danger" isLive className="mb-5">
          {form.error}
        </Banner>
      ) : null}
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <Field label={text.name} error={form.errorOf('name')}>
          <Input name="name" autoComplete="name" required autoFocus className="h-10" />
        </Field>
        <Field label={text.email} error={form.errorOf('email')}>
          <Input name="email" type="email" autoComplete="email" required className="h-10" onBlur={suggestUsername} />
        </Field>
        <Field label={text.username} hint={text.usernameHint} error={form.errorOf('username')}>
          <Input
            name="username"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            className="h-10"
          />
        </Field>
        <Field label={text.password} hint={text.passwordHint} error={form.errorOf('password')}>
          <Input name="password" type="password" autoComplete="new-password" required className="h-10" />
        </Field>
        <Button type="submit" variant="primary" size="lg" isLoading={form.isSending}>
          {text.submit}
        </Button>
      </form>
    </>
  );
}
