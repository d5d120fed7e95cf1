'use client';

import { type OwnerOption, PathField } from '@/components/editor/path-field';
import { Field } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { languageNamed, scriptLanguages } from './languages';
import type { ScriptDraft } from './script-draft';

const text = {
  language: 'Language',
  summary: 'Summary',
  summaryHint: 'One line: what people see in lists.',
  summaryPlaceholder: 'Sends the weekly report',
  description: 'Description',
  descriptionHint: 'What it does, what it needs, what to watch out for.',
  moves: (from: string) => `Deploying moves it here. ${from} goes to the trash; its history comes along.`,
};

export type SettingsPanelProps = {
  draft: ScriptDraft;
  onChange: (change: Partial<ScriptDraft>) => void;
  onLanguage: (language: string) => void;
  owners: readonly OwnerOption[];
  /** the path of the live version; null for a new script */
  livePath: string | null;
};

/** What the script is called and where it lives. */
export function SettingsPanel({ draft, onChange, onLanguage, owners, livePath }: SettingsPanelProps) {
  return (
    <div className="flex flex-col gap-5">
      <PathField value={draft.path} onChange={(path) => onChange({ path })} owners={owners} />
      {livePath !== null && livePath !== draft.path ? (
        <p className="-mt-2 text-xs text-warning">{text.moves(livePath)}</p>
      ) : null}
      <Field label={text.summary} hint={text.summaryHint}>
        <Input
          value={draft.summary}
          maxLength={200}
          placeholder={text.summaryPlaceholder}
          onChange={(event) => onChange({ summary: event.target.value })}
        />
      </Field>
      <Field label={text.description} hint={text.descriptionHint}>
        <Textarea
          rows={4}
          value={draft.description}
          onChange={(event) => onChange({ description: event.target.value })}
        />
      </Field>
      <Field label={text.language} hint={languageNamed(draft.language).hint}>
        <LanguageSelect language={draft.language} onChange={onLanguage} />
      </Field>
    </div>
  );
}

/** The languages; one that is stored under another client's name stays until another is chosen. */
export function LanguageSelect({ language, onChange }: { language: string; onChange: (language: string) => void }) {
  const known = languageNamed(language);
  const isOurs = scriptLanguages.some(({ id }) => id === known.id);
  const options = scriptLanguages.map(({ id, label, hint }) => ({ value: id, label, description: hint }));
  return (
    <Select
      options={isOurs ? options : [{ value: language, label: language }, ...options]}
      value={isOurs ? known.id : language}
      onChange={onChange}
      aria-label={text.language}
    />
  );
}
