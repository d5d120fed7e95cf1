'use client';

import { Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { SchemaForm } from '@/components/schema-form/schema-form';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { MessagePage } from '@/components/ui/message-page';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { isTypeName, TYPE_NAME_RULE } from '@/core/resource/type/model';
import { type Args, type ArgsSchema, parseArgsSchema } from '@/core/schema/model';
import { useFormOptions } from '../scripts/script-data';
import { isBuiltIn, resourceHrefs, type TypeLine, typeActions, useResources, useResourceTypes } from './resource-data';
import { useValuesChanged } from './value-data';
import { useValueSaving, ValueForm } from './value-form';

const text = {
  list: 'Types',
  new: 'New resource type',
  name: 'Name',
  nameHint: 'What scripts ask for: a parameter of this type shows a picker of these resources.',
  description: 'Description',
  schema: 'Schema',
  schemaHint: 'JSON Schema. "password": true hides a field, "order" says in which order the form shows them.',
  preview: 'The form it makes',
  previewHint: 'Nothing typed here is kept.',
  noFields: 'No fields yet: such a resource is kept as JSON.',
  broken: (why: string) => `This is not JSON yet: ${why}`,
  builtIn: 'This type comes with Fantail. Saving makes a version of your own for this workspace.',
  remove: 'Delete',
  removeAsk: (name: string) => `Delete the type ${name}?`,
  removeText: 'Scripts that ask for it show a field for JSON from then on.',
  usedBy: (count: number, first: string) =>
    count === 1 ? `${first} is of this type.` : `${count} resources are of this type, ${first} first.`,
  removed: (name: string) => `The type ${name} is deleted.`,
  notRemoved: 'It was not deleted.',
  saved: (name: string) => `The type ${name} is saved.`,
  missing: 'There is no such type',
  missingText: (name: string) => `This workspace has no resource type ${name}.`,
};

const START: ArgsSchema = {
  type: 'object',
  properties: {
    url: { type: 'string', title: 'URL', format: 'uri' },
    token: { type: 'string', title: 'Token', password: true },
  },
  required: ['url'],
  order: ['url', 'token'],
};

interface Props {
  workspaceId: string;
  /** null: a new one */
  name: string | null;
}

/** Makes a resource type, or changes one. */
export function TypeEditor({ workspaceId, name }: Props) {
  const types = useResourceTypes(workspaceId);
  const type = types.data?.find((one) => one.name === name) ?? null;
  const hrefs = resourceHrefs(workspaceId);
  if (types.error !== null) {
    return (
      <Page>
        <Banner tone="danger">{types.error.message}</Banner>
      </Page>
    );
  }
  if (types.data === undefined) {
    return (
      <Page>
        <SkeletonRows rows={6} />
      </Page>
    );
  }
  if (name !== null && type === null) {
    const back = (
      <Button asChild>
        <AppLink href={hrefs.types}>{text.list}</AppLink>
      </Button>
    );
    return (
      <MessagePage isInShell title={text.missing} action={back}>
        {text.missingText(name)}
      </MessagePage>
    );
  }
  return (
    <Page>
      <PageHeader
        title={name === null ? text.new : <span className="font-mono">{name}</span>}
        breadcrumbs={[{ label: text.list, href: hrefs.types }]}
        actions={type === null || isBuiltIn(type) ? undefined : <Remove workspaceId={workspaceId} name={type.name} />}
      />
      <TypeForm key={name ?? ''} workspaceId={workspaceId} type={type} />
    </Page>
  );
}

function Remove({ workspaceId, name }: { workspaceId: string; name: string }) {
  const router = useRouter();
  const changed = useValuesChanged(workspaceId);
  const resources = useResources(workspaceId);
  const [isAsking, setIsAsking] = useState(false);
  const using = (resources.data ?? []).filter(({ resource_type }) => resource_type === name);
  async function remove() {
    try {
      await typeActions.remove(workspaceId, name);
    } catch (error) {
      notifyError(text.notRemoved, { detail: error instanceof Error ? error.message : String(error) });
      return;
    }
    notifySuccess(text.removed(name));
    router.push(toRoute(resourceHrefs(workspaceId).types));
    await changed();
  }
  return (
    <>
      <Button
        variant="ghost"
        icon={<Trash2 />}
        disabledReason={using[0] === undefined ? null : text.usedBy(using.length, using[0].path)}
        onClick={() => setIsAsking(true)}
      >
        {text.remove}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={text.removeAsk(name)}
        description={text.removeText}
        confirmLabel={text.remove}
        isDanger
        onConfirm={remove}
      />
    </>
  );
}

/** What the typed text means; what cannot be read keeps the schema before it. */
function useSchemaText(start: ArgsSchema) {
  const [typed, setTyped] = useState(() => JSON.stringify(start, null, 2));
  const [schema, setSchema] = useState(start);
  const [problem, setProblem] = useState<string | null>(null);
  function take(next: string) {
    setTyped(next);
    try {
      setSchema(parseArgsSchema(JSON.parse(next)));
      setProblem(null);
    } catch (error) {
      setProblem(text.broken(error instanceof Error ? error.message : String(error)));
    }
  }
  return { typed, schema, problem, take };
}

function TypeForm({ workspaceId, type }: { workspaceId: string; type: TypeLine | null }) {
  const hrefs = resourceHrefs(workspaceId);
  const saving = useValueSaving(workspaceId);
  const [name, setName] = useState(type?.name ?? '');
  const [description, setDescription] = useState(type?.description ?? '');
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const { typed, schema, problem, take } = useSchemaText(type?.schema ?? START);
  const isDeclared = type !== null && !isBuiltIn(type);
  const nameProblem = isTypeName(name) ? null : TYPE_NAME_RULE;
  function save() {
    if (nameProblem !== null || problem !== null) {
      setAreProblemsShown(true);
      return;
    }
    const body = { description, schema };
    void saving.save(
      () =>
        isDeclared
          ? typeActions.update(workspaceId, type.name, body)
          : typeActions.create(workspaceId, { ...body, name }),
      text.saved(name),
      hrefs.types,
    );
  }
  return (
    <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-2">
      <ValueForm isNew={!isDeclared} saving={saving} whyNotWrite={null} onSave={save} listHref={hrefs.types}>
        {type !== null && isBuiltIn(type) ? <Banner>{text.builtIn}</Banner> : null}
        {type === null ? (
          <Field label={text.name} hint={text.nameHint} isRequired error={areProblemsShown ? nameProblem : null}>
            <Input
              value={name}
              autoFocus
              spellCheck={false}
              autoCapitalize="none"
              className="font-mono"
              onChange={(event) => setName(event.target.value.trim())}
            />
          </Field>
        ) : null}
        <Field label={text.description}>
          <Input value={description} maxLength={1_000} onChange={(event) => setDescription(event.target.value)} />
        </Field>
        <Field label={text.schema} hint={text.schemaHint} error={problem} isGroup>
          <LazyCodeEditor value={typed} onChange={take} language="json" label={text.schema} height="grow" isFramed />
        </Field>
      </ValueForm>
      <Preview workspaceId={workspaceId} schema={schema} />
    </div>
  );
}

function Preview({ workspaceId, schema }: { workspaceId: string; schema: ArgsSchema }) {
  const options = useFormOptions(workspaceId);
  const [value, setValue] = useState<Args>({});
  return (
    <Card title={text.preview} subtitle={text.previewHint}>
      {Object.keys(schema.properties).length === 0 ? (
        <p className="text-sm text-muted">{text.noFields}</p>
      ) : (
        <SchemaForm
          schema={schema}
          value={value}
          onChange={setValue}
          problems={[]}
          areAllProblemsShown={false}
          label={text.preview}
          {...options}
          newVariableHref={resourceHrefs(workspaceId).newVariable}
        />
      )}
    </Card>
  );
}
