'use client';

import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RadioGroup } from '@/components/ui/radio-group';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifySuccess } from '@/components/ui/toast';
import { ROLE_OPTIONS } from './words';

const text = {
  title: 'Add member',
  email: 'E-mail',
  role: 'Role',
  submit: 'Add member',
  added: (email: string) => `${email} is a member now`,
  linkTitle: 'Send this link',
  linkHint:
    'It lets the person choose a password, once, within a week. Whoever has it can use it, so send it to nobody else.',
  link: 'Invitation link',
  copy: 'Copy link',
  close: 'Close',
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
  const formId = useId();
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
    notifySuccess(text.added(email));
    if (added.inviteUrl === null) change(false);
    else setLink(added.inviteUrl);
  });
  if (link !== null) return <LinkDialog isOpen={isOpen} onOpenChange={change} link={link} />;
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={change}
      title={text.title}
      footer={
        <Button type="submit" form={formId} variant="primary" isLoading={form.isSending}>
          {text.submit}
        </Button>
      }
    >
      <form id={formId} onSubmit={form.onSubmit} className="flex flex-col gap-4">
        {form.error ? (
          <Banner tone="danger" isLive>
            {form.error}
          </Banner>
        ) : null}
        <Field label={text.email} error={form.errorOf('email')}>
          <Input name="email" type="email" required />
        </Field>
        <Field label={text.role} isGroup>
          <RadioGroup value={role} onChange={setRole} options={ROLE_OPTIONS} />
        </Field>
      </form>
    </Dialog>
  );
}

function LinkDialog({
  isOpen,
  onOpenChange,
  link,
}: {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  link: string;
}) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={text.linkTitle}
      description={text.linkHint}
      width="md"
      footer={
        <>
          <CopyButton value={link} label={text.copy} isLabelShown size="md" />
          <Button variant="primary" onClick={() => onOpenChange(false)}>
            {text.close}
          </Button>
        </>
      }
    >
      <Field label={text.link} isLabelHidden>
        <Input value={link} readOnly onFocus={(event) => event.currentTarget.select()} className="font-mono" />
      </Field>
    </Dialog>
  );
}

/** A new link for somebody who has not used his invitation. Each is made when it is asked for. */
export function InviteLinkDialog({
  username,
  onClose,
  base,
}: {
  username: string | null;
  onClose: () => void;
  base: string;
}) {
  const link = useQuery({
    queryKey: ['invitation', base, username],
    enabled: username !== null,
    gcTime: 0,
    retry: false,
    queryFn: () => api<{ url: string }>('POST', `${base}/${segment(username ?? '')}/invite_link`),
  });
  const change = (isOpen: boolean) => (isOpen ? undefined : onClose());
  if (link.data) return <LinkDialog isOpen={username !== null} onOpenChange={change} link={link.data.url} />;
  return (
    <Dialog isOpen={username !== null} onOpenChange={change} title={text.linkTitle}>
      {link.error ? <Banner tone="danger">{link.error.message}</Banner> : <SkeletonRows rows={1} />}
    </Dialog>
  );
}
