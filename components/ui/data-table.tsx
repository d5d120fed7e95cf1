'use client';

import { ArrowDown, ArrowUp, Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from './button';
import { CopyButton } from './copy-button';
import { cellText, toCsv } from './csv';
import { cx } from './cx';
import { downloadFile } from './download';
import { plainLabel } from './plain-label';

const text = {
  csv: 'CSV',
  yes: 'Yes',
  no: 'No',
  copy: 'Copy as JSON',
  rows: (count: number) => (count === 1 ? '1 row' : `${count.toLocaleString('en-US')} rows`),
  more: (count: number) => `Show ${count} more`,
};
const pageSize = 100;

export type DataTableProps = {
  rows: Record<string, unknown>[];
  /** Order and choice of columns; all keys in order of appearance when absent. */
  columns?: string[];
  caption: string;
  /** Name of the CSV file, without ending. */
  fileName?: string;
  /** for readers who are no builders: names and cells as people write them */
  isPlain?: boolean;
  className?: string;
};

type Sort = { column: string; isDescending: boolean };

/** Rows of data whose shape is not known beforehand: sortable, scrolls sideways, exports CSV. */
export function DataTable({ rows, columns, caption, fileName = 'result', isPlain = false, className }: DataTableProps) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [limit, setLimit] = useState(pageSize);
  const names = useMemo(() => columns ?? columnNames(rows), [columns, rows]);
  const sorted = useMemo(() => sortRows(rows, sort), [rows, sort]);
  const numeric = useMemo(() => new Set(names.filter((name) => isNumeric(rows, name))), [names, rows]);
  return (
    <div className={cx('flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface', className)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section aria-label={caption} tabIndex={0} className="max-h-120 overflow-auto outline-offset-[-2px]">
        <table className="w-full border-separate border-spacing-0 text-sm">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {names.map((name) => (
                <HeaderCell
                  key={name}
                  name={isPlain ? plainLabel(name) : name}
                  sort={sort?.column === name ? sort : null}
                  isNumeric={numeric.has(name)}
                  onSort={() => setSort(nextSort(sort, name))}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, limit).map((row, position) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of unknown data have no key of their own
              <tr key={position} className="hover:bg-hover/60">
                {names.map((name) => (
                  <DataCell key={name} value={row[name]} isNumeric={numeric.has(name)} isPlain={isPlain} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <footer className="flex min-h-10 flex-wrap items-center gap-2 border-t border-line px-3 py-1">
        <span className="text-xs text-muted tabular-nums">{text.rows(rows.length)}</span>
        {limit < rows.length ? (
          <Button size="sm" variant="ghost" onClick={() => setLimit(limit + pageSize)}>
            {text.more(Math.min(pageSize, rows.length - limit))}
          </Button>
        ) : null}
        <span className="ml-auto flex items-center gap-1">
          {isPlain ? null : <CopyButton value={() => JSON.stringify(rows, null, 2)} label={text.copy} />}
          <Button
            size="sm"
            variant="ghost"
            icon={<Download />}
            onClick={() => downloadFile(`${fileName}.csv`, toCsv(names, sorted), 'text/csv;charset=utf-8')}
          >
            {text.csv}
          </Button>
        </span>
      </footer>
    </div>
  );
}

type HeaderCellProps = { name: string; sort: Sort | null; isNumeric: boolean; onSort: () => void };

function HeaderCell({ name, sort, isNumeric, onSort }: HeaderCellProps) {
  const Arrow = sort?.isDescending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sort ? (sort.isDescending ? 'descending' : 'ascending') : 'none'}
      className="sticky top-0 z-10 border-b border-line bg-surface p-0"
    >
      <button
        type="button"
        onClick={onSort}
        className={cx(
          'group touch-target flex h-8 w-full items-center gap-1 px-3 text-xs font-medium whitespace-nowrap text-muted outline-offset-[-2px] hover:text-text',
          isNumeric && 'flex-row-reverse',
        )}
      >
        {name}
        <Arrow aria-hidden className={cx('size-3.5', sort ? 'text-accent' : 'opacity-0 group-hover:opacity-60')} />
      </button>
    </th>
  );
}

function DataCell({ value, isNumeric, isPlain }: { value: unknown; isNumeric: boolean; isPlain: boolean }) {
  const isEmpty = value === null || value === undefined;
  const shown = isPlain && typeof value === 'boolean' ? (value ? text.yes : text.no) : cellText(value);
  return (
    <td
      title={shown.length > 40 ? shown : undefined}
      className={cx(
        'max-w-80 truncate border-b border-line px-3 py-1.5 whitespace-nowrap',
        isNumeric && 'text-right tabular-nums',
        typeof value === 'object' && !isEmpty && 'font-mono text-xs text-muted',
      )}
    >
      {isEmpty ? <span className="text-faint">{value === null && !isPlain ? 'null' : ''}</span> : shown}
    </td>
  );
}

function columnNames(rows: Record<string, unknown>[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

function isNumeric(rows: Record<string, unknown>[], name: string): boolean {
  const values = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => typeof value === 'number');
}

/** Up, down, and back to the order in which the rows came. */
function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, isDescending: false };
  return sort.isDescending ? null : { column, isDescending: true };
}

function sortRows(rows: Record<string, unknown>[], sort: Sort | null): Record<string, unknown>[] {
  if (!sort) return rows;
  const collator = new Intl.Collator('en', { numeric: true });
  const direction = sort.isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [a[sort.column], b[sort.column]];
    if (typeof one === 'number' && typeof other === 'number') return (one - other) * direction;
    return collator.compare(cellText(one), cellText(other)) * direction;
  });
}
