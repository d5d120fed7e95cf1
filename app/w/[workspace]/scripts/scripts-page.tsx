'use client';

import { Plus, Search, SquareTerminal, Trash2 } from 'lucide-react';
import { useDrafts } from '@/app/_client/drafts';
import { ItemTable } from '@/components/editor/item-table';
import { TrashTable } from '@/components/editor/trash-table';
import { LanguageMark } from '@/components/script-editor/language-badge';
import { scriptLanguages } from '@/components/script-editor/languages';
import { Page } from '@/components/shell/page';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import type { WireScriptSummary } from '@/core/script/wire';
import { ListFilter, useListFilter } from '../list-filter';
import { scriptActions, scriptHrefs, useScripts, useScriptsChanged } from './script-data';

const text = {
  title: 'Scripts',
  one: 'Script',
  deleted: 'Deleted scripts',
  trashTitle: 'Trash',
  trashNote: 'Deleted scripts stay here for 30 days.',
  new: 'New script',
  trash: 'Trash',
  search: 'Search scripts',
  language: 'Language',
  anyLanguage: 'Any language',
  failed: 'The list could not be read.',
  again: 'Try again',
  none: 'No scripts yet',
  noneText: 'Write a function, and it gets a form, an address for other programs and a history of its runs.',
  noneReader: 'Nothing is shared with you here. Ask a developer of this workspace.',
  newIn: (language: string) => `New ${language} script`,
  nothing: 'No script matches',
  nothingText: 'No script you may see has these words, in this language and place.',
  clear: 'Clear the filter',
  empty: 'The trash is empty',
  emptyText: 'What you delete can be restored from here for 30 days.',
  back: 'Back to the scripts',
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

/** The Scripts page: the address is the filter. */
export function ScriptsPage({ workspaceId, mayWrite, isAdmin }: Props) {
  const hrefs = scriptHrefs(workspaceId);
  const shown = useListFilter(hrefs, ['language']);
  const { search, owner, isTrash, isFiltered } = shown;
  const filter = { search, language: shown.param('language'), owner, isTrash };
  const list = useScripts(workspaceId, filter);
  const scripts = list.data?.pages.flat() ?? [];
  const drafts = useDrafts(workspaceId, 'script', mayWrite && !isTrash);
  const deployed = new Set(scripts.map((script) => script.path));
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
              <Button variant="primary" keys={keysOf('create.script')} asChild>
                <AppLink href={hrefs.new}>
                  <Plus /> {text.new}
                </AppLink>
              </Button>
            </>
          ) : undefined
        }
      />
      <ListFilter
        filter={shown}
        searchLabel={text.search}
        paths={scripts.map(({ path }) => path)}
        choices={[
          {
            name: 'language',
            label: text.language,
            any: text.anyLanguage,
            options: scriptLanguages.map(({ id, label }) => ({ value: id, label })),
          },
        ]}
      />
      {list.isError && list.data === undefined ? (
        <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
          {list.error.message}
        </Banner>
      ) : null}
      {list.isPending ? <SkeletonRows rows={8} /> : null}
      {list.isSuccess && scripts.length === 0 && newDrafts.length === 0 ? (
        <Nothing isFiltered={isFiltered} isTrash={isTrash} mayWrite={mayWrite} hrefs={hrefs} onClear={shown.clear} />
      ) : null}
      {!isTrash && (scripts.length > 0 || newDrafts.length > 0) ? (
        <ItemTable
          caption={text.title}
          noun={text.one}
          items={scripts}
          mark={({ language }) => <LanguageMark language={language} />}
          newDrafts={newDrafts}
          hrefs={hrefs}
        />
      ) : null}
      {isTrash && scripts.length > 0 ? (
        <Trash workspaceId={workspaceId} scripts={scripts} isAdmin={isAdmin} mayWrite={mayWrite} />
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
  hrefs: ReturnType<typeof scriptHrefs>;
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
  const starts = scriptLanguages.filter(({ id }) => id === 'python3' || id === 'bun');
  return (
    <EmptyState
      icon={<SquareTerminal />}
      title={text.none}
      action={
        mayWrite ? (
          <div className="flex flex-wrap justify-center gap-2">
            {starts.map(({ id, label }) => (
              <Button key={id} variant={id === 'python3' ? 'primary' : 'secondary'} asChild>
                <AppLink href={`${hrefs.new}?language=${id}`}>{text.newIn(label.replace(/ \(.*/, ''))}</AppLink>
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

type TrashProps = Omit<Props, 'mayWrite'> & { mayWrite: boolean; scripts: readonly WireScriptSummary[] };

function Trash({ workspaceId, scripts, isAdmin, mayWrite }: TrashProps) {
  const changed = useScriptsChanged(workspaceId);
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
      items={scripts}
      mark={({ language }) => <LanguageMark language={language} />}
      mayRestore={mayWrite}
      mayDelete={isAdmin}
      onRestore={(path) => perform(scriptActions.restore(workspaceId, path), text.restored(path))}
      onDelete={(path) => perform(scriptActions.deleteForEver(workspaceId, path), text.gone(path))}
    />
  );
}
