'use client';

import { Plus, Search, SquareTerminal, Trash2 } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useDeferredValue, useRef, useState } from 'react';
import { useDrafts } from '@/app/_client/drafts';
import { ItemTable } from '@/components/editor/item-table';
import { TrashTable } from '@/components/editor/trash-table';
import { LanguageMark } from '@/components/script-editor/language-badge';
import { scriptLanguages } from '@/components/script-editor/languages';
import { Page } from '@/components/shell/page';
import { useShortcut } from '@/components/shell/shortcut-provider';
import { keysOf } from '@/components/shell/shortcuts';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Input } from '@/components/ui/input';
import { PageHeader } from '@/components/ui/page-header';
import { Select } from '@/components/ui/select';
import { SkeletonRows } from '@/components/ui/skeleton';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { splitPath } from '@/core/path';
import type { WireScriptSummary } from '@/core/script/wire';
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
  owner: 'Where',
  anyOwner: 'Everywhere',
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

/** A choice cannot have an empty value. */
const ANY = 'any';

interface Props {
  workspaceId: string;
  mayWrite: boolean;
  isAdmin: boolean;
}

/** The Scripts page: the address is the filter. */
export function ScriptsPage({ workspaceId, mayWrite, isAdmin }: Props) {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const hrefs = scriptHrefs(workspaceId);
  const isTrash = params.has('trash');
  const [search, setSearch] = useState(params.get('q') ?? '');
  const language = params.get('language');
  const owner = params.get('in');
  const filter = { search: useDeferredValue(search.trim()), language, owner, isTrash };
  const list = useScripts(workspaceId, filter);
  const scripts = list.data?.pages.flat() ?? [];
  const isFiltered = filter.search !== '' || language !== null || owner !== null;
  const drafts = useDrafts(workspaceId, 'script', mayWrite && !isTrash);
  const deployed = new Set(scripts.map((script) => script.path));
  const newDrafts =
    isFiltered || list.hasNextPage ? [] : (drafts.data ?? []).filter((draft) => !deployed.has(draft.path));
  const searchRef = useRef<HTMLInputElement>(null);
  useShortcut('filter.focus', () => searchRef.current?.focus());

  function setParam(name: string, value: string | null) {
    const next = new URLSearchParams(params);
    if (value === null || value === '' || value === ANY) next.delete(name);
    else next.set(name, value);
    router.replace(toRoute(next.size === 0 ? path : `${path}?${next}`), { scroll: false });
  }
  function clear() {
    setSearch('');
    router.replace(toRoute(isTrash ? hrefs.trash : hrefs.list));
  }
  const owners = [...new Set([...deployed].map((one) => `${splitPath(one).kind}/${splitPath(one).owner}`))].toSorted();
  const ownerOptions = [...new Set([...owners, ...(owner === null ? [] : [owner])])];
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
      <div className="mb-3 flex flex-wrap gap-2">
        <div className="min-w-0 flex-1 basis-full sm:max-w-md sm:basis-60">
          <Input
            ref={searchRef}
            type="search"
            aria-label={text.search}
            placeholder={text.search}
            icon={<Search />}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onBlur={() => setParam('q', search.trim())}
            onKeyDown={(event) => event.key === 'Enter' && setParam('q', search.trim())}
          />
        </div>
        <Select
          aria-label={text.language}
          className="w-auto min-w-40 flex-1 sm:flex-none"
          value={language ?? ANY}
          options={[
            { value: ANY, label: text.anyLanguage },
            ...scriptLanguages.map(({ id, label }) => ({ value: id, label })),
          ]}
          onChange={(next) => setParam('language', next)}
        />
        <Select
          aria-label={text.owner}
          className="w-auto min-w-36 flex-1 sm:flex-none"
          value={owner ?? ANY}
          options={[{ value: ANY, label: text.anyOwner }, ...ownerOptions.map((one) => ({ value: one, label: one }))]}
          onChange={(next) => setParam('in', next)}
        />
      </div>
      {list.isError && list.data === undefined ? (
        <Banner tone="danger" title={text.failed} action={<Button onClick={() => list.refetch()}>{text.again}</Button>}>
          {list.error.message}
        </Banner>
      ) : null}
      {list.isPending ? <SkeletonRows rows={8} /> : null}
      {list.isSuccess && scripts.length === 0 && newDrafts.length === 0 ? (
        <Nothing isFiltered={isFiltered} isTrash={isTrash} mayWrite={mayWrite} hrefs={hrefs} onClear={clear} />
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
