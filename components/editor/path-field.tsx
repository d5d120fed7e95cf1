'use client';

import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { isItemPath, splitPath } from '@/core/path';

const text = {
  where: 'Where',
  whereHint: 'Who may see and change it',
  name: 'Name',
  nameHint: 'Letters, digits, - and _. A slash makes a subfolder.',
  missing: 'Give it a name.',
  wrong: 'A name has letters, digits, -, _ and . only.',
};

/** A place one may put things into: `u/ada`, `f/ops`. */
export type OwnerOption = { value: string; label: string; description?: string };

export type PathFieldProps = {
  value: string;
  onChange: (path: string) => void;
  owners: readonly OwnerOption[];
  /** Said by the server, about the path as a whole. */
  error?: string | null;
  isNameFocused?: boolean;
};

/** What is wrong with a path; null when nothing is. */
export function pathProblem(path: string): string | null {
  if (isItemPath(path)) return null;
  return splitPath(path).name === '' ? text.missing : text.wrong;
}

/** Where something lives: whose it is, and its name there. */
export function PathField({ value, onChange, owners, error = null, isNameFocused = false }: PathFieldProps) {
  const { kind, owner, name } = splitPath(value);
  const place = `${kind}/${owner}`;
  const isListed = owners.some((option) => option.value === place);
  const options = isListed ? owners : [{ value: place, label: place }, ...owners];
  const problem = error ?? (name === '' ? null : pathProblem(value));
  return (
    <div className="grid gap-x-3 gap-y-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Field label={text.where} hint={text.whereHint}>
        <Select options={[...options]} value={place} onChange={(next) => onChange(`${next}/${name}`)} />
      </Field>
      <Field label={text.name} hint={text.nameHint} error={problem} isRequired>
        <Input
          value={name}
          autoFocus={isNameFocused}
          // A name that was made up is typed over.
          onFocus={(event) => isNameFocused && event.target.select()}
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
          onChange={(event) => onChange(`${place}/${event.target.value.trim().replaceAll(/\s+/g, '_')}`)}
        />
      </Field>
    </div>
  );
}
