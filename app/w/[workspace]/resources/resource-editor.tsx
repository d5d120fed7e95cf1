'use client';

import { Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type OwnerOption, PathField, pathProblem } from '@/components/editor/path-field';
import { completeValue, HiddenValue, ValueEditor } from '@/components/resource-editor/value-editor';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Combobox } from '@/components/ui/combobox';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { MessagePage } from '@/components/ui/message-page';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { nameOf } from '@/core/path';
import type { JsonValue } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import { useFormOptions } from '../scripts/script-data';
import {
  resourceActions,
  resourceHrefs,
  type TypeLine,
  useResource,
  useResourceTypes,
  useValuesChanged,
} from './resource-data';

const text = {
  list: 'Resources',
  new: 'New resource',
  type: 'Type',
  typeHint: 'What kind of connection it is. Another name makes a type of your own, kept as JSON.',
  typeMissing: 'Choose a type.',
  description: 'Description',
  save: 'Save',
  create: 'Create',
  cancel: 'Cancel',
  remove: 'Delete',
  removeAsk: (path: string) => `Delete ${path}?`,
  removeText: 'Scripts that refer to it fail from then on. Its value cannot be brought back.',
  removed: (path: string) => `${path} is deleted.`,
  saved: (path: string) => `${path} is saved.`,
  created: (path: string) => `${path} is made. Scripts refer to it as $res:${path}.`,
  notSaved: 'It was not saved.',
  notRemoved: 'It was not deleted.',
  notRevealed: 'The value was not shown.',
  missing: 'There is no such resource',
  missingText: (path: string) => `${path} does not exist, or you may not see it.`,
};

interface Props {
  workspaceId: string;
  /** null: a new one */
  path: string | null;
  startPath: string;
  startType: string | null;
  owners: readonly OwnerOption[];
  whyNotWrite?: string | null;
}

/** Makes a resource or changes one. */
export function ResourceEditor(props: Props) {
  const { workspaceId, path } = props;
  const resource = useResource(workspaceId, path);
  const types = useResourceTypes(workspaceId);
  if (resource.error?.status === 404) {
    return (
      <MessagePage
        title={text.missing}
        action={
          <Button asChild>
            <AppLink href={resourceHrefs(workspaceId).list}>{text.list}</AppLink>
          </Button>
        }
      >
        {text.missingText(path ?? '')}
      </MessagePage>
    );
  }
  const error = resource.error ?? types.error;
  if (error !== null) {
    return (
      <Page width="narrow">
        <Banner tone="danger">{error.message}</Banner>
      </Page>
    );
  }
  if (types.data === undefined || (path !== null && resource.data === undefined)) {
    return (
      <Page width="narrow">
        <SkeletonRows rows={6} />
      </Page>
    );
  }
  return (
    <Form
      {...props}
      types={types.data}
      startType={resource.data?.resource_type ?? props.startType}
      startDescription={resource.data?.description ?? ''}
    />
  );
}

function Form(props: Props & { types: readonly TypeLine[]; startDescription: string }) {
  const { workspaceId, path, types, owners, whyNotWrite = null } = props;
  const router = useRouter();
  const hrefs = resourceHrefs(workspaceId);
  const changed = useValuesChanged(workspaceId);
  const options = useFormOptions(workspaceId);
  const isNew = path === null;
  const [newPath, setNewPath] = useState(props.startPath);
  const [type, setType] = useState(props.startType);
  const [description, setDescription] = useState(props.startDescription);
  const [value, setValue] = useState<JsonValue>(null);
  const [isValueShown, setIsValueShown] = useState(isNew);
  const [broken, setBroken] = useState<string | null>(null);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const [busy, setBusy] = useState<'save' | 'reveal' | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const schema = types.find(({ name }) => name === type)?.schema ?? null;
  const complete = completeValue(schema, value);
  const problems =
    schema !== null && typeof complete === 'object' && complete !== null && !Array.isArray(complete)
      ? validateArgs(schema, complete)
      : [];

  async function save() {
    const isWrong = pathProblem(newPath) !== null || type === null || broken !== null;
    if (isWrong || (isValueShown && problems.length > 0) || type === null) {
      setAreProblemsShown(true);
      return;
    }
    setBusy('save');
    setFailure(null);
    try {
      const body = { path: newPath, resource_type: type, description, ...(isValueShown ? { value: complete } : {}) };
      await (isNew ? resourceActions.create(workspaceId, body) : resourceActions.update(workspaceId, path, body));
      await changed();
      notifySuccess(isNew ? text.created(newPath) : text.saved(newPath));
      router.push(toRoute(hrefs.list));
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(null);
    }
  }
  async function reveal() {
    if (path === null) return;
    setBusy('reveal');
    try {
      setValue(await resourceActions.value(workspaceId, path));
      setIsValueShown(true);
    } catch (error) {
      notifyError(text.notRevealed, { detail: messageOf(error) });
    }
    setBusy(null);
  }
  async function remove() {
    if (path === null) return;
    try {
      await resourceActions.remove(workspaceId, path);
      await changed();
      notifySuccess(text.removed(path));
      router.push(toRoute(hrefs.list));
    } catch (error) {
      notifyError(text.notRemoved, { detail: messageOf(error) });
    }
  }
  const nameProblem = areProblemsShown ? pathProblem(newPath) : null;
  return (
    <Page width="narrow">
      <PageHeader
        title={isNew ? text.new : nameOf(path)}
        subtitle={isNew ? undefined : <span className="font-mono text-xs">{path}</span>}
        breadcrumbs={[{ label: text.list, href: hrefs.list }]}
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
        <Field
          label={text.type}
          hint={text.typeHint}
          isRequired
          error={areProblemsShown && type === null ? text.typeMissing : null}
        >
          <Combobox
            isFree
            options={types.map((one) => ({ value: one.name, label: one.name, description: one.description }))}
            value={type}
            onChange={setType}
          />
        </Field>
        <PathField value={newPath} onChange={setNewPath} owners={owners} error={nameProblem} />
        {type === null ? null : isValueShown ? (
          <ValueEditor
            key={type}
            schema={schema}
            value={value}
            onChange={setValue}
            onBroken={setBroken}
            problems={problems}
            areProblemsShown={areProblemsShown}
            options={{ ...options, newVariableHref: hrefs.newVariable }}
          />
        ) : (
          <HiddenValue onReveal={() => void reveal()} isLoading={busy === 'reveal'} />
        )}
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
            <AppLink href={hrefs.list}>{text.cancel}</AppLink>
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
