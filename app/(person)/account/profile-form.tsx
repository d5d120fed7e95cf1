'use client';

import { useRouter } from 'next/navigation';
import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { notifySuccess } from '@/components/ui/toast';

const text = { title: 'Profile', name: 'Name', save: 'Save name', saved: 'Your name is saved' };

export function ProfileForm({ name }: { name: string }) {
  const router = useRouter();
  const form = useForm([], async (texts) => {
    await api('POST', '/users/profile', { name: texts.name });
    notifySuccess(text.saved);
    router.refresh();
  });
  return (
    <Card title={text.title}>
      <form onSubmit={form.onSubmit} className="flex max-w-md flex-col gap-4">
        <Field label={text.name} error={form.error}>
          <Input name="name" defaultValue={name} autoComplete="name" required />
        </Field>
        <div>
          <Button type="submit" isLoading={form.isSending}>
            {text.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
