'use client';

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/app/_client/api';
import { InvitationDialog } from '@/app/_client/invitation-dialog';
import { Field } from '@/components/ui/field';
import { RadioGroup } from '@/components/ui/radio-group';
import { notifySuccess } from '@/components/ui/toast';
import { ROLE_OPTIONS } from './words';

const text = {
  title: 'Add member',
  description: 'Whoever has no account here yet gets one: you receive a link to send.',
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
  async function add({ email = '' }: Record<string, string>): Promise<string | null> {
    const { inviteUrl } = await api<{ inviteUrl: string | null }>('POST', base, { email, role });
    await queryClient.invalidateQueries({ queryKey: listKey });
    if (inviteUrl === null) notifySuccess(text.added(email));
    return inviteUrl;
  }
  return (
    <InvitationDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={text.title}
      description={text.description}
      submit={text.submit}
      send={add}
    >
      <Field label={text.role} isGroup>
        <RadioGroup value={role} onChange={setRole} options={ROLE_OPTIONS} />
      </Field>
    </InvitationDialog>
  );
}
