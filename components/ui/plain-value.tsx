import type { ReactNode } from 'react';
import { DataTable } from './data-table';
import { JsonView } from './json-view';
import { plainLabel } from './plain-label';

const text = {
  nothing: '–',
  yes: 'Yes',
  no: 'No',
  more: (count: number) => `and ${count.toLocaleString('en-US')} more`,
};
/** Deeper than this a tree that opens and closes says more. */
const deepest = 3;
const longestList = 100;

export type PlainValueProps = { value: unknown; label: string };

/** A value as a form would say it: names and what they are, lists, tables. No braces, no quotes. */
export function PlainValue({ value, label }: PlainValueProps) {
  return (
    <section aria-label={label} className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3 text-sm">
      <Value value={value} label={label} depth={0} />
    </section>
  );
}

function Value({ value, label, depth }: PlainValueProps & { depth: number }): ReactNode {
  if (typeof value !== 'object' || value === null) return <Scalar value={value} />;
  if (depth > deepest) return <JsonView value={value} label={label} openLevels={0} />;
  if (Array.isArray(value)) return <List list={value} label={label} depth={depth} />;
  const entries = Object.entries(value);
  if (entries.length === 0) return text.nothing;
  return (
    <dl className="grid grid-cols-[fit-content(45%)_minmax(0,1fr)] gap-x-5 gap-y-2">
      {entries.map(([name, part]) => {
        const isWide = typeof part === 'object' && part !== null && Object.keys(part).length > 0;
        return (
          <div key={name} className={isWide ? 'col-span-2 min-w-0' : 'contents'}>
            <dt className="min-w-0 break-words text-muted">{plainLabel(name)}</dt>
            <dd className={isWide ? 'mt-1 min-w-0 border-l border-line pl-3' : 'min-w-0'}>
              <Value value={part} label={plainLabel(name)} depth={depth + 1} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === '') return <span className="text-faint">{text.nothing}</span>;
  if (typeof value === 'boolean') return value ? text.yes : text.no;
  return (
    <span className="break-words whitespace-pre-wrap text-text tabular-nums">
      {typeof value === 'string' ? value : String(value)}
    </span>
  );
}

const isRow = (item: unknown): item is Record<string, unknown> =>
  typeof item === 'object' && item !== null && !Array.isArray(item);

function List({ list, label, depth }: { list: unknown[]; label: string; depth: number }) {
  if (list.length === 0) return text.nothing;
  if (list.every(isRow)) return <DataTable rows={list} caption={label} fileName={label} isPlain />;
  return (
    <ul className="flex list-disc flex-col gap-1 pl-4">
      {list.slice(0, longestList).map((item, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items of unknown data have no key of their own
        <li key={position}>
          <Value value={item} label={label} depth={depth + 1} />
        </li>
      ))}
      {list.length > longestList ? <li className="text-muted">{text.more(list.length - longestList)}</li> : null}
    </ul>
  );
}
