'use client';

import { Download } from 'lucide-react';
import { useRef } from 'react';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { cx } from '@/components/ui/cx';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { FilterBar, type FilterField } from '@/components/ui/filter-bar';
import { PageHeader } from '@/components/ui/page-header';
import type { FilterWord } from '@/core/job/filter-text';

const text = {
  title: 'Audit',
  subtitle:
    'Everything that somebody changed, ran or read here, also what was refused. Nobody can change or delete it.',
  settings: 'Settings',
  filter: 'Filter the audit',
  placeholder: 'who:ann action:script outcome:refused last:7d, or a path',
  presets: 'Often wanted',
  export: 'Export',
  exportLabel: 'Save the whole filtered list',
  csv: 'CSV',
  json: 'JSON',
  copy: 'Copy a link to this list',
};

const PRESETS: readonly { id: string; label: string; words: readonly FilterWord[] }[] = [
  { id: 'all', label: 'All', words: [] },
  { id: 'refused', label: 'Refused', words: [{ field: 'outcome', value: 'refused' }] },
  { id: 'people', label: 'People', words: [{ field: 'action', value: 'member:' }] },
  { id: 'deploys', label: 'Scripts', words: [{ field: 'action', value: 'script:write' }] },
];

const isSame = (one: readonly FilterWord[], other: readonly FilterWord[]): boolean =>
  one.length === other.length &&
  one.every((word, place) => word.field === other[place]?.field && word.value === other[place]?.value);

const option = (value: string, label: string) => ({ value, label });

const fieldsFor = (people: readonly string[]): FilterField[] => [
  { id: 'who', label: 'who', hint: 'a username', options: people.map((name) => option(name, name)) },
  {
    id: 'action',
    label: 'action',
    hint: 'what one has to be allowed to do',
    options: [
      option('script:write', 'Change scripts'),
      option('script:run', 'Run scripts'),
      option('script:preview', 'Try out scripts'),
      option('job:cancel', 'Cancel runs'),
      option('resource:', 'Resources'),
      option('variable:', 'Variables'),
      option('member:', 'Members'),
      option('group:', 'Groups'),
      option('folder:', 'Folders'),
      option('workspace:', 'The workspace itself'),
    ],
  },
  {
    id: 'outcome',
    label: 'outcome',
    hint: 'done or refused',
    options: [option('done', 'Done'), option('refused', 'Refused')],
  },
  {
    id: 'kind',
    label: 'kind',
    hint: 'what happened to the object',
    options: [
      option('create', 'Made'),
      option('update', 'Changed or read'),
      option('delete', 'Deleted'),
      option('execute', 'Ran'),
    ],
  },
  { id: 'object', label: 'object', hint: 'part of a path or name' },
  {
    id: 'last',
    label: 'last',
    hint: 'within 30m, 24h, 7d, 2w',
    options: [option('24h', 'Last 24 hours'), option('7d', 'Last 7 days'), option('30d', 'Last 30 days')],
  },
  { id: 'from', label: 'from', hint: 'a day or time: 2026-11-22' },
  { id: 'to', label: 'to', hint: 'a day or time, included' },
];

export type AuditHeaderProps = {
  settingsHref: string;
  words: readonly FilterWord[];
  /** usernames to choose from */
  people: readonly string[];
  /** words of the filter that could not be understood */
  problems: readonly string[];
  onFilter: (words: readonly FilterWord[]) => void;
  onExport: (form: 'csv' | 'json') => void;
  isExporting: boolean;
};

/** The page's head: where one is, the filter, and what one can do with the list. */
export function AuditHeader(props: AuditHeaderProps) {
  const { settingsHref, words, people, problems, onFilter, onExport, isExporting } = props;
  const barRef = useRef<HTMLDivElement>(null);
  useShortcut('filter.focus', () => barRef.current?.querySelector('input')?.focus());
  return (
    <>
      <PageHeader
        title={text.title}
        subtitle={text.subtitle}
        breadcrumbs={[{ label: text.settings, href: settingsHref }]}
        className="pb-4"
        actions={
          <>
            <CopyButton value={() => window.location.href} label={text.copy} size="md" />
            <DropdownMenu
              label={text.exportLabel}
              trigger={
                <Button icon={<Download />} isLoading={isExporting}>
                  {text.export}
                </Button>
              }
              entries={[
                { id: 'csv', label: text.csv, onSelect: () => onExport('csv') },
                { id: 'json', label: text.json, onSelect: () => onExport('json') },
              ]}
            />
          </>
        }
      />
      <div className="mb-3 flex flex-col gap-2 lg:flex-row lg:items-start">
        <fieldset className="flex shrink-0 flex-wrap gap-1">
          <legend className="sr-only">{text.presets}</legend>
          {PRESETS.map((preset) => (
            <button
              key={preset.id}
              type="button"
              aria-pressed={isSame(preset.words, words)}
              onClick={() => onFilter(preset.words)}
              className={cx(
                'touch-target h-8 rounded-md px-2.5 text-sm text-muted hover:bg-hover hover:text-text',
                isSame(preset.words, words) && 'bg-selected font-medium text-text hover:bg-selected',
              )}
            >
              {preset.label}
            </button>
          ))}
        </fieldset>
        <div ref={barRef} className="min-w-0 flex-1">
          <FilterBar
            label={text.filter}
            placeholder={text.placeholder}
            fields={fieldsFor(people)}
            tokens={words.map(({ field, value }) => ({ field, value }))}
            onChange={onFilter}
          />
          {problems.map((problem) => (
            <p key={problem} role="status" className="mt-1 text-xs text-warning">
              {problem}
            </p>
          ))}
        </div>
      </div>
    </>
  );
}
