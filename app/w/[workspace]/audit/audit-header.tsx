'use client';

import type { FilterPreset } from '@/components/shell/filter-presets';
import { type ListFilterProps, ListHeader } from '@/components/shell/list-header';
import type { FilterField } from '@/components/ui/filter-suggestions';

const text = {
  title: 'Audit',
  subtitle:
    'Everything that somebody changed, ran or read here, also what was refused. Nobody can change or delete it.',
  settings: 'Settings',
  filter: 'Filter the audit',
  placeholder: 'who:ann action:script outcome:refused last:7d, or a path',
};

const PRESETS: readonly FilterPreset[] = [
  { id: 'all', label: 'All', words: [] },
  { id: 'refused', label: 'Refused', words: [{ field: 'outcome', value: 'refused' }] },
  { id: 'people', label: 'People', words: [{ field: 'action', value: 'member:' }] },
  { id: 'deploys', label: 'Scripts', words: [{ field: 'action', value: 'script:write' }] },
];

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

export type AuditHeaderProps = ListFilterProps & {
  settingsHref: string;
  /** usernames to choose from */
  people: readonly string[];
};

/** The head of the Audit page. */
export function AuditHeader({ settingsHref, people, ...props }: AuditHeaderProps) {
  return (
    <ListHeader
      {...props}
      title={text.title}
      subtitle={text.subtitle}
      breadcrumbs={[{ label: text.settings, href: settingsHref }]}
      presets={PRESETS}
      fields={fieldsFor(people)}
      label={text.filter}
      placeholder={text.placeholder}
    />
  );
}
