'use client';

import { useForm } from '@/app/_client/form';
import { FormDialog } from '@/app/_client/form-dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { FolderSummary } from '@/core/workspace/folder/model';

const text = {
  create: 'New folder',
  change: (name: string) => `Change f/${name}`,
  name: 'Name',
  summary: 'What for',
  owners: 'Owners',
  ownersHint: 'May also change this list. People as u/ann, groups as g/ops, separated by commas.',
  writers: 'Writers',
  writersHint: 'May change what lies in the folder.',
  viewers: 'Viewers',
  viewersHint: 'May see and run it. g/all is everybody.',
  save: 'Save folder',
};

const FIELDS = ['name', 'owners', 'writers', 'viewers', 'summary'];

type Body = Omit<FolderSummary, 'name'>;

interface Props {
  folder: FolderSummary | 'new' | null;
  onClose: () => void;
  save: (name: string, body: Body) => Promise<unknown>;
}

const listOf = (typed: string | undefined): string[] =>
  (typed ?? '')
    .split(/[\s,]+/)
    .map((one) => one.trim())
    .filter(Boolean);

/** A folder's name, purpose and people. */
export function FolderDialog({ folder, onClose, save }: Props) {
  const before = folder === 'new' ? null : folder;
  const form = useForm(FIELDS, async (texts) => {
    await save(before?.name ?? texts.name ?? '', {
      summary: texts.summary ?? '',
      owners: listOf(texts.owners),
      writers: listOf(texts.writers),
      viewers: listOf(texts.viewers),
    });
    onClose();
  });
  const people = (name: 'owners' | 'writers' | 'viewers', hint: string) => (
    <Field label={text[name]} hint={hint} error={form.errorOf(name)}>
      <Input
        name={name}
        defaultValue={before?.[name].join(', ')}
        autoCapitalize="none"
        spellCheck={false}
        className="font-mono"
      />
    </Field>
  );
  return (
    <FormDialog
      isOpen={folder !== null}
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={before === null ? text.create : text.change(before.name)}
      submit={text.save}
      form={form}
    >
      {before === null ? (
        <Field label={text.name} error={form.errorOf('name')}>
          <Input name="name" autoCapitalize="none" spellCheck={false} required className="font-mono" />
        </Field>
      ) : null}
      <Field label={text.summary} error={form.errorOf('summary')}>
        <Input name="summary" defaultValue={before?.summary} />
      </Field>
      {people('owners', text.ownersHint)}
      {people('writers', text.writersHint)}
      {people('viewers', text.viewersHint)}
    </FormDialog>
  );
}
