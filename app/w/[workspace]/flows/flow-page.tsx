'use client';

import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { LazyCodeEditor } from '@/components/code/lazy-code-editor';
import { textOf } from '@/components/flow-editor/flow-draft';
import { FlowMark } from '@/components/flow-view/step-mark';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
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
import type { WireFlow } from '@/core/flow/wire';
import { nameOf } from '@/core/path';
import { FlowAbout } from './flow-about';
import { flowActions, flowHrefs, useFlow, useFlowsChanged } from './flow-data';
import { RunFlow } from './run-flow';
import { Versions } from './versions';

const text = {
  list: 'Flows',
  edit: 'Edit',
  more: 'More',
  duplicate: 'Make a copy',
  trash: 'Move to the trash',
  trashAsk: (path: string) => `Move ${path} to the trash?`,
  trashText: 'It cannot be run any more, also not by whoever calls it by its path. It can be restored for 30 days.',
  trashed: (path: string) => `${path} lies in the trash.`,
  undo: 'Undo',
  restored: (path: string) => `${path} is back.`,
  inTrash: 'This flow lies in the trash.',
  inTrashText: 'It cannot be run until it is restored.',
  restore: 'Restore',
  tabs: 'About this flow',
  run: 'Run',
  text: 'Text',
  versions: 'Versions',
  textOf: (path: string) => `Text of ${path}`,
  missing: 'There is no such flow',
  missingText: (path: string) => `${path} does not exist, or you may not see it.`,
  failed: 'The flow cannot be read.',
  notDone: 'That did not work.',
};

interface Props {
  workspaceId: string;
  path: string;
  isOperator: boolean;
  mayWrite: boolean;
  whyNotRun: string | null;
}

/** One flow's page; which tab is open stands in the address. */
export function FlowPage(props: Props) {
  const { workspaceId, path } = props;
  const hrefs = flowHrefs(workspaceId);
  const flow = useFlow(workspaceId, path);
  if (flow.error?.status === 404) {
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
  if (flow.data === undefined) {
    return (
      <Page>
        {flow.error === null ? (
          <SkeletonRows rows={8} />
        ) : (
          <Banner tone="danger" title={text.failed}>
            {flow.error.message}
          </Banner>
        )}
      </Page>
    );
  }
  return <LoadedFlow {...props} flow={flow.data} />;
}

const tabIds = ['run', 'text', 'versions'];

function LoadedFlow({ flow, ...props }: Props & { flow: WireFlow }) {
  const { workspaceId, path, isOperator, mayWrite } = props;
  const params = useSearchParams();
  const pathname = usePathname();
  const router = useRouter();
  const hrefs = flowHrefs(workspaceId);
  const changed = useFlowsChanged(workspaceId);
  const tab = tabIds.find((id) => id === params.get('tab')) ?? 'run';
  const isTrashed = flow.archived;
  const mayEdit = mayWrite && !isTrashed;

  async function restore() {
    await perform(flowActions.restore(workspaceId, path), text.restored(path));
    await changed();
  }
  const run = (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <RunFlow
        workspaceId={workspaceId}
        flow={flow}
        isSimple={isOperator}
        disabledReason={isTrashed ? text.inTrashText : props.whyNotRun}
      />
      <FlowAbout workspaceId={workspaceId} flow={flow} isSimple={isOperator} />
    </div>
  );
  return (
    <Page>
      <PageHeader
        title={flow.summary || nameOf(path)}
        breadcrumbs={isOperator ? undefined : [{ label: text.list, href: hrefs.list }]}
        badge={isOperator ? undefined : <FlowMark />}
        subtitle={
          <>
            <span className="inline-flex items-center gap-1 font-mono text-xs text-faint">
              {path} <CopyButton value={path} />
            </span>
            {flow.description ? <span className="block whitespace-pre-line">{flow.description}</span> : null}
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
      {isOperator ? (
        run
      ) : (
        <Tabs
          label={text.tabs}
          tabs={[
            { id: 'run', label: text.run, content: run },
            { id: 'text', label: text.text, content: <Text flow={flow} /> },
            {
              id: 'versions',
              label: text.versions,
              content: <Versions workspaceId={workspaceId} flow={flow} mayWrite={mayEdit} />,
            },
          ]}
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
  const hrefs = flowHrefs(workspaceId);
  const changed = useFlowsChanged(workspaceId);
  const [isAsking, setIsAsking] = useState(false);
  const entries: MenuEntry[] = [
    { kind: 'link', id: 'copy', label: text.duplicate, icon: <Copy />, href: hrefs.copyOf(path) },
    { id: 'trash', label: text.trash, icon: <Trash2 />, isDanger: true, onSelect: () => setIsAsking(true) },
  ];
  async function trash() {
    try {
      await flowActions.trash(workspaceId, path);
    } catch (error) {
      notifyError(text.notDone, { detail: error instanceof Error ? error.message : String(error) });
      return;
    }
    const undo = () => void perform(flowActions.restore(workspaceId, path), text.restored(path)).then(() => changed());
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
        description={text.trashText}
        confirmLabel={text.trash}
        isDanger
        onConfirm={trash}
      />
    </>
  );
}

function Text({ flow }: { flow: WireFlow }) {
  const written = textOf(flow);
  return (
    <div className="flex flex-col gap-2">
      <CopyButton value={written} isLabelShown className="self-end" />
      <div className="overflow-hidden rounded-lg border border-line">
        <LazyCodeEditor
          value={written}
          language="yaml"
          label={text.textOf(flow.path)}
          isReadOnly
          height="grow"
          className="[&_.cm-editor]:!max-h-none"
        />
      </div>
    </div>
  );
}
