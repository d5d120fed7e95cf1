'use client';

import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { Page } from '@/components/shell/page';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { CopyButton } from '@/components/ui/copy-button';
import { DropdownMenu, type MenuEntry } from '@/components/ui/dropdown-menu';
import { IconButton } from '@/components/ui/icon-button';
import { PageHeader } from '@/components/ui/page-header';
import { plainLabel } from '@/components/ui/plain-label';
import { type Tab, Tabs } from '@/components/ui/tabs';
import { nameOf } from '@/core/path';
import type { VersionedKind } from '@/core/versioned/model';
import { itemHrefs } from './item-data';
import { useTrash } from './use-trash';

const text = {
  edit: 'Edit',
  more: 'More',
  duplicate: 'Make a copy',
  trash: 'Move to the trash',
  trashAsk: (path: string) => `Move ${path} to the trash?`,
  trashText: 'It cannot be run any more, also not by whoever calls it by its path. It can be restored for 30 days.',
  inTrash: (noun: VersionedKind) => `This ${noun} lies in the trash.`,
  inTrashText: 'It cannot be run until it is restored.',
  restore: 'Restore',
  run: 'Run',
  tabs: (noun: VersionedKind) => `About this ${noun}`,
};

export interface ItemPageProps {
  workspaceId: string;
  noun: VersionedKind;
  /** what a list of them is called: 'Scripts' */
  listLabel: string;
  item: { path: string; summary: string; description: string; archived: boolean };
  /** a small sign beside the name */
  mark: ReactNode;
  /** operators see no builder words: the name, and the first tab */
  isOperator: boolean;
  mayWrite: boolean;
  whyNotRun: string | null;
  /** the form that runs it, disabled for a reason; the first tab */
  run: (disabledReason: string | null) => ReactNode;
  /** what builders see besides; `mayEdit`: it is theirs to change and does not lie in the trash */
  tabs: (mayEdit: boolean) => readonly Tab[];
  /** what breaks when it goes; asked for with `onAskTrash` */
  trashWarning?: string;
  onAskTrash?: () => void;
}

/** The page of a script or a flow; which tab is open stands in the address. */
export function ItemPage(props: ItemPageProps) {
  const { workspaceId, noun, listLabel, item, isOperator, mayWrite } = props;
  const { restore } = useTrash(noun, workspaceId);
  const mayEdit = mayWrite && !item.archived;
  const run = props.run(item.archived ? text.inTrashText : props.whyNotRun);
  return (
    <Page>
      <PageHeader
        title={item.summary || (isOperator ? plainLabel(nameOf(item.path)) : nameOf(item.path))}
        breadcrumbs={isOperator ? undefined : [{ label: listLabel, href: itemHrefs(noun, workspaceId).list }]}
        badge={isOperator ? undefined : props.mark}
        subtitle={
          <>
            {isOperator ? null : (
              <span className="inline-flex items-center gap-1 font-mono text-xs wrap-anywhere text-faint">
                {item.path} <CopyButton value={item.path} />
              </span>
            )}
            {item.description ? <span className="block whitespace-pre-line">{item.description}</span> : null}
          </>
        }
        actions={mayEdit ? <Actions {...props} /> : undefined}
      />
      {item.archived ? (
        <Banner
          tone="warning"
          title={text.inTrash(noun)}
          className="mb-5"
          action={mayWrite ? <Button onClick={() => void restore(item.path)}>{text.restore}</Button> : undefined}
        >
          {text.inTrashText}
        </Banner>
      ) : null}
      {isOperator ? run : <AddressedTabs label={text.tabs(noun)} run={run} others={props.tabs(mayEdit)} />}
    </Page>
  );
}

const RUN_TAB = 'run';

function AddressedTabs({ label, run, others }: { label: string; run: ReactNode; others: readonly Tab[] }) {
  const params = useSearchParams();
  const pathname = usePathname();
  const router = useRouter();
  const tabs = [{ id: RUN_TAB, label: text.run, content: run }, ...others];
  return (
    <Tabs
      label={label}
      tabs={tabs}
      value={tabs.find(({ id }) => id === params.get('tab'))?.id ?? RUN_TAB}
      onChange={(id) => router.replace(toRoute(id === RUN_TAB ? pathname : `${pathname}?tab=${id}`), { scroll: false })}
      contentClassName="pt-6"
    />
  );
}

function Actions({ workspaceId, noun, item: { path }, trashWarning = '', onAskTrash }: ItemPageProps) {
  const hrefs = itemHrefs(noun, workspaceId);
  const { trash } = useTrash(noun, workspaceId);
  const [isAsking, setIsAsking] = useState(false);
  function ask() {
    setIsAsking(true);
    onAskTrash?.();
  }
  const entries: MenuEntry[] = [
    { kind: 'link', id: 'copy', label: text.duplicate, icon: <Copy />, href: hrefs.copyOf(path) },
    { id: 'trash', label: text.trash, icon: <Trash2 />, isDanger: true, onSelect: ask },
  ];
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
        description={`${trashWarning} ${text.trashText}`.trim()}
        confirmLabel={text.trash}
        isDanger
        onConfirm={() => trash(path)}
      />
    </>
  );
}
