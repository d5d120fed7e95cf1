'use client';

import { useState } from 'react';
import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { FormDialog } from '@/app/_client/form-dialog';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';

const DAY_MS = 86_400_000;

const text = {
  title: 'New token',
  once: 'Copy the token now',
  onceHint: 'It is shown this once and stored nowhere. Keep it like a password.',
  token: 'Token',
  label: 'What is it for?',
  labelExample: 'CI of the data team',
  workspace: 'Workspace',
  everyWorkspace: 'All my workspaces',
  lifetime: 'Expires after',
  scopes: 'Scopes',
  scopesHint: 'One a line, such as script:run:f/ops/*. Empty: everything you may do yourself.',
  submit: 'Create token',
  done: 'I have copied it',
  copy: 'Copy token',
};

const LIFETIMES = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
];

const EVERYWHERE = '*';

interface Props {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  workspaces: { id: string; name: string }[];
  onCreated: () => void;
}

/** Makes a token and shows it once. */
export function NewTokenDialog({ isOpen, onOpenChange, workspaces, onCreated }: Props) {
  const [created, setCreated] = useState<string | null>(null);
  function change(next: boolean) {
    if (!next) setCreated(null);
    onOpenChange(next);
  }
  if (created !== null) return <TokenReveal isOpen={isOpen} onOpenChange={change} token={created} />;
  return (
    <TokenForm
      isOpen={isOpen}
      onOpenChange={change}
      workspaces={workspaces}
      onCreated={(token) => {
        setCreated(token);
        onCreated();
      }}
    />
  );
}

function TokenReveal({ isOpen, onOpenChange, token }: Pick<Props, 'isOpen' | 'onOpenChange'> & { token: string }) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={text.once}
      description={text.onceHint}
      width="md"
      footer={
        <>
          <CopyButton value={token} label={text.copy} isLabelShown size="md" />
          <Button variant="primary" onClick={() => onOpenChange(false)}>
            {text.done}
          </Button>
        </>
      }
    >
      <Field label={text.token} isLabelHidden>
        <Input
          value={token}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          className="font-mono"
          spellCheck={false}
        />
      </Field>
    </Dialog>
  );
}

function TokenForm({
  isOpen,
  onOpenChange,
  workspaces,
  onCreated,
}: Omit<Props, 'onCreated'> & { onCreated: (token: string) => void }) {
  const [days, setDays] = useState('90');
  const [workspace, setWorkspace] = useState(EVERYWHERE);
  const form = useForm(['label', 'scopes'], async (texts) => {
    const token = await api<string>('POST', '/users/tokens/create', {
      label: texts.label,
      expiration: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
      scopes: (texts.scopes ?? '').split(/\s+/).filter(Boolean),
      ...(workspace === EVERYWHERE ? {} : { workspace_id: workspace }),
    });
    onCreated(token);
  });
  return (
    <FormDialog isOpen={isOpen} onOpenChange={onOpenChange} title={text.title} submit={text.submit} form={form}>
      <Field label={text.label} error={form.errorOf('label')}>
        <Input name="label" placeholder={text.labelExample} maxLength={100} required />
      </Field>
      <Field label={text.workspace}>
        <Select
          value={workspace}
          onChange={setWorkspace}
          options={[
            { value: EVERYWHERE, label: text.everyWorkspace },
            ...workspaces.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </Field>
      <Field label={text.lifetime}>
        <Select value={days} onChange={setDays} options={LIFETIMES} />
      </Field>
      <Field label={text.scopes} hint={text.scopesHint} error={form.errorOf('scopes')}>
        <Textarea name="scopes" rows={2} spellCheck={false} className="font-mono" />
      </Field>
    </FormDialog>
  );
}
