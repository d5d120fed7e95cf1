'use client';

import { Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type OwnerOption, PathField, pathProblem } from '@/components/editor/path-field';
import type { VariableRow } from '@/components/resource-editor/resource-table';
import { HiddenValue } from '@/components/resource-editor/value-editor';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Field } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { MessagePage } from '@/components/ui/message-page';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Switch } from '@/components/ui/switch';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { nameOf } from '@/core/path';
import { resourceHrefs, useValuesChanged, useVariable, variableActions } from './resource-data';

const text = {
  list: 'Variables',
  new: 'New variable',
  value: 'Value',
  valueHint: 'Stored encrypted. Arguments refer to it as $var:path.',
  secret: 'Secret',
  secretHint: 'It is never listed, and hidden in logs and results.',
  staysSecret: 'To make it plain, show or replace its value.',
  description: 'Description',
  save: 'Save',
  create: 'Create',
  cancel: 'Cancel',
  remove: 'Delete',
  removeAsk: (path: string) => `Delete ${path}?`,
  removeText: 'Scripts that refer to it fail from then on. Its value cannot be brought back.',
  removed: (path: string) => `${path} is deleted.`,
  saved: (path: string) => `${path} is saved.`,
  notSaved: 'It was not saved.',
  notRemoved: 'It was not deleted.',
  notRevealed: 'The value was not shown.',
  missing: 'There is no such variable',
  missingText: (path: string) => `${path} does not exist, or you may not see it.`,
};

interface Props {
  workspaceId: string;
  /** null: a new one */
  path: string | null;
  startPath: string;
  owners: readonly OwnerOption[];
  whyNotWrite?: string | null;
}

/** Makes a variable or changes one. */
export function VariableEditor(props: Props) {
  const { workspaceId, path } = props;
  const variable = useVariable(workspaceId, path);
  if (variable.error?.status === 404) {
    return (
      <MessagePage
        title={text.missing}
        action={
          <Button asChild>
            <AppLink href={resourceHrefs(workspaceId).variables}>{text.list}</AppLink>
          </Button>
        }
      >
        {text.missingText(path ?? '')}
      </MessagePage>
    );
  }
  if (variable.error !== null) {
    return (
      <Page width="narrow">
        <Banner tone="danger">{variable.error.message}</Banner>
      </Page>
    );
  }
  if (path !== null && variable.data === undefined) {
    return (
      <Page width="narrow">
        <SkeletonRows rows={5} />
      </Page>
    );
  }
  return <Form {...props} stored={variable.data ?? null} />;
}

function Form(props: Props & { stored: VariableRow | null }) {
  const { workspaceId, path, owners, stored, whyNotWrite = null } = props;
  const router = useRouter();
  const hrefs = resourceHrefs(workspaceId);
  const changed = useValuesChanged(workspaceId);
  const isNew = path === null;
  const [newPath, setNewPath] = useState(props.startPath);
  const [isSecret, setIsSecret] = useState(stored?.is_secret ?? true);
  const [description, setDescription] = useState(stored?.description ?? '');
  const [value, setValue] = useState(stored?.value ?? '');
  const [isValueShown, setIsValueShown] = useState(isNew || stored?.is_secret === false);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const [busy, setBusy] = useState<'save' | 'reveal' | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);

  async function save() {
    if (pathProblem(newPath) !== null) {
      setAreProblemsShown(true);
      return;
    }
    setBusy('save');
    setFailure(null);
    try {
      const body = { path: newPath, description, is_secret: isSecret, ...(isValueShown ? { value } : {}) };
      await (isNew ? variableActions.create(workspaceId, body) : variableActions.update(workspaceId, path, body));
      await changed();
      notifySuccess(text.saved(newPath));
      router.push(toRoute(hrefs.variables));
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(null);
    }
  }
  async function reveal() {
    if (path === null) return;
    setBusy('reveal');
    try {
      setValue(await variableActions.value(workspaceId, path));
      setIsValueShown(true);
    } catch (error) {
      notifyError(text.notRevealed, { detail: messageOf(error) });
    }
    setBusy(null);
  }
  async function remove() {
    if (path === null) return;
    try {
      await variableActions.remove(workspaceId, path);
      await changed();
      notifySuccess(text.removed(path));
      router.push(toRoute(hrefs.variables));
    } catch (error) {
      notifyError(text.notRemoved, { detail: messageOf(error) });
    }
  }
  const isLockedSecret = !isNew && !isValueShown && stored?.is_secret === true;
  return (
    <Page width="narrow">
      <PageHeader
        title={isNew ? text.new : nameOf(path)}
        subtitle={isNew ? undefined : <span className="font-mono text-xs">{path}</span>}
        breadcrumbs={[{ label: text.list, href: hrefs.variables }]}
        actions={
          isNew || whyNotWrite !== null ? undefined : (
            <Button variant="ghost" icon={<Trash2 />} onClick={() => setIsAsking(true)}>
              {text.remove}
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-5">
        {failure === null ? null : (
          <Banner tone="danger" title={text.notSaved} isLive>
            {failure}
          </Banner>
        )}
        <PathField
          value={newPath}
          onChange={setNewPath}
          owners={owners}
          error={areProblemsShown ? pathProblem(newPath) : null}
          isNameFocused={isNew}
        />
        {isValueShown ? (
          <Field label={text.value} hint={text.valueHint}>
            <Textarea
              rows={3}
              value={value}
              spellCheck={false}
              autoComplete="off"
              className="font-mono"
              onChange={(event) => setValue(event.target.value)}
            />
          </Field>
        ) : (
          <HiddenValue onReveal={() => void reveal()} isLoading={busy === 'reveal'} />
        )}
        <Switch
          isOn={isSecret}
          onChange={setIsSecret}
          label={text.secret}
          hint={text.secretHint}
          disabledReason={isLockedSecret ? text.staysSecret : null}
        />
        <Field label={text.description}>
          <Input value={description} maxLength={1_000} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <div className="flex gap-2 pt-1">
          <Button
            variant="primary"
            isLoading={busy === 'save'}
            disabledReason={whyNotWrite}
            onClick={() => void save()}
          >
            {isNew ? text.create : text.save}
          </Button>
          <Button asChild>
            <AppLink href={hrefs.variables}>{text.cancel}</AppLink>
          </Button>
        </div>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={text.removeAsk(nameOf(path ?? ''))}
        description={text.removeText}
        confirmLabel={text.remove}
        isDanger
        onConfirm={remove}
      />
    </Page>
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
