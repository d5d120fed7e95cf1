'use client';

import { TriangleAlert } from 'lucide-react';
import { type FocusEvent, memo, useRef } from 'react';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { AppLink } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { Checkbox } from '@/components/ui/checkbox';
import { cx } from '@/components/ui/cx';
import { JobStateBadge } from '@/components/ui/job-state-badge';
import { Duration, RelativeTime } from '@/components/ui/relative-time';
import { Tooltip } from '@/components/ui/tooltip';
import type { WireJob } from '@/core/job/wire';
import type { RunRow } from './held-rows';
import { groupOf, isEnded, plainNote, runKindWord, runNote, runTitle, startWord, stateWord } from './run-words';

const text = {
  caption: 'Runs, newest first',
  select: (title: string) => `Select ${title}`,
  selectAll: 'Select all rows shown',
  state: 'State',
  run: 'Run',
  by: 'Started by',
  group: 'Group',
  when: 'When',
  took: 'Took',
  gone: 'Does not fit the filter any more',
  noWorker: 'No worker serves this group.',
  attempt: (attempt: number) => `try ${attempt}`,
};

export type RunsTableProps = {
  rows: readonly RunRow[];
  jobHref: (id: string) => string;
  /** what its readers call a run; null: it goes by its path */
  nameOf: ((job: WireJob) => string) | null;
  selected: ReadonlySet<string>;
  /** the same function at every render, or all rows are drawn anew */
  onSelect: (ids: readonly string[], isSelected: boolean) => void;
  /** Groups that no live worker serves. */
  orphanTags: ReadonlySet<string>;
  /** The reader is pointing at the rows or has the focus in them: they must not move. */
  onHold: (isHeld: boolean) => void;
};

