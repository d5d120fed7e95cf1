'use client';

import { type ReactNode, useState } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { type FormState, useForm } from './form';
import { FormDialog } from './form-dialog';
import { LinkDialog } from './invitation-link';

const EMAIL = 'E-mail';

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description: string;
  submit: string;
  /** names of the further inputs that a refusal may be about */
  fields?: readonly string[];
  /** Answers the link with which somebody new chooses a password; null where none is needed. */
  send: (texts: Record<string, string>) => Promise<string | null>;
  children: ReactNode | ((form: FormState) => ReactNode);
}

/** Lets somebody in by e-mail; for somebody new it ends with the invitation link. */
export function InvitationDialog({ isOpen, onOpenChange, fields = [], send, children, ...words }: Props) {
  const [link, setLink] = useState<string | null>(null);
  function change(next: boolean) {
    if (!next) setLink(null);
    onOpenChange(next);
  }
  const form = useForm(['email', ...fields], async (texts) => {
    const made = await send(texts);
    if (made === null) change(false);
    else setLink(made);
  });
  if (link !== null) return <LinkDialog isOpen={isOpen} onOpenChange={change} link={link} />;
  return (
    <FormDialog isOpen={isOpen} onOpenChange={change} form={form} {...words}>
      <Field label={EMAIL} error={form.errorOf('email')}>
        <Input name="email" type="email" required />
      </Field>
      {typeof children === 'function' ? children(form) : children}
    </FormDialog>
  );
}
