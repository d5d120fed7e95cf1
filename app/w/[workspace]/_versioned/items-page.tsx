'use client';

import { Plus, Search, Trash2 } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { useDrafts } from '@/app/_client/drafts';
import { ItemTable, type ListedItem } from '@/components/editor/item-table';
import { type TrashedItem, TrashTable } from '@/components/editor/trash-table';
import { Page } from '@/components/shell/page';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { VersionedKind } from '@/core/versioned/model';
import { ListFilter, type ListFilterState } from '../list-filter';
import { itemHrefs, type useItems } from './item-data';
import { useTrash } from './use-trash';

const text = {
  titles: { script: 'Scripts', flow: 'Flows' },
  ones: { script: 'Script', flow: 'Flow' },
  trash: 'Trash',
  trashNote: (noun: VersionedKind) => `Deleted ${noun}s stay here for 30 days.`,
  deleted: (noun: VersionedKind) => `Deleted ${noun}s`,
  new: (noun: VersionedKind) => `New ${noun}`,
  search: (noun: VersionedKind) => `Search ${noun}s`,
  failed: 'The list could not be read.',
  again: 'Try again',
  none: (noun: VersionedKind) => `No ${noun}s yet`,
  nothing: (noun: VersionedKind) => `No ${noun} matches`,
  clear: 'Clear the filter',
  empty: 'The trash is empty',
  emptyText: 'What you delete can be restored from here for 30 days.',
  back: (noun: VersionedKind) => `Back to the ${noun}s`,
  more: 'Show more',
};

/** What a list says that has nothing on it. */
interface Nothing {
  readonly icon: ReactNode;
  /** what one of them is good for */
  readonly text: string;
  readonly filteredText: string;
  /** first steps, the first one above all */
  readonly starts: readonly { id: string; label: string; href: string }[];
}

type Item = ListedItem & TrashedItem;

interface Props<Row extends Item> {
  workspaceId: string;
  noun: VersionedKind;
  list: Pick<
    ReturnType<typeof useItems<unknown>>,
    | 'data'
    | 'isError'
    | 'isPending'
    | 'isSuccess'
    | 'error'
    | 'refetch'
    | 'hasNextPage'
    | 'isFetchingNextPage'
    | 'fetchNextPage'
  >;
  items: readonly Row[];
  filter: ListFilterState;
  choices?: ComponentProps<typeof ListFilter>['choices'];
  mark: (item: Row) => ReactNode;
  favourites?: ComponentProps<typeof ItemTable>['favourites'];
  nothing: Nothing;
  isAdmin: boolean;
}

/** The page that lists the scripts, or the flows, and their trash: the address is the filter. */
export function ItemsPage<Row extends Item>(props: Props<Row>) {
  const { workspaceId, noun, list, items, filter, choices, favourites } = props;
  const { isTrash } = filter;
  const hrefs = itemHrefs(noun, workspaceId);
  const drafts = useDrafts(workspaceId, noun, !isTrash);
  const deployed = new Set(items.map(({ path }) => path));
  const newDrafts =
    filter.isFiltered || list.hasNextPage ? [] : (drafts.data ?? []).filter((draft) => !deployed.has(draft.path));
  return (
    <Page>
      <Header noun={noun} hrefs={hrefs} isTrash={isTrash} />
      <ListFilter
        filter={filter}
        searchLabel={text.search(noun)}
        paths={items.map(({ path }) => path)}
        {...(choices === undefined ? {} : { choices })}
      />
      {list.isError && list.data === undefined ? (
        <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
          {list.error?.message}
        </Banner>
      ) : null}
      {list.isPending ? <SkeletonRows rows={8} /> : null}
      {list.isSuccess && items.length === 0 && newDrafts.length === 0 ? <NothingListed {...props} /> : null}
      {!isTrash && (items.length > 0 || newDrafts.length > 0) ? (
        <ItemTable
          caption={text.titles[noun]}
          noun={text.ones[noun]}
          items={items}
          mark={props.mark}
          {...(favourites === undefined ? {} : { favourites })}
          newDrafts={newDrafts}
          hrefs={hrefs}
        />
      ) : null}
      {isTrash && items.length > 0 ? <Trash {...props} /> : null}
      {list.hasNextPage ? (
        <div className="flex justify-center pt-4">
          <Button isLoading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            {text.more}
          </Button>
        </div>
      ) : null}
    </Page>
  );
}

interface HeaderProps {
  noun: VersionedKind;
  hrefs: ReturnType<typeof itemHrefs>;
  isTrash: boolean;
}

function Header({ noun, hrefs, isTrash }: HeaderProps) {
  if (isTrash) {
    return (
      <PageHeader
        title={text.trash}
        subtitle={text.trashNote(noun)}
        breadcrumbs={[{ label: text.titles[noun], href: hrefs.list }]}
      />
    );
  }
  return (
    <PageHeader
      title={text.titles[noun]}
      actions={
        <>
          <Button variant="ghost" asChild>
            <AppLink href={hrefs.trash}>
              <Trash2 /> {text.trash}
            </AppLink>
          </Button>
          <Button variant="primary" keys={keysOf(`create.${noun}`)} asChild>
            <AppLink href={hrefs.new}>
              <Plus /> {text.new(noun)}
            </AppLink>
          </Button>
        </>
      }
    />
  );
}

function NothingListed<Row extends Item>({ workspaceId, noun, filter, nothing }: Props<Row>) {
  if (filter.isFiltered) {
    return (
      <EmptyState
        icon={<Search />}
        title={text.nothing(noun)}
        action={<Button onClick={filter.clear}>{text.clear}</Button>}
      >
        {nothing.filteredText}
      </EmptyState>
    );
  }
  if (filter.isTrash) {
    return (
      <EmptyState
        icon={<Trash2 />}
        title={text.empty}
        action={
          <Button asChild>
            <AppLink href={itemHrefs(noun, workspaceId).list}>{text.back(noun)}</AppLink>
          </Button>
        }
      >
        {text.emptyText}
      </EmptyState>
    );
  }
  const starts = nothing.starts.map(({ id, label, href }, at) => (
    <Button key={id} variant={at === 0 ? 'primary' : 'secondary'} asChild>
      <AppLink href={href}>{label}</AppLink>
    </Button>
  ));
  return (
    <EmptyState
      icon={nothing.icon}
      title={text.none(noun)}
      action={<div className="flex flex-wrap justify-center gap-2">{starts}</div>}
    >
      {nothing.text}
    </EmptyState>
  );
}

function Trash<Row extends Item>({ workspaceId, noun, items, mark, isAdmin }: Props<Row>) {
  const { restore, deleteForEver } = useTrash(noun, workspaceId);
  return (
    <TrashTable
      caption={text.deleted(noun)}
      noun={text.ones[noun]}
      items={items}
      mark={mark}
      mayDelete={isAdmin}
      onRestore={restore}
      onDelete={deleteForEver}
    />
  );
}
