'use client';

import { Shapes } from 'lucide-react';
import { useState } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/empty-state';
import { type Column, Table } from '@/components/ui/table';
import { hasWords, ListFrame } from './list-frame';
import { isBuiltIn, resourceHrefs, type TypeLine, useResources, useResourceTypes } from './resource-data';

const text = {
  caption: 'Resource types',
  name: 'Name',
  fields: 'Fields',
  description: 'Description',
  used: 'Resources',
  builtIn: 'built in',
  none: 'No types',
  noneText: 'A type says what a resource consists of.',
};

interface Props {
  workspaceId: string;
}

/** The types that resources can have: those that come with the product, and the workspace's own. */
export function TypeList({ workspaceId }: Props) {
  const hrefs = resourceHrefs(workspaceId);
  const list = useResourceTypes(workspaceId);
  const resources = useResources(workspaceId);
  const [search, setSearch] = useState('');
  const shown = (list.data ?? []).filter((type) => hasWords(search, type.name, type.description));
  const countOf = (name: string) => (resources.data ?? []).filter(({ resource_type }) => resource_type === name).length;
  const columns: Column<TypeLine>[] = [
    {
      id: 'name',
      header: text.name,
      isTitle: true,
      cell: (type) => (
        <span className="flex flex-wrap items-center gap-2">
          <AppLink
            href={hrefs.editType(type.name)}
            className="rounded-sm font-mono text-xs font-medium break-all after:absolute after:inset-0"
          >
            {type.name}
          </AppLink>
          {isBuiltIn(type) ? <Badge>{text.builtIn}</Badge> : null}
        </span>
      ),
    },
    {
      id: 'fields',
      header: text.fields,
      cell: ({ schema }) => (
        <span className="line-clamp-2 font-mono text-xs text-muted">
          {(schema.order ?? Object.keys(schema.properties)).join(', ') || '–'}
        </span>
      ),
    },
    {
      id: 'description',
      header: text.description,
      isHiddenOnPhone: true,
      cell: ({ description }) => <span className="line-clamp-1 text-muted">{description}</span>,
    },
    { id: 'used', header: text.used, width: '6rem', align: 'right', cell: ({ name }) => countOf(name) },
  ];
  return (
    <ListFrame
      list={list}
      isFiltered={search !== ''}
      shown={shown.length}
      search={search}
      onSearch={setSearch}
      onClear={() => setSearch('')}
      filter={null}
      empty={
        <EmptyState icon={<Shapes />} title={text.none}>
          {text.noneText}
        </EmptyState>
      }
    >
      <Table isPlain caption={text.caption} columns={columns} rows={shown} rowKey={({ name }) => name} />
    </ListFrame>
  );
}
