'use client';

import { KeyRound, Plug, Plus } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { ResourceTable, VariableTable } from '@/components/resource-editor/resource-table';
import { Page } from '@/components/shell/page';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Select } from '@/components/ui/select';
import { Tabs } from '@/components/ui/tabs';
import { hasWords, ListFrame } from './list-frame';
import { resourceHrefs, useResources, useVariables } from './resource-data';
import { TypeList } from './type-list';

const text = {
  title: 'Resources',
  subtitle: 'Connections and values that scripts take as arguments. They are stored encrypted.',
  tabs: 'Kinds of values',
  resources: 'Resources',
  variables: 'Variables',
  types: 'Types',
  newResource: 'New resource',
  newVariable: 'New variable',
  newType: 'New type',
  type: 'Type',
  anyType: 'Any type',
  noResources: 'No resources yet',
  noResourcesText: 'A resource is a connection with a type, such as a database. Scripts take it as an argument.',
  noVariables: 'No variables yet',
  noVariablesText: 'A variable is a single value, secret or not. Arguments refer to it as $var:path.',
  newDatabase: 'New PostgreSQL resource',
};

const ANY = 'any type';
const TABS = ['resources', 'variables', 'types'] as const;

interface Props {
  workspaceId: string;
}

/** The Resources page; which list is open stands in the address. */
export function ResourcesPage({ workspaceId }: Props) {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const hrefs = resourceHrefs(workspaceId);
  const tab = TABS.find((id) => id === params.get('tab')) ?? 'resources';
  const create = {
    resources: { href: hrefs.new, label: text.newResource, keys: keysOf('create.resource') },
    variables: { href: hrefs.newVariable, label: text.newVariable, keys: keysOf('create.variable') },
    types: { href: hrefs.newType, label: text.newType, keys: undefined },
  }[tab];
  return (
    <Page>
      <PageHeader
        title={text.title}
        subtitle={text.subtitle}
        actions={
          <Button variant="primary" {...(create.keys === undefined ? {} : { keys: create.keys })} asChild>
            <AppLink href={create.href}>
              <Plus /> {create.label}
            </AppLink>
          </Button>
        }
      />
      <Tabs
        label={text.tabs}
        value={tab}
        onChange={(id) => router.replace(toRoute(id === 'resources' ? path : `${path}?tab=${id}`), { scroll: false })}
        tabs={[
          {
            id: 'resources',
            label: text.resources,
            content: <ResourceList workspaceId={workspaceId} />,
          },
          {
            id: 'variables',
            label: text.variables,
            content: <VariableList workspaceId={workspaceId} />,
          },
          { id: 'types', label: text.types, content: <TypeList workspaceId={workspaceId} /> },
        ]}
      />
    </Page>
  );
}

function ResourceList({ workspaceId }: Props) {
  const hrefs = resourceHrefs(workspaceId);
  const list = useResources(workspaceId);
  const [search, setSearch] = useState('');
  const [type, setType] = useState(ANY);
  const all = list.data ?? [];
  const types = [...new Set(all.map(({ resource_type }) => resource_type))].toSorted();
  const shown = all.filter(
    (row) => (type === ANY || row.resource_type === type) && hasWords(search, row.path, row.description),
  );
  return (
    <ListFrame
      list={list}
      isFiltered={search !== '' || type !== ANY}
      shown={shown.length}
      onClear={() => {
        setSearch('');
        setType(ANY);
      }}
      search={search}
      onSearch={setSearch}
      filter={
        types.length > 1 ? (
          <Select
            aria-label={text.type}
            className="w-44"
            value={type}
            onChange={setType}
            options={[{ value: ANY, label: text.anyType }, ...types.map((one) => ({ value: one, label: one }))]}
          />
        ) : null
      }
      empty={
        <EmptyState
          icon={<Plug />}
          title={text.noResources}
          action={
            <Button variant="primary" asChild>
              <AppLink href={hrefs.newOf('postgresql')}>{text.newDatabase}</AppLink>
            </Button>
          }
        >
          {text.noResourcesText}
        </EmptyState>
      }
    >
      <ResourceTable rows={shown} href={hrefs.edit} />
    </ListFrame>
  );
}

function VariableList({ workspaceId }: Props) {
  const hrefs = resourceHrefs(workspaceId);
  const list = useVariables(workspaceId);
  const [search, setSearch] = useState('');
  const shown = (list.data ?? []).filter((row) => hasWords(search, row.path, row.description));
  return (
    <ListFrame
      list={list}
      isFiltered={search !== ''}
      shown={shown.length}
      onClear={() => setSearch('')}
      search={search}
      onSearch={setSearch}
      filter={null}
      empty={
        <EmptyState
          icon={<KeyRound />}
          title={text.noVariables}
          action={
            <Button variant="primary" asChild>
              <AppLink href={hrefs.newVariable}>{text.newVariable}</AppLink>
            </Button>
          }
        >
          {text.noVariablesText}
        </EmptyState>
      }
    >
      <VariableTable rows={shown} href={hrefs.editVariable} />
    </ListFrame>
  );
}
