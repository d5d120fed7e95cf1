'use client';

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { FormDialog } from '@/app/_client/form-dialog';
import { LinkDialog } from '@/app/_client/invitation-link';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RadioGroup } from '@/components/ui/radio-group';
import { notifySuccess } from '@/components/ui/toast';
import { ROLE_OPTIONS } from './words';

const text = {
  title: 'Add member',
  description: 'Whoever has no account here yet gets one: you receive a link to send.',
  email: 'E-mail',
  role: 'Role',
  submit: 'Add member',
  added: (email: string) => `${email} is a member now`,
};

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** the members' address below /api */
  base: string;
  listKey: QueryKey;
}

/** Adds somebody by e-mail; for somebody new it ends with the invitation link. */
export function AddMemberDialog({ isOpen, onOpenChange, base, listKey }: Props) {
  const queryClient = useQueryClient();
  const [role, setRole] = useState('developer');
  const [link, setLink] = useState<string | null>(null);
  function change(next: boolean) {
    if (!next) setLink(null);
    onOpenChange(next);
  }
  const form = useForm(['email'], async ({ email = '' }) => {
    const added = await api<{ inviteUrl: string | null }>('POST', base, { email, role });
    await queryClient.invalidateQueries({ queryKey: listKey });
    if (added.inviteUrl === null) {
      notifySuccess(text.added(email));
      change(false);
    } else setLink(added.inviteUrl);
  });
  if (link !== null) return <LinkDialog isOpen={isOpen} onOpenChange={change} link={link} />;
  return (
    <FormDialog
      isOpen={isOpen}
      onOpenChange={change}
      title={text.title}
      description={text.description}
      submit={text.submit}
      form={form}
    >
      <Field label={text.email} error={form.errorOf('email')}>
        <Input name="email" type="email" required />
      </Field>
      <Field label={text.role} isGroup>
        <RadioGroup value={role} onChange={setRole} options={ROLE_OPTIONS} />
      </Field>
    </FormDialog>
  );
}
