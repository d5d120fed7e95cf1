'use client';

import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { codeLanguageOf } from '@/components/code/code-languages';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { breakSentence } from '@/components/resource-editor/usage-words';
import { UsedByView } from '@/components/resource-editor/used-by';
import { LanguageMark } from '@/components/script-editor/language-badge';
import { ScriptDetails } from '@/components/script-editor/script-details';
import type { GroupOption } from '@/components/script-editor/worker-group-field';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Badge } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { CopyButton } from '@/components/ui/copy-button';
import { DropdownMenu, type MenuEntry } from '@/components/ui/dropdown-menu';
import { IconButton } from '@/components/ui/icon-button';
import { MessagePage } from '@/components/ui/message-page';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Tabs } from '@/components/ui/tabs';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { nameOf } from '@/core/path';
import type { WireScript } from '@/core/script/wire';
import { UsedBy } from '../flows/used-by';
import { usageHref, useUsedBy } from '../resources/value-data';
import { RunScript } from './run-script';
import { scriptActions, scriptHrefs, useGroups, useScript, useScriptsChanged, useStatistics } from './script-data';
import { Versions } from './versions';

const text = {
  list: 'Scripts',
  edit: 'Edit',
  more: 'More',
  duplicate: 'Make a copy',
  trash: 'Move to the trash',
  trashAsk: (path: string) => `Move ${path} to the trash?`,
  trashText: 'It cannot be run any more, also not by whoever calls it by its path. It can be restored for 30 days.',
  trashed: (path: string) => `${path} lies in the trash.`,
  undo: 'Undo',
  restored: (path: string) => `${path} is back.`,
  inTrash: 'This script lies in the trash.',
  inTrashText: 'It cannot be run until it is restored.',
  restore: 'Restore',
  tabs: 'About this script',
  run: 'Run',
  code: 'Code',
  versions: 'Versions',
  usedBy: 'Used by',
  codeOf: (path: string) => `Code of ${path}`,
  missing: 'There is no such script',
  missingText: (path: string) => `${path} does not exist, or you may not see it.`,
  failed: 'The script cannot be read.',
  notDone: 'That did not work.',
};

interface Props {
  workspaceId: string;
  path: string;
  isOperator: boolean;
  mayWrite: boolean;
  whyNotRun: string | null;
}

/** One script's page; which tab is open stands in the address. */
export function ScriptPage(props: Props) {
  const { workspaceId, path } = props;
  const hrefs = scriptHrefs(workspaceId);
  const script = useScript(workspaceId, path);
  if (script.error?.status === 404) {
    return (
      <MessagePage
        title={text.missing}
        action={
          <Button asChild>
            <AppLink href={hrefs.list}>{text.list}</AppLink>
          </Button>
        }
      >
        {text.missingText(path)}
      </MessagePage>
    );
  }
  if (script.data === undefined) {
    return (
      <Page>
        {script.error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <Banner tone="danger" title={text.failed}>
            {script.error.message}
          </Banner>
        )}
      </Page>
    );
  }
  return <LoadedScript {...props} script={script.data} />;
}

const tabIds = ['run', 'code', 'versions', 'used-by'];

function LoadedScript({ script, ...props }: Props & { script: WireScript }) {
  const { workspaceId, path, isOperator, mayWrite } = props;
  const params = useSearchParams();
  const pathname = usePathname();
  const router = useRouter();
  const hrefs = scriptHrefs(workspaceId);
  const changed = useScriptsChanged(workspaceId);
  const tab = tabIds.find((id) => id === params.get('tab')) ?? 'run';
  const isTrashed = script.archived;
  const mayEdit = mayWrite && !isTrashed;

  async function restore() {
    await perform(scriptActions.restore(workspaceId, path), text.restored(path));
    await changed();
  }
  const tabs = [
    {
      id: 'run',
      label: text.run,
      content: (
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_17rem]">
          <RunScript
            workspaceId={workspaceId}
            script={script}
            isSimple={isOperator}
            disabledReason={isTrashed ? text.inTrashText : props.whyNotRun}
          />
          {isOperator ? (
            <Details workspaceId={workspaceId} script={script} groups={null} isSimple />
          ) : (
            <DetailsWithGroups workspaceId={workspaceId} script={script} />
          )}
        </div>
      ),
    },
    ...(isOperator
      ? []
      : [
          { id: 'code', label: text.code, content: <Code script={script} /> },
          {
            id: 'versions',
            label: text.versions,
            content: <Versions workspaceId={workspaceId} script={script} mayWrite={mayEdit} />,
          },
          { id: 'used-by', label: text.usedBy, content: <UsedByScript workspaceId={workspaceId} path={path} /> },
        ]),
  ];
  return (
    <Page>
      <PageHeader
        title={script.summary || nameOf(path)}
        breadcrumbs={isOperator ? undefined : [{ label: text.list, href: hrefs.list }]}
        badge={isOperator ? undefined : <LanguageMark language={script.language} />}
        subtitle={
          <>
            <span className="inline-flex items-center gap-1 font-mono text-xs text-faint">
              {path} <CopyButton value={path} />
            </span>
            {script.description ? <span className="block whitespace-pre-line">{script.description}</span> : null}
          </>
        }
        actions={mayEdit ? <Actions workspaceId={workspaceId} path={path} /> : undefined}
      />
      {isTrashed ? (
        <Banner
          tone="warning"
          title={text.inTrash}
          className="mb-5"
          action={mayWrite ? <Button onClick={() => void restore()}>{text.restore}</Button> : undefined}
        >
          {text.inTrashText}
        </Banner>
      ) : null}
      {tabs.length === 1 ? (
        tabs[0]?.content
      ) : (
        <Tabs
          label={text.tabs}
          tabs={tabs}
          value={tab}
          onChange={(id) =>
            router.replace(toRoute(id === 'run' ? pathname : `${pathname}?tab=${id}`), { scroll: false })
          }
          contentClassName="pt-6"
        />
      )}
    </Page>
  );
}

