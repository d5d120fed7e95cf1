'use client';

import { Download } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { cx } from '@/components/ui/cx';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { FilterBar } from '@/components/ui/filter-bar';
import type { FilterField } from '@/components/ui/filter-suggestions';
import { PageHeader } from '@/components/ui/page-header';
import type { FilterWord } from '@/core/job/filter-text';
import { type FilterPreset, presetOf } from './filter-presets';
import { useShortcut } from './shortcut-provider';

const text = {
  presets: 'Often wanted',
  export: 'Export',
  exportLabel: 'Save the whole filtered list',
  csv: 'CSV',
  json: 'JSON',
  copy: 'Copy a link to this list',
};

/** What the lists with a filter bar give their readers to change and to take along. */
export interface ListFilterProps {
  words: readonly FilterWord[];
  /** words of the filter that could not be understood */
  problems: readonly string[];
  onFilter: (words: readonly FilterWord[]) => void;
  onExport: (form: 'csv' | 'json') => void;
  isExporting: boolean;
}

export type ListHeaderProps = ListFilterProps & {
  title: string;
  subtitle?: ReactNode;
  breadcrumbs?: { label: string; href: string }[];
  presets: readonly FilterPreset[];
  fields: FilterField[];
  /** names the filter bar */
  label: string;
  placeholder: string;
};

/** The head of a long list: title, the filter with what is often wanted, and what one can do with the list. */
export function ListHeader(props: ListHeaderProps) {
  const { title, subtitle, breadcrumbs, presets, words, problems, onFilter, onExport, isExporting } = props;
  const current = presetOf(presets, words);
  const barRef = useRef<HTMLDivElement>(null);
  useShortcut('filter.focus', () => barRef.current?.querySelector('input')?.focus());
  return (
    <>
      <PageHeader
        title={title}
        subtitle={subtitle}
        {...(breadcrumbs === undefined ? {} : { breadcrumbs })}
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
          {presets.map((preset) => (
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
            label={props.label}
            placeholder={props.placeholder}
            fields={props.fields}
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
