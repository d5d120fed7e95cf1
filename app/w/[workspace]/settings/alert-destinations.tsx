'use client';

import { type QueryKey, useMutation } from '@tanstack/react-query';
import { Mail, MessageSquare, Send } from 'lucide-react';
import { useState } from 'react';
import { api, segment } from '@/app/_client/api';
import { Badge } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Switch } from '@/components/ui/switch';
import type { AlertOverview, Destination } from '@/core/alert/model';
import { AlertDestinationDialog } from './alert-destination-dialog';
import { useChange } from './use-change';

const text = {
  title: 'Destinations',
  subtitle: 'Where messages go: a chat channel, or mailboxes.',
  add: 'New destination',
  none: 'Nobody is told of failures yet',
  noneHint: 'Add a chat channel or mailboxes. Failed runs and decisions that are asked for arrive there, with a link.',
  edit: 'Change…',
  remove: 'Delete…',
  removeTitle: (name: string) => `Delete ${name}?`,
  removeHint: 'Nothing is sent there any more. What was sent stays there.',
  removeVerb: 'Delete destination',
  test: 'Send a test',
  tested: (name: string) => `${name} took it`,
  notTested: (name: string) => `${name} did not take it`,
  on: (name: string) => `Send to ${name}`,
  events: { failures: 'failures', approvals: 'approvals' },
  failed: 'Nothing was changed',
};

interface Props {
  /** the alerts' address below /api */
  base: string;
  listKey: QueryKey;
  overview: AlertOverview;
}

interface TestAnswer {
  readonly isSent: boolean;
  readonly answer: string;
}

export function AlertDestinations({ base, listKey, overview }: Props) {
  const { destinations, canSendMail } = overview;
  const change = useChange(listKey, text.failed);
  const [edited, setEdited] = useState<Destination | 'new' | null>(null);
  const [removing, setRemoving] = useState<Destination | null>(null);
  const add = (
    <Button size="sm" variant="primary" onClick={() => setEdited('new')}>
      {text.add}
    </Button>
  );
  return (
    <Card title={text.title} subtitle={text.subtitle} isFlush actions={destinations.length > 0 ? add : undefined}>
      {destinations.length === 0 ? (
        <EmptyState icon={<Send />} title={text.none} action={add}>
          {text.noneHint}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {destinations.map((one) => (
            <li key={one.id}>
              <DestinationRow
                destination={one}
                base={base}
                onEdit={() => setEdited(one)}
                onRemove={() => setRemoving(one)}
                onSwitch={(isEnabled) =>
                  change.mutate({
                    method: 'PATCH',
                    path: `${base}/destinations/${segment(one.id)}`,
                    body: { isEnabled },
                  })
                }
              />
            </li>
          ))}
        </ul>
      )}
      <AlertDestinationDialog
        key={edited === null ? 'closed' : edited === 'new' ? 'new' : edited.id}
        destination={edited}
        onClose={() => setEdited(null)}
        base={base}
        listKey={listKey}
        canSendMail={canSendMail}
      />
      <ConfirmDialog
        isOpen={removing !== null}
        onOpenChange={(isOpen) => (isOpen ? undefined : setRemoving(null))}
        title={text.removeTitle(removing?.name ?? '')}
        description={text.removeHint}
        confirmLabel={text.removeVerb}
        onConfirm={async () => {
          await change.mutateAsync({ method: 'DELETE', path: `${base}/destinations/${segment(removing?.id ?? '')}` });
        }}
      />
    </Card>
  );
}

interface RowProps {
  destination: Destination;
  base: string;
  onEdit: () => void;
  onRemove: () => void;
  onSwitch: (isEnabled: boolean) => void;
}

/** One destination, with the answer of its last test in the other side's own words. */
function DestinationRow({ destination, base, onEdit, onRemove, onSwitch }: RowProps) {
  const { id, name, kind, hint, events, isEnabled } = destination;
  const test = useMutation({
    mutationFn: () => api<TestAnswer>('POST', `${base}/destinations/${segment(id)}/test`),
  });
  const Icon = kind === 'email' ? Mail : MessageSquare;
  const said: TestAnswer | null = test.error ? { isSent: false, answer: test.error.message } : (test.data ?? null);
  return (
    <div className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Icon aria-hidden className="size-4 shrink-0 text-faint" />
        <div className="min-w-0 flex-1 basis-40">
          <p className="truncate text-sm font-medium">{name}</p>
          <p className="truncate text-xs text-muted">{hint}</p>
        </div>
        <div className="flex gap-1">
          {events.map((event) => (
            <Badge key={event}>{text.events[event]}</Badge>
          ))}
        </div>
        <Switch isOn={isEnabled} onChange={onSwitch} aria-label={text.on(name)} />
      </div>
      <div className="flex flex-wrap gap-1.5 sm:pl-7">
        <Button size="sm" onClick={() => test.mutate()} isLoading={test.isPending} icon={<Send />}>
          {text.test}
        </Button>
        <Button size="sm" variant="ghost" onClick={onEdit}>
          {text.edit}
        </Button>
        <Button size="sm" variant="ghost" onClick={onRemove}>
          {text.remove}
        </Button>
      </div>
      {said === null ? null : (
        <Banner
          tone={said.isSent ? 'success' : 'danger'}
          isLive
          title={said.isSent ? text.tested(name) : text.notTested(name)}
        >
          <span className="font-mono text-xs break-words">{said.answer}</span>
        </Banner>
      )}
    </div>
  );
}
