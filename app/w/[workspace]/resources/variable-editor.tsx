'use client';

import { useState } from 'react';
import { type OwnerOption, PathField, pathProblem } from '@/components/editor/path-field';
import type { VariableRow } from '@/components/resource-editor/resource-table';
import { HiddenValue } from '@/components/resource-editor/value-editor';
import { Banner } from '@/components/ui/banner';
import { Field } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { Switch } from '@/components/ui/switch';
import { useFirstProblem } from '@/components/ui/use-first-problem';
import { reachOfMasking } from '@/core/resource/masking';
import { resourceHrefs, useVariable, variableActions } from './resource-data';
import { useValueSaving, ValueForm } from './value-form';
import { ValuePage } from './value-page';

const text = {
  value: 'Value',
  valueHint: 'Stored encrypted. Arguments refer to it as $var:path.',
  secret: 'Secret',
  secretHint: 'It is never listed, and hidden in logs and results.',
  short: {
    everywhere: null,
    whole: 'Too short to be hidden everywhere: in logs and within longer texts it is shown. Use 6 characters or more.',
    nowhere: 'Too short to be hidden: logs and results show it. Use 6 characters or more.',
  },
  staysSecret: 'To make it plain, show or replace its value.',
  description: 'Description',
  saved: (path: string) => `${path} is saved.`,
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
  const { workspaceId, path, owners, whyNotWrite = null } = props;
  const variable = useVariable(workspaceId, path);
  const isLoading = path !== null && variable.data === undefined;
  return (
    <ValuePage
      workspaceId={workspaceId}
      noun="variable"
      path={path}
      owners={owners}
      whyNotWrite={whyNotWrite}
      error={variable.error}
      isLoading={isLoading}
    >
      {isLoading ? null : (
        <VariableForm key={variable.data?.edited_at ?? 'new'} {...props} stored={variable.data ?? null} />
      )}
    </ValuePage>
  );
}

function VariableForm(props: Props & { stored: VariableRow | null }) {
  const { workspaceId, path, owners, stored, whyNotWrite = null } = props;
  const hrefs = resourceHrefs(workspaceId);
  const saving = useValueSaving(workspaceId);
  const isNew = path === null;
  const [newPath, setNewPath] = useState(props.startPath);
  const [isSecret, setIsSecret] = useState(stored?.is_secret ?? true);
  const [description, setDescription] = useState(stored?.description ?? '');
  const [value, setValue] = useState(stored?.value ?? '');
  const [isValueShown, setIsValueShown] = useState(isNew || stored?.is_secret === false);
  const [areProblemsShown, setAreProblemsShown] = useState(false);
  const showFirst = useFirstProblem();

  function save() {
    if (pathProblem(newPath) !== null) {
      setAreProblemsShown(true);
      showFirst();
      return;
    }
    const body = { path: newPath, description, is_secret: isSecret, ...(isValueShown ? { value } : {}) };
    void saving.save(
      () => (isNew ? variableActions.create(workspaceId, body) : variableActions.update(workspaceId, path, body)),
      text.saved(newPath),
      hrefs.variables,
    );
  }
  async function reveal() {
    if (path === null) return;
    setValue(await variableActions.value(workspaceId, path));
    setIsValueShown(true);
  }
  const tooShort = isValueShown && value.trim() !== '' ? text.short[reachOfMasking(value)] : null;
  const isLockedSecret = !isNew && !isValueShown && stored?.is_secret === true;
  return (
    <ValueForm isNew={isNew} saving={saving} whyNotWrite={whyNotWrite} onSave={save} listHref={hrefs.variables}>
      {isNew ? (
        <PathField
          value={newPath}
          onChange={setNewPath}
          owners={owners}
          error={areProblemsShown ? pathProblem(newPath) : null}
          isNameFocused
        />
      ) : null}
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
        <HiddenValue onReveal={() => void saving.reveal(reveal)} isLoading={saving.busy === 'reveal'} />
      )}
      {isSecret && tooShort !== null ? <Banner tone="warning">{tooShort}</Banner> : null}
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
    </ValueForm>
  );
}
