import type { ReactNode } from 'react';
import { Banner } from './banner';
import { SkeletonRows } from './skeleton';
import { Table, type TableProps } from './table';

interface LoadedTableProps<Row> extends Omit<TableProps<Row>, 'rows'> {
  list: { isPending: boolean; error: Error | null; data?: Row[] | undefined };
  /** in the place of a table without rows; absent: its headers are shown */
  empty?: ReactNode;
}

/** A list's table, or what stands in its place while it loads, when it cannot be loaded, and when nothing is in it. */
export function LoadedTable<Row>({ list, empty, ...table }: LoadedTableProps<Row>) {
  return (
    <>
      {list.isPending ? <SkeletonRows rows={3} /> : null}
      {list.error ? <Banner tone="danger">{list.error.message}</Banner> : null}
      {list.data === undefined ? null : list.data.length === 0 && empty !== undefined ? (
        empty
      ) : (
        <Table rows={list.data} {...table} />
      )}
    </>
  );
}
