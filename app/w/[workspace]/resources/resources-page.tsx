'use client';

import { KeyRound, Plug, Plus } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { ResourceTable, VariableTable } from '@/components/resource-editor/resource-table';
import { Page } from '@/components/shell/page';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';
import { PageHeader } from '@/components/ui/page-header';
import { Select } from '@/components/ui/select';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Tabs } from '@/components/ui/tabs';
import { resourceHrefs, useResources, useVariables } from './resource-data';

const text = {
  title: 'Resources',
  subtitle: 'Connections and values that scripts take as arguments. They are stored encrypted.',
  tabs: 'Kinds of values',
  resources: 'Resources',
  variables: 'Variables',
  newResource: 'New resource',
  newVariable: 'New variable',
  search: 'Search by path or description',
  type: 'Type',
  anyType: 'Any type',
  failed: 'The list could not be read.',
  again: 'Try again',
  nothing: 'Nothing matches',
  nothingText: 'No path or description has these words.',
  clear: 'Clear the filter',
  noResources: 'No resources yet',
  noResourcesText: 'A resource is a connection with a type, such as a database. Scripts take it as an argument.',
  noVariables: 'No variables yet',
  noVariablesText: 'A variable is a single value, secret or not. Arguments refer to it as $var:path.',
  newDatabase: 'New PostgreSQL resource',
};

const ANY = 'any type';

interface Props {
  workspaceId: string;
  mayWrite: boolean;
}

/** The Resources page; which list is open stands in the address. */
export function ResourcesPage({ workspaceId, mayWrite }: Props) {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const hrefs = resourceHrefs(workspaceId);
  const isVariables = params.get('tab') === 'variables';
  const create = isVariables
    ? { href: hrefs.newVariable, label: text.newVariable, keys: keysOf('create.variable') }
    : { href: hrefs.new, label: text.newResource, keys: keysOf('create.resource') };
  return (
    <Page>
      <PageHeader
        title={text.title}
        subtitle={text.subtitle}
        actions={
          mayWrite ? (
            <Button variant="primary" keys={create.keys} asChild>
              <AppLink href={create.href}>
                <Plus /> {create.label}
              </AppLink>
            </Button>
          ) : undefined
        }
      />
      <Tabs
        label={text.tabs}
        value={isVariables ? 'variables' : 'resources'}
        onChange={(id) =>
          router.replace(toRoute(id === 'variables' ? `${path}?tab=variables` : path), { scroll: false })
        }
        tabs={[
          {
            id: 'resources',
            label: text.resources,
            content: <ResourceList workspaceId={workspaceId} mayWrite={mayWrite} />,
          },
          {
            id: 'variables',
            label: text.variables,
            content: <VariableList workspaceId={workspaceId} mayWrite={mayWrite} />,
          },
        ]}
      />
    </Page>
  );
}

const hasWords = (search: string, ...texts: readonly string[]): boolean =>
  search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => texts.join(' ').toLowerCase().includes(word));

function ResourceList({ workspaceId, mayWrite }: Props) {
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
            mayWrite ? (
              <Button variant="primary" asChild>
                <AppLink href={hrefs.newOf('postgresql')}>{text.newDatabase}</AppLink>
              </Button>
            ) : undefined
          }
        >
          {text.noResourcesText}
        </EmptyState>
      }
    >
      <ResourceTable rows={shown} href={mayWrite ? hrefs.edit : null} />
    </ListFrame>
  );
}

function VariableList({ workspaceId, mayWrite }: Props) {
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
            mayWrite ? (
              <Button variant="primary" asChild>
                <AppLink href={hrefs.newVariable}>{text.newVariable}</AppLink>
              </Button>
            ) : undefined
          }
        >
          {text.noVariablesText}
        </EmptyState>
      }
    >
      <VariableTable rows={shown} href={mayWrite ? hrefs.editVariable : null} />
    </ListFrame>
  );
}

interface ListFrameProps {
  list: { isPending: boolean; error: Error | null; data: unknown; refetch: () => unknown };
  isFiltered: boolean;
  shown: number;
  search: string;
  onSearch: (search: string) => void;
  onClear: () => void;
  filter: ReactNode;
  empty: ReactNode;
  children: ReactNode;
}

/** What both lists have in common: loading, failing, being empty, being filtered. */
function ListFrame(props: ListFrameProps) {
  const { list, isFiltered, shown, search, onSearch, onClear, filter, empty, children } = props;
  if (list.isPending) return <SkeletonRows rows={6} />;
  if (list.error !== null && list.data === undefined) {
    return (
      <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
        {list.error.message}
      </Banner>
    );
  }
  if (shown === 0 && !isFiltered) return empty;
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <div className="min-w-0 flex-1 sm:max-w-md">
          <Input
            type="search"
            aria-label={text.search}
            placeholder={text.search}
            value={search}
            onChange={(event) => onSearch(event.target.value)}
          />
        </div>
        {filter}
      </div>
      {shown === 0 ? (
        <EmptyState title={text.nothing} action={<Button onClick={onClear}>{text.clear}</Button>}>
          {text.nothingText}
        </EmptyState>
      ) : (
        children
      )}
    </>
  );
}
