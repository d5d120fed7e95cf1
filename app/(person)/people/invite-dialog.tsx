'use client';

import { useState } from 'react';
import { api } from '@/app/_client/api';
import { InvitationDialog } from '@/app/_client/invitation-dialog';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useRefreshPeople } from './people-data';

const text = {
  title: 'Invite somebody',
  hint: 'They get an account on this server and no workspace yet: add them to one under its settings.',
  name: 'Name',
  nameHint: 'As others see it; can be changed by the person.',
  admin: 'Instance administrator',
  adminHint: 'Manages this server and everybody on it, and enters every workspace.',
  submit: 'Invite',
};

/** Makes an account without a password; ends with the link that sets one. */
export function InviteDialog({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const refresh = useRefreshPeople();
  const [isAdmin, setIsAdmin] = useState(false);
  async function invite({ email = '', name = '' }: Record<string, string>): Promise<string> {
    const named = name.trim() === '' ? {} : { name };
    const made = await api<{ inviteUrl: string }>('POST', '/people', { email, ...named, isInstanceAdmin: isAdmin });
    await refresh();
    return made.inviteUrl;
  }
  function change(next: boolean) {
    if (!next) setIsAdmin(false);
    onOpenChange(next);
  }
  return (
    <InvitationDialog
      isOpen={isOpen}
      onOpenChange={change}
      title={text.title}
      description={text.hint}
      submit={text.submit}
      fields={['name']}
      send={invite}
    >
      {(form) => (
        <>
          <Field label={text.name} hint={text.nameHint} error={form.errorOf('name')}>
            <Input name="name" />
          </Field>
          <Checkbox isChecked={isAdmin} onChange={setIsAdmin} label={text.admin} hint={text.adminHint} />
        </>
      )}
    </InvitationDialog>
  );
}
