'use client';

import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { notifySuccess } from '@/components/ui/toast';

const text = {
  title: 'Password',
  none: 'You sign in with a provider. With a password you can also sign in without it.',
  current: 'Present password',
  next: 'New password',
  hint: 'At least 10 characters. Every other session ends.',
  save: 'Change password',
  set: 'Set password',
  saved: 'Your password is changed',
};

export function PasswordForm({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  const router = useRouter();
  const element = useRef<HTMLFormElement>(null);
  const form = useForm(['current', 'password'], async ({ current, password }) => {
    await api('POST', '/users/setpassword', { password, ...(hasPassword ? { current } : {}) });
    element.current?.reset();
    notifySuccess(text.saved);
    router.refresh();
  });
  return (
    <Card title={text.title} subtitle={hasPassword ? undefined : text.none}>
      <form ref={element} onSubmit={form.onSubmit} className="flex max-w-md flex-col gap-4">
        {form.error ? (
          <Banner tone="danger" isLive>
            {form.error}
          </Banner>
        ) : null}
        <input type="hidden" autoComplete="username" value={email} readOnly />
        {hasPassword ? (
          <Field label={text.current} error={form.errorOf('current')}>
            <Input name="current" type="password" autoComplete="current-password" required />
          </Field>
        ) : null}
        <Field label={text.next} hint={text.hint} error={form.errorOf('password')}>
          <Input name="password" type="password" autoComplete="new-password" required />
        </Field>
        <div>
          <Button type="submit" isLoading={form.isSending}>
            {hasPassword ? text.save : text.set}
          </Button>
        </div>
      </form>
    </Card>
  );
}
