'use client';

import { Plus, Search, Trash2, Workflow } from 'lucide-react';
import { useDrafts } from '@/app/_client/drafts';
import { ItemTable } from '@/components/editor/item-table';
import { TrashTable } from '@/components/editor/trash-table';
import { starterFlows } from '@/components/flow-editor/starters';
import { FlowMark } from '@/components/flow-view/step-mark';
import { favouritesFirst, useFavourites } from '@/components/home/favourites';
import { Page } from '@/components/shell/page';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { ListFilter, useListFilter } from '../list-filter';
import { type FlowSummary, flowActions, flowHrefs, useFlows, useFlowsChanged } from './flow-data';

const text = {
  title: 'Flows',
  one: 'Flow',
  deleted: 'Deleted flows',
  trashTitle: 'Trash',
  trashNote: 'Deleted flows stay here for 30 days.',
  new: 'New flow',
  trash: 'Trash',
  search: 'Search flows',
  failed: 'The list could not be read.',
  again: 'Try again',
  none: 'No flows yet',
  noneText: 'Steps one after the other, side by side or in a loop; people can be asked in between.',
  noneReader: 'No flow is shared with you here. Ask a developer of this workspace.',
  nothing: 'No flow matches',
  nothingText: 'No flow you may see has these words, in this place.',
  clear: 'Clear the filter',
  empty: 'The trash is empty',
  emptyText: 'What you delete can be restored from here for 30 days.',
  back: 'Back to the flows',
  more: 'Show more',
  restored: (path: string) => `${path} is back.`,
  gone: (path: string) => `${path} is deleted for ever.`,
  notDone: 'That did not work.',
};

interface Props {
  workspaceId: string;
  mayWrite: boolean;
  isAdmin: boolean;
}

/** The Flows page: the address is the filter. */
export function FlowsPage({ workspaceId, mayWrite, isAdmin }: Props) {
  const hrefs = flowHrefs(workspaceId);
  const filter = useListFilter(hrefs);
  const { isTrash, isFiltered } = filter;
  const list = useFlows(workspaceId, filter);
  const flows = list.data?.pages.flat() ?? [];
  const [favourites, toggle] = useFavourites(workspaceId);
  const drafts = useDrafts(workspaceId, 'flow', mayWrite && !isTrash);
  const deployed = new Set(flows.map(({ path }) => path));
  const newDrafts =
    isFiltered || list.hasNextPage ? [] : (drafts.data ?? []).filter((draft) => !deployed.has(draft.path));
  return (
    <Page>
      <PageHeader
        title={isTrash ? text.trashTitle : text.title}
        subtitle={isTrash ? text.trashNote : undefined}
        breadcrumbs={isTrash ? [{ label: text.title, href: hrefs.list }] : undefined}
        actions={
          mayWrite && !isTrash ? (
            <>
              <Button variant="ghost" asChild>
                <AppLink href={hrefs.trash}>
                  <Trash2 /> {text.trash}
                </AppLink>
              </Button>
              <Button variant="primary" keys={keysOf('create.flow')} asChild>
                <AppLink href={hrefs.new}>
                  <Plus /> {text.new}
                </AppLink>
              </Button>
            </>
          ) : undefined
        }
      />
      <ListFilter filter={filter} searchLabel={text.search} paths={flows.map(({ path }) => path)} />
      {list.isError && list.data === undefined ? (
        <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
          {list.error.message}
        </Banner>
      ) : null}
      {list.isPending ? <SkeletonRows rows={8} /> : null}
      {list.isSuccess && flows.length === 0 && newDrafts.length === 0 ? (
        <Nothing isFiltered={isFiltered} isTrash={isTrash} mayWrite={mayWrite} hrefs={hrefs} onClear={filter.clear} />
      ) : null}
      {!isTrash && (flows.length > 0 || newDrafts.length > 0) ? (
        <ItemTable
          caption={text.title}
          noun={text.one}
          items={favouritesFirst(flows, favourites)}
          mark={() => <FlowMark />}
          favourites={{ paths: favourites, onToggle: toggle }}
          newDrafts={newDrafts}
          hrefs={hrefs}
        />
      ) : null}
      {isTrash && flows.length > 0 ? (
        <Trash workspaceId={workspaceId} flows={flows} isAdmin={isAdmin} mayWrite={mayWrite} />
      ) : null}
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

type NothingProps = {
  isFiltered: boolean;
  isTrash: boolean;
  mayWrite: boolean;
  hrefs: ReturnType<typeof flowHrefs>;
  onClear: () => void;
};

function Nothing({ isFiltered, isTrash, mayWrite, hrefs, onClear }: NothingProps) {
  if (isFiltered) {
    return (
      <EmptyState icon={<Search />} title={text.nothing} action={<Button onClick={onClear}>{text.clear}</Button>}>
        {text.nothingText}
      </EmptyState>
    );
  }
  if (isTrash) {
    return (
      <EmptyState
        icon={<Trash2 />}
        title={text.empty}
        action={
          <Button asChild>
            <AppLink href={hrefs.list}>{text.back}</AppLink>
          </Button>
        }
      >
        {text.emptyText}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Workflow />}
      title={text.none}
      action={
        mayWrite ? (
          <div className="flex flex-wrap justify-center gap-2">
            {starterFlows.map(({ id, label }, at) => (
              <Button key={id} variant={at === 0 ? 'primary' : 'secondary'} asChild>
                <AppLink href={hrefs.startFrom(id)}>{label}</AppLink>
              </Button>
            ))}
          </div>
        ) : undefined
      }
    >
      {mayWrite ? text.noneText : text.noneReader}
    </EmptyState>
  );
}

type TrashProps = Props & { flows: readonly FlowSummary[] };

function Trash({ workspaceId, flows, isAdmin, mayWrite }: TrashProps) {
  const changed = useFlowsChanged(workspaceId);
  async function perform(work: Promise<unknown>, done: string) {
    try {
      await work;
      notifySuccess(done);
    } catch (error) {
      notifyError(text.notDone, { detail: error instanceof Error ? error.message : String(error) });
    }
    await changed();
  }
  return (
    <TrashTable
      caption={text.deleted}
      noun={text.one}
      items={flows}
      mark={() => <FlowMark />}
      mayRestore={mayWrite}
      mayDelete={isAdmin}
      onRestore={(path) => perform(flowActions.restore(workspaceId, path), text.restored(path))}
      onDelete={(path) => perform(flowActions.deleteForEver(workspaceId, path), text.gone(path))}
    />
  );
}
