'use client';

import { Star as StarIcon } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { IconButton } from '@/components/ui/icon-button';
import { JobStateBadge } from '@/components/ui/job-state-badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import type { JobState } from '@/core/job/model';
import { nameOf } from '@/core/path';

const text = {
  group: 'Group',
  lastRun: 'Last run',
  deployed: 'Deployed',
  draft: 'Draft',
  newDraft: 'Not deployed yet',
  never: 'never',
  by: (who: string) => `by ${who}`,
  favourite: (path: string) => `Favourite: ${path}`,
};

/** A script, a flow or an app as its list shows it. */
export type ListedItem = {
  path: string;
  summary: string;
  tag?: string | undefined;
  created_by: string;
  /** ISO 8601 */
  created_at: string;
  has_draft: boolean;
  last_run?: { id: string; outcome: string | null; created_at: string } | null | undefined;
};

export type ItemTableProps<Item extends ListedItem> = {
  /** what the table lists: 'Scripts' */
  caption: string;
  /** what one row is: 'Script' */
  noun: string;
  items: readonly Item[];
  /** a small sign before the name */
  mark: (item: Item) => ReactNode;
  /** a star beside the name; without it there is none */
  favourites?: { paths: readonly string[]; onToggle: (path: string) => void };
  /** drafts of what does not exist yet */
  newDrafts: readonly { path: string; updated_at: string }[];
  hrefs: {
    view: (path: string) => string;
    draft: (path: string) => string;
    edit: (path: string) => string;
    job: (id: string) => string;
  };
};

type Row<Item> = { path: string; href: string; item: Item | null; draftAt: string | null };

/** A list of what people build, to be walked by keyboard: j and k move, o and Enter open. */
export function ItemTable<Item extends ListedItem>(props: ItemTableProps<Item>) {
  const { caption, noun, items, mark, favourites, newDrafts, hrefs } = props;
  const rows: Row<Item>[] = [
    ...newDrafts.map(({ path, updated_at }) => ({ path, href: hrefs.draft(path), item: null, draftAt: updated_at })),
    ...items.map((item) => ({ path: item.path, href: hrefs.view(item.path), item, draftAt: null })),
  ];
  const current = useKeyboardRow(rows);
  const columns: Column<Row<Item>>[] = [
    {
      id: 'name',
      header: noun,
      isTitle: true,
      cell: ({ item, ...row }) => (
        <NameCell
          {...row}
          item={item}
          mark={item === null ? null : mark(item)}
          editHref={hrefs.edit(row.path)}
          favourites={favourites}
        />
      ),
    },
    {
      id: 'group',
      header: text.group,
      width: '8rem',
      isHiddenOnPhone: true,
      cell: ({ item }) => (item?.tag ? <Badge tone="outline">{item.tag}</Badge> : null),
    },
    {
      id: 'run',
      header: text.lastRun,
      width: '13rem',
      cell: ({ item }) => <LastRunCell run={item?.last_run} hrefOf={hrefs.job} />,
    },
    {
      id: 'deployed',
      header: text.deployed,
      width: '11rem',
      cell: ({ item, draftAt }) =>
        item === null ? (
          <span className="text-xs text-muted">{draftAt ? <RelativeTime at={draftAt} /> : null}</span>
        ) : (
          <span className="text-xs text-muted">
            <RelativeTime at={item.created_at} /> <span className="text-faint">{text.by(item.created_by)}</span>
          </span>
        ),
    },
  ];
  return (
    <Table isPlain caption={caption} columns={columns} rows={rows} rowKey={(row) => row.href} selectedKey={current} />
  );
}

type NameCellProps = {
  path: string;
  href: string;
  item: ListedItem | null;
  mark: ReactNode;
  editHref: string;
  favourites: ItemTableProps<ListedItem>['favourites'];
};

function NameCell({ path, href, item, mark, editHref, favourites }: NameCellProps) {
  const name = item?.summary || nameOf(path);
  return (
    <div className="flex min-w-0 items-center gap-3">
      {item === null ? (
        <span aria-hidden className="size-6 shrink-0 rounded-sm border border-dashed border-line-strong" />
      ) : (
        mark
      )}
      <div className="min-w-0">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <AppLink href={href} className="min-w-0 rounded-sm font-medium break-words after:absolute after:inset-0">
            {name}
          </AppLink>
          {item === null ? <Badge tone="warning">{text.newDraft}</Badge> : null}
          {item?.has_draft ? (
            <AppLink href={editHref} className="relative z-10 rounded-sm">
              <Badge tone="warning">{text.draft}</Badge>
            </AppLink>
          ) : null}
        </div>
        <p className="truncate font-mono text-xs font-normal text-faint" title={path}>
          {path}
        </p>
      </div>
      {favourites !== undefined && item !== null ? (
        <Star path={path} isOn={favourites.paths.includes(path)} onToggle={favourites.onToggle} />
      ) : null}
    </div>
  );
}

function Star({ path, isOn, onToggle }: { path: string; isOn: boolean; onToggle: (path: string) => void }) {
  return (
    <IconButton
      label={text.favourite(path)}
      icon={<StarIcon className={isOn ? 'fill-current text-warning' : 'text-faint'} />}
      size="sm"
      aria-pressed={isOn}
      onClick={() => onToggle(path)}
      className="relative z-10 ml-auto"
    />
  );
}

const stateOf = (outcome: string | null): JobState => {
  switch (outcome) {
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'timed_out':
    case 'rejected':
      return outcome;
    default:
      return 'running';
  }
};

function LastRunCell({ run, hrefOf }: { run: ListedItem['last_run']; hrefOf: (id: string) => string }) {
  if (!run) return <span className="text-xs text-faint">{text.never}</span>;
  return (
    <AppLink href={hrefOf(run.id)} className="relative z-10 inline-flex min-h-6 items-center gap-2 rounded-sm text-xs">
      <JobStateBadge state={stateOf(run.outcome)} />
      <span className="text-muted">
        <RelativeTime at={run.created_at} />
      </span>
    </AppLink>
  );
}

/** The row that the keys are on; it survives the rows around it changing. */
function useKeyboardRow(rows: readonly { readonly href: string }[]): string | null {
  const router = useRouter();
  const [current, setCurrent] = useState<string | null>(null);
  const at = rows.findIndex((row) => row.href === current);
  function move(by: number) {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at === -1 ? 0 : at + by))];
    if (next === undefined) return;
    setCurrent(next.href);
    const link = document.querySelector(`a[href="${CSS.escape(next.href)}"]`);
    if (link instanceof HTMLElement) {
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: 'nearest' });
    }
  }
  useShortcut('list.next', rows.length > 0 ? () => move(1) : null);
  useShortcut('list.previous', rows.length > 0 ? () => move(-1) : null);
  useShortcut('list.open', at === -1 ? null : () => router.push(toRoute(current ?? '')));
  return at === -1 ? null : current;
}
