'use client';

import { useState } from 'react';
import { api } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

const text = {
  name: 'Name',
  id: 'Id',
  idHint: 'Stands in addresses and in the API and never changes. Lowercase letters, digits and hyphens.',
  submit: 'Create workspace',
};

const idFrom = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);

/** The id follows the name until somebody types one. */
export function NewWorkspaceForm() {
  const [name, setName] = useState('');
  const [ownId, setOwnId] = useState<string | null>(null);
  const id = ownId ?? idFrom(name);
  const form = useForm(['name', 'id'], async () => {
    await api('POST', '/workspaces/create', { id, name });
    window.location.assign(`/w/${encodeURIComponent(id)}`);
  });
  return (
    <form onSubmit={form.onSubmit} className="flex max-w-md flex-col gap-4">
      {form.error ? (
        <Banner tone="danger" isLive>
          {form.error}
        </Banner>
      ) : null}
      <Field label={text.name} error={form.errorOf('name')}>
        <Input name="name" value={name} onChange={(event) => setName(event.target.value)} required autoFocus />
      </Field>
      <Field label={text.id} hint={text.idHint} error={form.errorOf('id')}>
        <Input
          name="id"
          value={id}
          onChange={(event) => setOwnId(event.target.value)}
          autoCapitalize="none"
          spellCheck={false}
          required
          className="font-mono"
        />
      </Field>
      <div>
        <Button type="submit" variant="primary" isLoading={form.isSending}>
          {text.submit}
        </Button>
      </div>
    </form>
  );
}
