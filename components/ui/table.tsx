import type { ReactNode } from 'react';
import { cx } from './cx';

export type Column<Row> = {
  id: string;
  header: string;
  /** Hides the header's word from eyes, not from screen readers (a column of buttons). */
  isHeaderHidden?: boolean;
  align?: 'left' | 'right';
  /** A CSS width such as '9rem' or '30%'. */
  width?: string;
  /** On a phone: the first line of the stacked row, without its header's word. */
  isTitle?: boolean;
  /** On a phone: in the upper right corner of the stacked row (a menu, one small button). */
  isCorner?: boolean;
  /** Left out of stacked rows. */
  isHiddenOnPhone?: boolean;
  cell: (row: Row) => ReactNode;
};

export type TableProps<Row> = {
  /** Says what the table lists. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** Marks the row that the keyboard or a panel is on. */
  selectedKey?: string | null;
  isHeaderSticky?: boolean;
  /** Not in a card: on a phone its rows begin where the page's text does, and their rules reach the page's edges. */
  isPlain?: boolean;
  className?: string;
};

/**
 * A plain table of things of ours. Where it is narrow, each row becomes a small card with the headers as labels.
 * Put a link into the title column; its ::after may cover the row ('after:absolute after:inset-0').
 */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, rowKey, selectedKey, isHeaderSticky = true, isPlain = false, className } = props;
  return (
    <div className={cx('@container min-w-0', isPlain && 'max-sm:-mx-4', className)}>
      <table className="w-full border-separate border-spacing-0 text-sm @max-xl:block">
        <caption className="sr-only">{caption}</caption>
        <thead className="@max-xl:sr-only">
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                style={{ width: column.width }}
                className={cx(
                  'h-8 border-b border-line bg-surface px-3 text-xs first:pl-4 last:pr-4 font-medium whitespace-nowrap text-faint',
                  column.align === 'right' ? 'text-right' : 'text-left',
                  isHeaderSticky && 'sticky top-0 z-10',
                )}
              >
                <span className={column.isHeaderHidden ? 'sr-only' : undefined}>{column.header}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="@max-xl:block">
          {rows.map((row) => (
            <TableRow key={rowKey(row)} row={row} columns={columns} isSelected={rowKey(row) === selectedKey} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TableRow<Row>({ row, columns, isSelected }: { row: Row; columns: Column<Row>[]; isSelected: boolean }) {
  const hasCorner = columns.some(({ isCorner }) => isCorner);
  return (
    <tr
      aria-selected={isSelected || undefined}
      className={cx(
        'group relative transition-colors duration-(--motion-fast) hover:bg-hover/60 @max-xl:grid @max-xl:grid-cols-[auto_1fr] @max-xl:gap-x-4 @max-xl:gap-y-1.5 @max-xl:border-b @max-xl:border-line @max-xl:px-4 @max-xl:py-3.5',
        isSelected && 'bg-selected hover:bg-selected',
      )}
    >
      {columns.map((column) => (
        <td
          key={column.id}
          data-label={column.isHeaderHidden ? '' : column.header}
          className={cx(
            'h-10 border-b border-line px-3 py-1.5 align-middle first:pl-4 last:pr-4 @max-xl:h-auto @max-xl:border-0 @max-xl:p-0 @max-xl:first:pl-0 @max-xl:last:pr-0',
            column.align === 'right' && 'text-right tabular-nums @max-xl:text-left',
            // The buttons of a row belong to its corner, not below everything that is said about it.
            column.isCorner && '@max-xl:absolute @max-xl:top-2 @max-xl:right-2',
            column.isTitle && hasCorner && '@max-xl:pr-10',
            column.isTitle || column.isHeaderHidden
              ? '@max-xl:col-span-2'
              : '@max-xl:col-span-2 @max-xl:grid @max-xl:grid-cols-subgrid @max-xl:items-center @max-xl:justify-items-start @max-xl:before:text-xs @max-xl:before:text-faint @max-xl:before:content-[attr(data-label)]',
            column.isTitle && 'font-medium',
            column.isHiddenOnPhone && '@max-xl:hidden',
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}
