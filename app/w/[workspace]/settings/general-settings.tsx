'use client';

import { useRouter } from 'next/navigation';
import { api, segment } from '@/app/_client/api';
import { useForm } from '@/app/_client/form';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { notifySuccess } from '@/components/ui/toast';
import type { Viewer } from './viewer';
import { ONLY_ADMINS, ROLE_OPTIONS, roleLabel } from './words';

const text = {
  workspace: 'Workspace',
  name: 'Name',
  id: 'Id',
  idHint: 'Stands in addresses and in the API and never changes.',
  save: 'Save name',
  saved: 'The name is saved',
  you: 'You in this workspace',
  role: 'Role',
  groups: 'Groups',
};

export function GeneralSettings({ workspaceId, name, role, groups }: Viewer) {
  const router = useRouter();
  const refusal = role === 'admin' ? null : ONLY_ADMINS;
  const form = useForm([], async (texts) => {
    await api('POST', `/w/${segment(workspaceId)}/workspaces/change_workspace_name`, { new_name: texts.name });
    notifySuccess(text.saved);
    router.refresh();
  });
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <Card title={text.workspace}>
        <form onSubmit={form.onSubmit} className="flex max-w-md flex-col gap-4">
          <Field label={text.name} error={form.error} disabledReason={refusal}>
            <Input name="name" defaultValue={name} required />
          </Field>
          <Field label={text.id} hint={text.idHint}>
            <Input value={workspaceId} readOnly className="font-mono" />
          </Field>
          <div>
            <Button type="submit" isLoading={form.isSending} disabledReason={refusal}>
              {text.save}
            </Button>
          </div>
        </form>
      </Card>
      <Card title={text.you}>
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-3 text-sm">
          <dt className="text-muted">{text.role}</dt>
          <dd>
            {roleLabel(role)}
            <p className="text-xs text-muted">{ROLE_OPTIONS.find((option) => option.value === role)?.description}</p>
          </dd>
          <dt className="text-muted">{text.groups}</dt>
          <dd className="flex flex-wrap gap-1">
            {groups.map((group) => (
              <Badge key={group}>{group}</Badge>
            ))}
          </dd>
        </dl>
      </Card>
    </div>
  );
}
