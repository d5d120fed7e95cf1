'use client';

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { FormDialog } from '@/app/_client/form-dialog';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RadioGroup } from '@/components/ui/radio-group';
import { DESTINATION_EVENTS, type Destination, type DestinationEvent, type DestinationKind } from '@/core/alert/model';

const text = {
  create: 'New destination',
  change: (name: string) => `Change ${name}`,
  name: 'Name',
  kind: 'What it is',
  webhook: 'Chat channel',
  webhookHint: 'An incoming webhook in Slack’s format; Mattermost, Rocket.Chat and others read it as well.',
  email: 'Mailboxes',
  noMail: 'Start Fantail with SMTP_URL to send mail.',
  url: 'Webhook URL',
  urlHint: 'Kept encrypted and not shown again.',
  addresses: 'Mail addresses',
  addressesHint: 'Separated by commas.',
  keep: 'Leave it empty to keep the one that is stored.',
  events: 'What it hears of',
  eventNames: {
    failures: 'Runs that fail',
    approvals: 'Decisions that are asked for, reminders and escalations',
  },
  save: 'Save destination',
};

interface Props {
  destination: Destination | 'new' | null;
  onClose: () => void;
  base: string;
  listKey: QueryKey;
  canSendMail: boolean;
}

/** A destination's name, address and what it hears of. Its stored address is never read again. */
export function AlertDestinationDialog({ destination, onClose, base, listKey, canSendMail }: Props) {
  const queryClient = useQueryClient();
  const before = destination === 'new' || destination === null ? null : destination;
  const [kind, setKind] = useState<DestinationKind>(before?.kind ?? 'webhook');
  const [events, setEvents] = useState<readonly DestinationEvent[]>(before?.events ?? DESTINATION_EVENTS);
  const form = useForm(['name', 'address'], async ({ name = '', address = '' }) => {
    if (before === null) await api('POST', `${base}/destinations`, { name, kind, address, events });
    else {
      const changed = address.trim() === '' ? {} : { address };
      await api('PATCH', `${base}/destinations/${segment(before.id)}`, { name, events, ...changed });
    }
    await queryClient.invalidateQueries({ queryKey: listKey });
    onClose();
  });
  const isMail = kind === 'email';
  return (
    <FormDialog
      isOpen={destination !== null}
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={before === null ? text.create : text.change(before.name)}
      submit={text.save}
      form={form}
    >
      <Field label={text.name} error={form.errorOf('name')}>
        <Input name="name" defaultValue={before?.name} required />
      </Field>
      {before === null ? (
        <Field label={text.kind} isGroup>
          <RadioGroup
            value={kind}
            onChange={(next) => setKind(next === 'email' ? 'email' : 'webhook')}
            options={[
              { value: 'webhook', label: text.webhook, description: text.webhookHint },
              { value: 'email', label: text.email, ...(canSendMail ? {} : { description: text.noMail }) },
            ]}
          />
        </Field>
      ) : null}
      <Field
        label={isMail ? text.addresses : text.url}
        hint={before === null ? (isMail ? text.addressesHint : text.urlHint) : text.keep}
        error={form.errorOf('address')}
      >
        <Input
          name="address"
          type={isMail ? 'text' : 'url'}
          required={before === null}
          placeholder={before?.hint}
          className="font-mono"
        />
      </Field>
      <Field label={text.events} isGroup>
        <div className="flex flex-col gap-1">
          {DESTINATION_EVENTS.map((event) => (
            <Checkbox
              key={event}
              label={text.eventNames[event]}
              isInGroup
              isChecked={events.includes(event)}
              onChange={(isOn) => setEvents(isOn ? [...events, event] : events.filter((one) => one !== event))}
            />
          ))}
        </div>
      </Field>
    </FormDialog>
  );
}
