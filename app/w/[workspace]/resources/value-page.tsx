'use client';

import { Ellipsis, FolderInput, Trash2 } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import type { OwnerOption } from '@/components/editor/path-field';
import { pathProblem } from '@/components/editor/path-field';
import { MoveDialog } from '@/components/resource-editor/move-dialog';
import { breakSentence } from '@/components/resource-editor/usage-words';
import { UsedByView } from '@/components/resource-editor/used-by';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { CopyButton } from '@/components/ui/copy-button';
import { DropdownMenu } from '@/components/ui/dropdown-menu';
import { IconButton } from '@/components/ui/icon-button';
import { MessagePage } from '@/components/ui/message-page';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Tabs } from '@/components/ui/tabs';
import { notifyError, notifySuccess } from '@/components/ui/toast';
import { nameOf } from '@/core/path';
import { resourceHrefs } from './resource-data';
import { usageHref, useMovePlan, useUsedBy, useValuesChanged, type ValueNoun, valueActions } from './value-data';
import { ValueHistory } from './value-history';

const text = {
  resource: { list: 'Resources', new: 'New resource', missing: 'There is no such resource' },
  variable: { list: 'Variables', new: 'New variable', missing: 'There is no such variable' },
  missingText: (path: string) => `${path} does not exist, or you may not see it.`,
  tabs: 'About it',
  value: 'Value',
  usedBy: 'Used by',
  history: 'History',
  more: 'More',
  move: 'Move or rename…',
  moved: (path: string) => `It is at ${path} now.`,
  remove: 'Delete',
  removeMenu: 'Delete…',
  removeAsk: (path: string) => `Delete ${path}?`,
  looking: 'Looking for what refers to it…',
  unused: 'Nothing that is stored here refers to it.',
  kept: 'It can be brought back for 30 days.',
  removed: (path: string) => `${path} is deleted.`,
  undo: 'Undo',
  restored: (path: string) => `${path} is back.`,
  notRemoved: 'It was not deleted.',
  notRestored: 'It was not brought back.',
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export interface ValuePageProps {
  workspaceId: string;
  noun: ValueNoun;
  /** null: a new one */
  path: string | null;
  owners: readonly OwnerOption[];
  whyNotWrite: string | null;
  /** what reading it said; null when it went well */
  error: (Error & { readonly status?: number }) | null;
  isLoading: boolean;
  /** the form, once everything is read */
  children: ReactNode;
}

/** What the pages of resources and variables have in common: everything but the form. */
export function ValuePage(props: ValuePageProps) {
  const { workspaceId, noun, path, error, isLoading, children } = props;
  const words = text[noun];
  const hrefs = resourceHrefs(workspaceId);
  const listHref = noun === 'resource' ? hrefs.list : hrefs.variables;
  if (error?.status === 404) {
    const back = (
      <Button asChild>
        <AppLink href={listHref}>{words.list}</AppLink>
      </Button>
    );
    return (
      <MessagePage isInShell title={words.missing} action={back}>
        {text.missingText(path ?? '')}
      </MessagePage>
    );
  }
  if (error !== null) {
    return (
      <Page width="narrow">
        <Banner tone="danger">{error.message}</Banner>
      </Page>
    );
  }
  if (isLoading) {
    return (
      <Page width="narrow">
        <SkeletonRows rows={6} />
      </Page>
    );
  }
  const breadcrumbs = [{ label: words.list, href: listHref }];
  if (path === null) {
    return (
      <Page width="narrow">
        <PageHeader title={words.new} breadcrumbs={breadcrumbs} />
        {children}
      </Page>
    );
  }
  return (
    <StoredValue {...props} path={path} listHref={listHref} breadcrumbs={breadcrumbs}>
      {children}
    </StoredValue>
  );
}

type StoredProps = ValuePageProps & {
  path: string;
  listHref: string;
  breadcrumbs: { label: string; href: string }[];
};

const tabIds = ['value', 'used-by', 'history'];

/** The page of something that exists; which tab is open stands in the address. */
function StoredValue({ workspaceId, noun, path, owners, whyNotWrite, listHref, breadcrumbs, children }: StoredProps) {
  const params = useSearchParams();
  const pathname = usePathname();
  const router = useRouter();
  const [asked, setAsked] = useState<'move' | 'remove' | null>(null);
  const usedBy = useUsedBy(workspaceId, noun, path);
  const tab = tabIds.find((id) => id === params.get('tab')) ?? 'value';
  const count = usedBy.data === undefined ? undefined : usedBy.data.usages.length + usedBy.data.hidden;
  const menu = (
    <DropdownMenu
      label={text.more}
      trigger={<IconButton label={text.more} icon={<Ellipsis />} />}
      entries={[
        { id: 'move', label: text.move, icon: <FolderInput />, onSelect: () => setAsked('move') },
        { id: 'remove', label: text.removeMenu, icon: <Trash2 />, isDanger: true, onSelect: () => setAsked('remove') },
      ]}
    />
  );
  const usedByView = <UsedByView answer={usedBy.data} error={usedBy.error} href={usageHref(workspaceId)} />;
  const history = <ValueHistory workspaceId={workspaceId} noun={noun} path={path} mayWrite={whyNotWrite === null} />;
  return (
    <Page>
      <PageHeader
        title={nameOf(path)}
        subtitle={
          <span className="inline-flex items-center gap-1 font-mono text-xs wrap-anywhere">
            {path} <CopyButton value={path} />
          </span>
        }
        breadcrumbs={breadcrumbs}
        actions={whyNotWrite === null ? menu : undefined}
      />
      <Tabs
        label={text.tabs}
        value={tab}
        onChange={(id) =>
          router.replace(toRoute(id === 'value' ? pathname : `${pathname}?tab=${id}`), { scroll: false })
        }
        contentClassName="pt-6"
        tabs={[
          { id: 'value', label: text.value, content: <div className="max-w-3xl">{children}</div> },
          {
            id: 'used-by',
            label: text.usedBy,
            ...(count === undefined ? {} : { count }),
            content: <div className="max-w-3xl">{usedByView}</div>,
          },
          { id: 'history', label: text.history, content: history },
        ]}
      />
      {asked === 'move' ? (
        <Move workspaceId={workspaceId} noun={noun} path={path} owners={owners} onClose={() => setAsked(null)} />
      ) : null}
      <Remove
        workspaceId={workspaceId}
        noun={noun}
        path={path}
        listHref={listHref}
        warning={usedBy.data === undefined ? text.looking : breakSentence(usedBy.data) || text.unused}
        isOpen={asked === 'remove'}
        onClose={() => setAsked(null)}
      />
    </Page>
  );
}

interface MoveProps {
  workspaceId: string;
  noun: ValueNoun;
  path: string;
  owners: readonly OwnerOption[];
  onClose: () => void;
}

function Move({ workspaceId, noun, path, owners, onClose }: MoveProps) {
  const router = useRouter();
  const changed = useValuesChanged(workspaceId);
  const hrefs = resourceHrefs(workspaceId);
  const [newPath, setNewPath] = useState(path);
  const isAsked = newPath !== path && pathProblem(newPath) === null;
  const plan = useMovePlan(workspaceId, noun, path, isAsked ? newPath : null);
  return (
    <MoveDialog
      path={path}
      owners={owners}
      newPath={newPath}
      onNewPath={setNewPath}
      plan={isAsked ? plan.data : null}
      planError={plan.error}
      href={usageHref(workspaceId)}
      onClose={onClose}
      onMove={async () => {
        await valueActions.move(workspaceId, noun, path, newPath);
        notifySuccess(text.moved(newPath));
        await changed({ isLeaving: true });
        router.replace(toRoute(noun === 'resource' ? hrefs.edit(newPath) : hrefs.editVariable(newPath)));
      }}
    />
  );
}

interface RemoveProps {
  workspaceId: string;
  noun: ValueNoun;
  path: string;
  listHref: string;
  /** who would break */
  warning: string;
  isOpen: boolean;
  onClose: () => void;
}

function Remove({ workspaceId, noun, path, listHref, warning, isOpen, onClose }: RemoveProps) {
  const router = useRouter();
  const changed = useValuesChanged(workspaceId);
  async function undo() {
    try {
      const [last] = await valueActions.history(workspaceId, noun, path);
      if (last !== undefined) await valueActions.restore(workspaceId, noun, path, last.number);
      notifySuccess(text.restored(path));
    } catch (error) {
      notifyError(text.notRestored, { detail: messageOf(error) });
    }
    await changed();
  }
  async function remove() {
    try {
      await valueActions.remove(workspaceId, noun, path);
    } catch (error) {
      notifyError(text.notRemoved, { detail: messageOf(error) });
      return;
    }
    notifySuccess(text.removed(path), { action: { label: text.undo, onSelect: () => void undo() } });
    await changed({ isLeaving: true });
    router.push(toRoute(listHref));
  }
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={text.removeAsk(nameOf(path))}
      description={
        <>
          <p className="wrap-anywhere">{warning}</p>
          <p className="mt-1.5">{text.kept}</p>
        </>
      }
      confirmLabel={text.remove}
      isDanger
      onConfirm={remove}
    />
  );
}
