'use client';

import { type FormEvent, useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Tabs } from '@/components/ui/tabs';
import type { GroupState } from '@/core/worker-group/model';
import { GROUP_NAME_RULE, isGroupName, startCommand } from '@/core/worker-group/rules';
import { CommandBox } from './command-box';
import { composeSnippet, remoteCommand } from './worker-words';

const text = {
  newTitle: 'New worker group',
  newHint: 'It exists as soon as a worker starts with its name. Make it here to choose it in scripts before that.',
  name: 'Name',
  create: 'Create the group',
  taken: 'There is a group of this name already.',
  tagsTitle: (name: string) => `Tags that ${name} serves`,
  tagsHint: 'Its workers take jobs of these groups too, besides their own. They follow within 5 s, without a restart.',
  tags: 'Other groups, divided by commas',
  save: 'Save the tags',
  cancel: 'Cancel',
  startTitle: (name: string) => `Start a worker of ${name}`,
  startHint: 'Scaling out is starting more of them, here or on any machine that reaches the database.',
  here: 'This clone',
  elsewhere: 'Another machine',
  compose: 'Compose',
  copy: 'Copy',
  elsewhereHint: 'The same values as the server has. Point DATABASE_URL at the server’s Postgres.',
  composeHint: 'A service for docker-compose.yml, beside the others.',
  ways: 'Ways to start it',
};

type DialogProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void };

/** Asks for the name of a group. */
export function NewGroupDialog({
  isOpen,
  onOpenChange,
  taken,
  onCreate,
}: DialogProps & { taken: readonly string[]; onCreate: (name: string) => Promise<void> }) {
  const [name, setName] = useState('');
  const problem = name === '' || isGroupName(name) ? (taken.includes(name) ? text.taken : null) : GROUP_NAME_RULE;
  return (
    <FormDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={text.newTitle}
      description={text.newHint}
      submitLabel={text.create}
      refusal={name === '' ? GROUP_NAME_RULE : problem}
      onSubmit={async () => {
        await onCreate(name);
        setName('');
      }}
    >
      <Field label={text.name} error={problem ?? undefined}>
        <Input value={name} onChange={(event) => setName(event.target.value.trim())} spellCheck={false} />
      </Field>
    </FormDialog>
  );
}

/** Changes the tags that a group serves besides its name. */
export function TagsDialog({
  group,
  onOpenChange,
  onSave,
}: {
  group: GroupState;
  onOpenChange: (isOpen: boolean) => void;
  onSave: (tags: string[]) => Promise<void>;
}) {
  const [typed, setTyped] = useState(group.extraTags.join(', '));
  const tags = typed.split(',').flatMap((tag) => tag.trim() || []);
  const problem = tags.every(isGroupName) ? null : GROUP_NAME_RULE;
  return (
    <FormDialog
      isOpen
      onOpenChange={onOpenChange}
      title={text.tagsTitle(group.name)}
      description={text.tagsHint}
      submitLabel={text.save}
      refusal={problem}
      onSubmit={() => onSave(tags)}
    >
      <Field label={text.tags} error={problem ?? undefined}>
        <Input value={typed} onChange={(event) => setTyped(event.target.value)} spellCheck={false} />
      </Field>
    </FormDialog>
  );
}

/** The commands that start a worker of this group. */
export function StartDialog({ name, onOpenChange }: { name: string; onOpenChange: (isOpen: boolean) => void }) {
  return (
    <Dialog isOpen onOpenChange={onOpenChange} title={text.startTitle(name)} description={text.startHint}>
      <Tabs
        label={text.ways}
        className="pb-1"
        tabs={[
          { id: 'here', label: text.here, content: <CommandBox value={startCommand(name)} label={text.copy} /> },
          {
            id: 'elsewhere',
            label: text.elsewhere,
            content: <Way hint={text.elsewhereHint} value={remoteCommand(name)} />,
          },
          { id: 'compose', label: text.compose, content: <Way hint={text.composeHint} value={composeSnippet(name)} /> },
        ]}
      />
    </Dialog>
  );
}

function Way({ hint, value }: { hint: string; value: string }) {
  return (
    <>
      <p className="mb-2 text-sm text-muted">{hint}</p>
      <CommandBox value={value} label={text.copy} />
    </>
  );
}

type FormDialogProps = DialogProps & {
  title: string;
  description: string;
  submitLabel: string;
  refusal: string | null;
  onSubmit: () => Promise<void>;
  children: React.ReactNode;
};

/** A dialog with one form; it stays open, with the reason, when the server refuses. */
function FormDialog(props: FormDialogProps) {
  const { isOpen, onOpenChange, title, description, submitLabel, refusal, onSubmit, children } = props;
  const formId = useId();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (refusal !== null || isBusy) return;
    setIsBusy(true);
    setError(null);
    try {
      await onSubmit();
      onOpenChange(false);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{text.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} isLoading={isBusy} disabledReason={refusal}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit}>
        {children}
        {error ? (
          <p role="alert" className="mt-2 text-sm text-danger">
            {error}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