/** The list of runs: a table where there is room, two lines a run on a phone. Keys: j, k, o or Enter, x. */
export function RunsTable({ rows, jobHref, nameOf, selected, onSelect, orphanTags, onHold }: RunsTableProps) {
  const bodyRef = useRef<HTMLTableSectionElement>(null);
  const isPointed = useRef(false);
  useRowKeys(bodyRef, selected, onSelect);
  const areAllSelected = rows.length > 0 && rows.every(({ job }) => selected.has(job.id));
  function onBlur(event: FocusEvent) {
    if (!event.currentTarget.contains(event.relatedTarget) && !isPointed.current) onHold(false);
  }
  function onPointer(isOver: boolean) {
    isPointed.current = isOver;
    onHold(isOver || (bodyRef.current?.contains(document.activeElement) ?? false));
  }
  return (
    <div className="@container min-w-0">
      <table className="w-full border-separate border-spacing-0 text-sm @max-2xl:block">
        <caption className="sr-only">{text.caption}</caption>
        <thead className="@max-2xl:sr-only">
          <tr className="[&>th]:sticky [&>th]:top-0 [&>th]:z-10 [&>th]:h-8 [&>th]:border-b [&>th]:border-line [&>th]:bg-surface [&>th]:px-3 [&>th]:text-left [&>th]:text-xs [&>th]:font-medium [&>th]:whitespace-nowrap [&>th]:text-faint">
            <th scope="col" className="w-10">
              <Checkbox
                aria-label={text.selectAll}
                isChecked={areAllSelected ? true : selected.size > 0 ? 'indeterminate' : false}
                onChange={(isChecked) =>
                  onSelect(
                    rows.map(({ job }) => job.id),
                    isChecked,
                  )
                }
              />
            </th>
            <th scope="col" className="w-44">
              {text.state}
            </th>
            <th scope="col">{text.run}</th>
            <th scope="col" className="w-44">
              {text.by}
            </th>
            <th scope="col" className="w-36">
              {text.group}
            </th>
            <th scope="col" className="w-28">
              {text.when}
            </th>
            <th scope="col" className="w-24 text-right!">
              {text.took}
            </th>
          </tr>
        </thead>
        <tbody
          ref={bodyRef}
          className="@max-2xl:block"
          onPointerEnter={(event) => event.pointerType === 'mouse' && onPointer(true)}
          onPointerLeave={(event) => event.pointerType === 'mouse' && onPointer(false)}
          onFocus={() => onHold(true)}
          onBlur={onBlur}
        >
          {rows.map(({ job, isGone }) => (
            <RunTableRow
              key={job.id}
              job={job}
              isGone={isGone}
              name={nameOf?.(job) ?? null}
              href={jobHref(job.id)}
              isSelected={selected.has(job.id)}
              isOrphan={!isEnded(job) && job.state !== 'running' && job.state !== 'waiting' && orphanTags.has(job.tag)}
              onSelect={onSelect}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RunTableRowProps = {
  job: WireJob;
  isGone: boolean;
  name: string | null;
  href: string;
  isSelected: boolean;
  isOrphan: boolean;
  onSelect: RunsTableProps['onSelect'];
};

const cell =
  'h-11 border-b border-line px-3 py-1.5 align-middle @max-2xl:h-auto @max-2xl:border-0 @max-2xl:p-0 @max-2xl:min-w-0';

/** Most rows are the same after each read; only those that changed are drawn anew. */
const RunTableRow = memo(function RunTableRow(props: RunTableRowProps) {
  const { job, isGone, href, isSelected, isOrphan, onSelect } = props;
  const title = props.name ?? runTitle(job);
  const kind = props.name === null ? runKindWord(job) : null;
  const note = isGone ? text.gone : props.name === null ? runNote(job) : plainNote(job);
  return (
    <tr
      data-state={job.state}
      className={cx(
        'group relative transition-colors duration-(--motion-fast) hover:bg-hover/60 has-[a:focus-visible]:bg-selected',
        '@max-2xl:grid @max-2xl:grid-cols-[1fr_auto] @max-2xl:items-center @max-2xl:gap-x-3 @max-2xl:gap-y-1 @max-2xl:border-b @max-2xl:border-line @max-2xl:py-3',
        isSelected && 'bg-selected hover:bg-selected',
        isGone && 'opacity-60',
      )}
    >
      <td className={cx(cell, '@max-2xl:hidden')}>
        <span className="relative z-1 flex">
          <Checkbox
            aria-label={text.select(title)}
            isChecked={isSelected}
            onChange={(isChecked) => onSelect([job.id], isChecked)}
          />
        </span>
      </td>
      <td className={cx(cell, '@max-2xl:order-1')}>
        <JobStateBadge state={job.state} word={stateWord(job)} />
      </td>
      <td className={cx(cell, 'max-w-0 @max-2xl:order-3 @max-2xl:col-span-2 @max-2xl:max-w-none')}>
        <div className="flex min-w-0 items-center gap-2">
          <AppLink
            href={href}
            data-run={job.id}
            prefetch={false}
            title={[title, note].filter(Boolean).join('\n')}
            className="min-w-0 truncate font-medium outline-none after:absolute after:inset-0 after:rounded-sm focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus @max-2xl:break-all @max-2xl:whitespace-normal"
          >
            {title}
          </AppLink>
          {kind ? <Badge>{kind}</Badge> : null}
          {job.attempt > 1 ? <Badge tone="warning">{text.attempt(job.attempt)}</Badge> : null}
          {job.labels?.map((label) => (
            <Badge key={label} tone="outline" className="@max-2xl:hidden">
              {label}
            </Badge>
          ))}
        </div>
        {note ? <p className="truncate text-xs text-muted">{note}</p> : null}
      </td>
      <td className={cx(cell, '@max-2xl:order-4')}>
        <span className="block truncate">
          {job.created_by} <span className="text-xs text-muted">{startWord(job)}</span>
        </span>
      </td>
      <td className={cx(cell, '@max-2xl:order-6 @max-2xl:col-span-2', !isOrphan && '@max-2xl:hidden')}>
        <GroupCell job={job} isOrphan={isOrphan} />
      </td>
      <td className={cx(cell, 'whitespace-nowrap text-muted @max-2xl:order-2 @max-2xl:text-xs')}>
        <RelativeTime at={job.created_at} className="relative z-1" />
      </td>
      <td className={cx(cell, 'text-right whitespace-nowrap tabular-nums @max-2xl:order-5')}>
        <Took job={job} />
      </td>
    </tr>
  );
});

function GroupCell({ job, isOrphan }: { job: WireJob; isOrphan: boolean }) {
  const group = groupOf(job);
  if (isOrphan) {
    return (
      <Tooltip content={text.noWorker}>
        <span className="relative z-1 flex w-fit max-w-full items-center gap-1.5 text-warning">
          <TriangleAlert aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate font-mono text-xs">{group}</span>
          <span className="sr-only">{text.noWorker}</span>
        </span>
      </Tooltip>
    );
  }
  return (
    <span className="block truncate font-mono text-xs text-muted" title={job.worker}>
      {group}
    </span>
  );
}

/** How long it ran, or has been running; nothing while it waits. */
function Took({ job }: { job: WireJob }) {
  if (job.duration_ms !== undefined) return <Duration ms={job.duration_ms} />;
  if (job.started_at !== undefined && job.state === 'running') return <Duration since={job.started_at} />;
  return <span className="text-faint">–</span>;
}

/** j and k move the focus between the rows' links, so that Enter opens and a screen reader follows. */
function useRowKeys(
  bodyRef: React.RefObject<HTMLTableSectionElement | null>,
  selected: ReadonlySet<string>,
  onSelect: RunsTableProps['onSelect'],
) {
  const links = () => [...(bodyRef.current?.querySelectorAll<HTMLAnchorElement>('a[data-run]') ?? [])];
  const focused = () => {
    const row = document.activeElement?.closest('tr');
    return links().find((link) => row?.contains(link)) ?? null;
  };
  function move(by: number) {
    const all = links();
    const current = focused();
    const at = current === null ? (by > 0 ? -1 : 0) : all.indexOf(current);
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    next?.focus();
    next?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  }
  useShortcut('list.next', () => move(1));
  useShortcut('list.previous', () => move(-1));
  useShortcut('list.open', () => focused()?.click());
  useShortcut('list.select', () => {
    const id = focused()?.dataset.run;
    if (id !== undefined) onSelect([id], !selected.has(id));
  });
}
