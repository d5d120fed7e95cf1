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
import { presetOf, presets } from './run-words';

const text = {
  title: 'Runs',
  own: 'My runs',
  filter: 'Filter runs',
  placeholder: 'status:failed path:f/ops/* user:@me last:7d, or any words',
  presets: 'Often wanted',
  export: 'Export',
  exportLabel: 'Save the whole filtered list',
  csv: 'CSV',
  json: 'JSON',
  copy: 'Copy a link to this list',
};

export type RunsHeaderProps = {
  isOwnOnly: boolean;
  words: readonly FilterWord[];
  fields: FilterField[];
  /** Words of the filter that could not be understood. */
  problems: readonly string[];
  onFilter: (words: readonly FilterWord[]) => void;
  onExport: (form: 'csv' | 'json') => void;
  isExporting: boolean;
};

/** The page's head: title, the filter with what is often wanted, and what one can do with the list. */
export function RunsHeader(props: RunsHeaderProps) {
  const { isOwnOnly, words, fields, problems, onFilter, onExport, isExporting } = props;
  const barRef = useRef<HTMLDivElement>(null);
  useShortcut('filter.focus', () => barRef.current?.querySelector('input')?.focus());
  const current = presetOf(words);
  const offered = isOwnOnly ? presets.filter(({ id }) => id !== 'mine') : presets;
  return (
    <>
      <PageHeader
        title={isOwnOnly ? text.own : text.title}
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
          {offered.map((preset) => (
            <button
              key={preset.id}
              type="button"
              aria-pressed={preset.id === current}
              onClick={() => onFilter(preset.words)}
              className={cx(
                'touch-target h-8 rounded-md px-2.5 text-sm text-muted hover:bg-hover hover:text-text',
                preset.id === current && 'bg-selected font-medium text-text hover:bg-selected',
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
            fields={fields}
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