interface DetailsProps {
  workspaceId: string;
  script: WireScript;
  groups: readonly GroupOption[] | null;
  isSimple: boolean;
}

function Details({ workspaceId, script, groups, isSimple }: DetailsProps) {
  return (
    <ScriptDetails
      script={script}
      statistics={useStatistics(workspaceId, script.path)}
      groups={groups}
      runsHref={scriptHrefs(workspaceId).runs(script.path)}
      isSimple={isSimple}
      usedBy={isSimple ? undefined : <UsedBy workspaceId={workspaceId} kind="script" path={script.path} />}
    />
  );
}

/** Only who sees groups asks for them, again and again. */
function DetailsWithGroups({ workspaceId, script }: Pick<DetailsProps, 'workspaceId' | 'script'>) {
  return <Details workspaceId={workspaceId} script={script} groups={useGroups(workspaceId)} isSimple={false} />;
}

function UsedByScript({ workspaceId, path }: { workspaceId: string; path: string }) {
  const usedBy = useUsedBy(workspaceId, 'script', path);
  return (
    <div className="max-w-3xl">
      <UsedByView answer={usedBy.data} error={usedBy.error} href={usageHref(workspaceId)} />
    </div>
  );
}

async function perform(work: Promise<unknown>, done: string): Promise<boolean> {
  try {
    await work;
    notifySuccess(done);
    return true;
  } catch (error) {
    notifyError(text.notDone, { detail: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

function Actions({ workspaceId, path }: { workspaceId: string; path: string }) {
  const router = useRouter();
  const hrefs = scriptHrefs(workspaceId);
  const changed = useScriptsChanged(workspaceId);
  const [isAsking, setIsAsking] = useState(false);
  const usedBy = useUsedBy(workspaceId, 'script', path, isAsking);
  const warning = usedBy.data === undefined ? '' : breakSentence(usedBy.data);
  const entries: MenuEntry[] = [
    { kind: 'link', id: 'copy', label: text.duplicate, icon: <Copy />, href: hrefs.copyOf(path) },
    { id: 'trash', label: text.trash, icon: <Trash2 />, isDanger: true, onSelect: () => setIsAsking(true) },
  ];
  async function trash() {
    try {
      await scriptActions.trash(workspaceId, path);
    } catch (error) {
      notifyError(text.notDone, { detail: error instanceof Error ? error.message : String(error) });
      return;
    }
    const undo = () =>
      void perform(scriptActions.restore(workspaceId, path), text.restored(path)).then(() => changed());
    notifySuccess(text.trashed(path), { action: { label: text.undo, onSelect: undo } });
    router.push(toRoute(hrefs.list));
    await changed();
  }
  return (
    <>
      <DropdownMenu
        label={text.more}
        entries={entries}
        trigger={<IconButton label={text.more} icon={<Ellipsis />} />}
      />
      <Button asChild>
        <AppLink href={hrefs.edit(path)}>
          <Pencil /> {text.edit}
        </AppLink>
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={text.trashAsk(nameOf(path))}
        description={`${warning} ${text.trashText}`.trim()}
        confirmLabel={text.trash}
        isDanger
        onConfirm={trash}
      />
    </>
  );
}

function Code({ script }: { script: WireScript }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2 text-xs text-muted">
        <Badge tone="outline">{script.hash}</Badge>
        <CopyButton value={script.content} isLabelShown className="ml-auto" />
      </div>
      <div className="overflow-hidden rounded-lg border border-line">
        <LazyCodeEditor
          value={script.content}
          language={codeLanguageOf(script.language)}
          label={text.codeOf(script.path)}
          isReadOnly
          height="grow"
          className="[&_.cm-editor]:!max-h-none"
        />
      </div>
    </div>
  );
}
