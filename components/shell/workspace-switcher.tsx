'use client';

import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/components/ui/cx';
import { DropdownMenu, type MenuEntry } from '@/components/ui/dropdown-menu';

const text = {
  workspace: 'Workspace',
  menu: 'Workspaces',
  create: 'New workspace',
};

export type ShellWorkspace = { id: string; name: string };

export type WorkspaceSwitcherProps = {
  current: ShellWorkspace;
  workspaces: ShellWorkspace[];
  /** Only for those who may make one. */
  newWorkspaceHref?: string;
  isFolded?: boolean;
};

/** Where one is, and the other workspaces one belongs to. */
export function WorkspaceSwitcher({ current, workspaces, newWorkspaceHref, isFolded = false }: WorkspaceSwitcherProps) {
  const entries: MenuEntry[] = [
    { kind: 'heading', id: '_heading', label: text.menu },
    ...workspaces.map(
      (workspace): MenuEntry => ({
        kind: 'link',
        id: workspace.id,
        label: workspace.name,
        href: `/w/${encodeURIComponent(workspace.id)}`,
        icon: workspace.id === current.id ? <Check className="text-accent" /> : <span className="block size-4" />,
      }),
    ),
    ...(newWorkspaceHref
      ? ([
          { kind: 'separator', id: '_line' },
          { kind: 'link', id: '_new', label: text.create, href: newWorkspaceHref, icon: <Plus /> },
        ] satisfies MenuEntry[])
      : []),
  ];
  return (
    <DropdownMenu
      label={text.menu}
      align="start"
      className="min-w-56"
      entries={entries}
      trigger={
        <button
          type="button"
          className={cx(
            'touch-target flex h-9 min-w-0 items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-hover',
            isFolded ? 'justify-center px-0' : 'w-full',
          )}
        >
          <Avatar name={current.name} isSquare />
          <span className="sr-only">{text.workspace}</span>
          <span className={isFolded ? 'sr-only' : 'min-w-0 flex-1 truncate text-sm font-semibold'}>{current.name}</span>
          {isFolded ? null : <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />}
        </button>
      }
    />
  );
}
