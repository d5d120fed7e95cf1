'use client';

import { useState } from 'react';
import { type OwnerOption, PathField, pathProblem } from '@/components/editor/path-field';
import { completeValue, HiddenValue, ValueEditor } from '@/components/resource-editor/value-editor';
import { Combobox } from '@/components/ui/combobox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useFirstProblem } from '@/components/ui/use-first-problem';
import type { JsonValue } from '@/core/schema/model';
import { validateArgs } from '@/core/schema/validate';
import { useFormOptions } from '../scripts/script-data';
import { type ConnectionTesting, isTestable, TestButton, TestOutcome, useConnectionTest } from './connection-test';
import { resourceActions, resourceHrefs, type TypeLine, useResource, useResourceTypes } from './resource-data';
import { useValueSaving, ValueForm } from './value-form';
import { ValuePage } from './value-page';

const text = {
  type: 'Type',
  typeHint: 'What kind of connection it is. Another name makes a type of your own, kept as JSON.',
  typeMissing: 'Choose a type.',
  description: 'Description',
  saved: (path: string) => `${path} is saved.`,
  created: (path: string) => `${path} is made. Scripts refer to it as $res:${path}.`,
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
  const { workspaceId, path, owners, whyNotWrite = null } = props;
  const resource = useResource(workspaceId, path);
  const types = useResourceTypes(workspaceId);
  const connection = useConnectionTest(workspaceId, path);
  const isLoading = types.data === undefined || (path !== null && resource.data === undefined);
  return (
    <ValuePage
      workspaceId={workspaceId}
      noun="resource"
      path={path}
      owners={owners}
      whyNotWrite={whyNotWrite}
      error={resource.error ?? types.error}
      isLoading={isLoading}
    >
      {isLoading ? null : (
        <ResourceForm
          // What was restored or written elsewhere begins a new form.
          key={resource.data?.edited_at ?? 'new'}
          {...props}
          types={types.data ?? []}
          connection={connection}
          startType={resource.data?.resource_type ?? props.startType}
          startDescription={resource.data?.description ?? ''}
        />
      )}
    </ValuePage>
  );
}

interface FormProps extends Props {
  types: readonly TypeLine[];
  startDescription: string;
  /** outlives the form, which begins anew with what was saved before the test */
  connection: ConnectionTesting;
}

function ResourceForm(props: FormProps) {
  const { workspaceId, path, types, owners, connection, whyNotWrite = null } = props;
  const hrefs = resourceHrefs(workspaceId);
  const options = useFormOptions(workspaceId);
  const saving = useValueSaving(workspaceId);
  const draft = useResourceDraft(props);
  const { isNew, newPath, type, schema, problems } = draft;
  const [isDirty, setIsDirty] = useState(isNew);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const showFirst = useFirstProblem();
  const touched =
    <Value,>(set: (next: Value) => void) =>
    (next: Value) => {
      set(next);
      setIsDirty(true);
    };

  async function save(thenTo: string | null): Promise<boolean> {
    const { body } = draft;
    if (body === null) {
      setAreProblemsShown(true);
      showFirst();
      return false;
    }
    const isSaved = await saving.save(
      () =>
        path === null ? resourceActions.create(workspaceId, body) : resourceActions.update(workspaceId, path, body),
      isNew ? text.created(newPath) : text.saved(newPath),
      thenTo,
    );
    if (isSaved) setIsDirty(false);
    return isSaved;
  }
  async function test() {
    if (!isDirty || (await save(null))) await connection.test();
  }
  return (
    <ValueForm
      isNew={isNew}
      saving={saving}
      whyNotWrite={whyNotWrite}
      // A new connection is best tried out at once: its own page has the button.
      onSave={() => void save(isNew && isTestable(type) ? hrefs.edit(newPath) : hrefs.list)}
      listHref={hrefs.list}
      extra={
        isNew || !isTestable(type) ? null : (
          <TestButton isDirty={isDirty} isTesting={connection.isTesting} onTest={() => void test()} />
        )
      }
    >
      {connection.outcome === null ? null : <TestOutcome workspaceId={workspaceId} outcome={connection.outcome} />}
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
          onChange={touched(draft.setType)}
        />
      </Field>
      {isNew ? (
        <PathField
          value={newPath}
          onChange={draft.setNewPath}
          owners={owners}
          error={areProblemsShown ? pathProblem(newPath) : null}
        />
      ) : null}
      {type === null ? null : draft.isValueShown ? (
        <ValueEditor
          key={type}
          schema={schema}
          value={draft.value}
          onChange={touched(draft.setValue)}
          onBroken={draft.setBroken}
          problems={problems}
          areProblemsShown={areProblemsShown}
          options={{ ...options, newVariableHref: hrefs.newVariable }}
        />
      ) : (
        <HiddenValue onReveal={() => void saving.reveal(draft.reveal)} isLoading={saving.busy === 'reveal'} />
      )}
      <Field label={text.description}>
        <Input
          value={draft.description}
          maxLength={1_000}
          onChange={(event) => touched(draft.setDescription)(event.target.value)}
        />
      </Field>
    </ValueForm>
  );
}

/** A resource as it stands in the form. `body` is what to send; null while something is missing or wrong. */
function useResourceDraft({ workspaceId, path, types, startPath, startType, startDescription }: FormProps) {
  const isNew = path === null;
  const [newPath, setNewPath] = useState(startPath);
  const [type, setType] = useState(startType);
  const [description, setDescription] = useState(startDescription);
  const [value, setValue] = useState<JsonValue>(null);
  const [isValueShown, setIsValueShown] = useState(isNew);
  const [broken, setBroken] = useState<string | null>(null);
  const schema = types.find(({ name }) => name === type)?.schema ?? null;
  const complete = completeValue(schema, value);
  const problems =
    schema !== null && typeof complete === 'object' && complete !== null && !Array.isArray(complete)
      ? validateArgs(schema, complete)
      : [];
  const isWrong = pathProblem(newPath) !== null || broken !== null || (isValueShown && problems.length > 0);
  const body =
    isWrong || type === null
      ? null
      : { path: newPath, resource_type: type, description, ...(isValueShown ? { value: complete } : {}) };

  async function reveal() {
    if (path === null) return;
    setValue(await resourceActions.value(workspaceId, path));
    setIsValueShown(true);
  }
  return {
    isNew,
    ...{ newPath, setNewPath, type, setType, description, setDescription, value, setValue, isValueShown, setBroken },
    schema,
    problems,
    body,
    reveal,
  };
}
