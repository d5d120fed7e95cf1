'use client';

import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';

const text = {
  resources: 'Resources',
  variables: 'Variables',
  path: 'Path',
  type: 'Type',
  description: 'Description',
  value: 'Value',
  secret: 'secret',
  hidden: '•••••••',
  changed: 'Changed',
  by: (who: string) => `by ${who}`,
};

/** A resource as the API lists it: without its value. */
export type ResourceRow = {
  path: string;
  resource_type: string;
  description: string;
  created_by: string;
  edited_at: string;
};

/** A variable as the API lists it; `value` only of one that is not secret. */
export type VariableRow = {
  path: string;
  is_secret: boolean;
  description: string;
  value?: string;
  created_by: string;
  edited_at: string;
};

type Edited = { path: string; edited_at: string; created_by: string };

function pathColumn<Row extends Edited>(href: (path: string) => string): Column<Row> {
  return {
    id: 'path',
    header: text.path,
    width: '20rem',
    isTitle: true,
    cell: ({ path }) => (
      <AppLink
        href={href(path)}
        className="rounded-sm font-mono text-xs font-medium break-all after:absolute after:inset-0"
      >
        {path}
      </AppLink>
    ),
  };
}

function changedColumn<Row extends Edited>(): Column<Row> {
  return {
    id: 'changed',
    header: text.changed,
    width: '12rem',
    cell: ({ edited_at, created_by }) => (
      <span className="text-xs text-muted">
        <RelativeTime at={edited_at} /> <span className="text-faint">{text.by(created_by)}</span>
      </span>
    ),
  };
}

export function ResourceTable(props: { rows: ResourceRow[]; href: (path: string) => string }) {
  const columns: Column<ResourceRow>[] = [
    pathColumn(props.href),
    {
      id: 'type',
      header: text.type,
      width: '11rem',
      cell: ({ resource_type }) => <Badge tone="accent">{resource_type}</Badge>,
    },
    {
      id: 'description',
      header: text.description,
      isHiddenOnPhone: true,
      cell: ({ description }) => (
        <span className="line-clamp-1 text-muted" title={description}>
          {description}
        </span>
      ),
    },
    changedColumn(),
  ];
  return <Table isPlain caption={text.resources} columns={columns} rows={props.rows} rowKey={({ path }) => path} />;
}

export function VariableTable(props: { rows: VariableRow[]; href: (path: string) => string }) {
  const columns: Column<VariableRow>[] = [
    pathColumn(props.href),
    {
      id: 'value',
      header: text.value,
      width: '16rem',
      cell: ({ is_secret, value }) =>
        is_secret ? (
          <span className="flex items-center gap-2">
            <Badge>{text.secret}</Badge>
            <span aria-hidden className="text-faint">
              {text.hidden}
            </span>
          </span>
        ) : (
          <span className="line-clamp-1 font-mono text-xs break-all">{value ?? ''}</span>
        ),
    },
    {
      id: 'description',
      header: text.description,
      isHiddenOnPhone: true,
      cell: ({ description }) => (
        <span className="line-clamp-1 text-muted" title={description}>
          {description}
        </span>
      ),
    },
    changedColumn(),
  ];
  return <Table isPlain caption={text.variables} columns={columns} rows={props.rows} rowKey={({ path }) => path} />;
}
