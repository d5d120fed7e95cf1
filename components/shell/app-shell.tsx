'use client';

import { usePathname } from 'next/navigation';
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { Drawer } from '@/components/ui/drawer';
import type { CommandPaletteProps, PaletteSearch } from './command-palette';
import { CommandProvider } from './commands';
import { currentItem, type NavigationId, navigationFor, type ShellRole } from './navigation';
import { saveNavigationFolded } from './navigation-fold';
import { OfflineBanner } from './offline-banner';
import { PhoneHeader } from './phone-header';
import { useShellCommands } from './shell-commands';
import { ShortcutList } from './shortcut-list';
import { ShortcutProvider, useShortcut } from './shortcut-provider';
import { Sidebar, type SidebarProps } from './sidebar';
import { type ShellUser, UserMenu } from './user-menu';
import { type ShellWorkspace, WorkspaceSwitcher } from './workspace-switcher';

const text = {
  skip: 'Skip to the content',
  navigation: 'Navigation',
};

// Not part of the first load; fetched when the page is idle, so that the first opening needs no network.
const loadPalette = () => import('./command-palette');
const CommandPalette: ComponentType<CommandPaletteProps> = lazy(() =>
  loadPalette().then((module) => ({ default: module.CommandPalette })),
);

export type AppShellProps = {
  role: ShellRole;
  workspace: ShellWorkspace;
  workspaces: ShellWorkspace[];
  user: ShellUser;
  onSignOut: () => void;
  accountHref?: string;
  /** The people of this server, for instance administrators. */
  peopleHref?: string;
  newWorkspaceHref?: string;
  counts?: Partial<Record<NavigationId, number>>;
  /** The workspace's own search, for the palette: a server action or a fetch, answers within the reader's rights. */
  search?: PaletteSearch;
  /** Conditions that concern the whole workspace, such as a group without workers. */
  banner?: ReactNode;
  /** True while the live stream is cut. */
  isConnectionLost?: boolean;
  /** From the cookie, see navigation-fold.ts. */
  isFoldedAtFirst?: boolean;
  children: ReactNode;
};

/** The frame of every page of a workspace. Fetches nothing: data and callbacks come from the page's layout. */
export function AppShell(props: AppShellProps) {
  return (
    <ShortcutProvider>
      <CommandProvider>
        <Frame {...props} />
      </CommandProvider>
    </ShortcutProvider>
  );
}

function Frame(props: AppShellProps) {
  const { role, workspace, banner, children } = props;
  const path = usePathname();
  const [isFolded, setIsFolded] = useState(props.isFoldedAtFirst ?? false);
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  const [areShortcutsShown, setAreShortcutsShown] = useState(false);
  const groups = useMemo(() => navigationFor(role, workspace.id), [role, workspace.id]);

  function fold(next: boolean) {
    setIsFolded(next);
    saveNavigationFolded(next);
  }
  useEffect(() => whenIdle(loadPalette), []);
  useShortcut('palette.open', () => setIsPaletteOpen((before) => !before));
  useShortcut('shortcuts.show', () => setAreShortcutsShown(true));
  useShortcut('navigation.toggle', () => fold(!isFolded));
  useShellCommands(groups, props, () => setAreShortcutsShown(true));

  const sidebar = {
    ...props,
    groups,
    current: currentItem(groups, path),
    onNavigate: () => setIsDrawerOpen(false),
    onSearch: () => {
      setIsDrawerOpen(false);
      setIsPaletteOpen(true);
    },
    onShowShortcuts: () => setAreShortcutsShown(true),
  };
  return (
    <div className="flex min-h-dvh flex-col md:h-dvh md:flex-row">
      <a
        href="#content"
        className="sr-only z-60 rounded-md bg-text px-3 py-2 text-sm text-surface focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {text.skip}
      </a>
      <PhoneHeader
        name={workspace.name}
        groups={groups}
        waitingCount={props.counts?.approvals ?? 0}
        onMenu={() => setIsDrawerOpen(true)}
        onSearch={() => setIsPaletteOpen(true)}
      />
      <aside className={`hidden shrink-0 md:block ${isFolded ? 'w-14' : 'w-58'}`}>
        <ShellSidebar {...sidebar} isFolded={isFolded} onFold={fold} />
      </aside>
      <main
        id="content"
        tabIndex={-1}
        className="flex min-w-0 flex-1 flex-col bg-surface outline-none md:my-2 md:mr-2 md:overflow-y-auto md:rounded-lg md:border"
      >
        <OfflineBanner isConnectionLost={props.isConnectionLost} />
        {banner}
        {children}
      </main>
      <Drawer
        side="left"
        width="sm"
        title={text.navigation}
        isTitleHidden
        isOpen={isDrawerOpen}
        onOpenChange={setIsDrawerOpen}
        className="max-w-72 bg-sunken [&>div]:p-0"
      >
        <ShellSidebar {...sidebar} isInDrawer isFolded={false} />
      </Drawer>
      {isPaletteOpen ? (
        <Suspense>
          <CommandPalette isOpen onOpenChange={setIsPaletteOpen} workspaceId={workspace.id} search={props.search} />
        </Suspense>
      ) : null}
      <ShortcutList isOpen={areShortcutsShown} onOpenChange={setAreShortcutsShown} isOperator={role === 'operator'} />
    </div>
  );
}

type ShellSidebarProps = Omit<AppShellProps, 'role' | 'children'> & {
  groups: SidebarProps['groups'];
  current: SidebarProps['current'];
  isInDrawer?: boolean;
  isFolded: boolean;
  onFold?: (isFolded: boolean) => void;
  onNavigate: () => void;
  onSearch: () => void;
  onShowShortcuts: () => void;
};

/** The navigation with the workspace above and the person below: beside the page, or in a phone's drawer. */
function ShellSidebar({ isInDrawer = false, ...props }: ShellSidebarProps) {
  const { groups, current, counts, isFolded } = props;
  return (
    <Sidebar
      groups={groups}
      current={current}
      counts={counts}
      isFolded={isFolded}
      onFold={props.onFold}
      onNavigate={props.onNavigate}
      onSearch={props.onSearch}
      top={
        // The drawer's close button stands at its top right.
        <div className={isInDrawer ? 'pr-12' : undefined}>
          <WorkspaceSwitcher
            current={props.workspace}
            workspaces={props.workspaces}
            newWorkspaceHref={props.newWorkspaceHref}
            isFolded={isFolded}
          />
        </div>
      }
      bottom={
        <UserMenu
          user={props.user}
          accountHref={props.accountHref}
          peopleHref={props.peopleHref}
          onSignOut={props.onSignOut}
          onShowShortcuts={props.onShowShortcuts}
          isFolded={isFolded}
        />
      }
    />
  );
}

function whenIdle(load: () => Promise<unknown>): () => void {
  // Safari has no requestIdleCallback.
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(() => void load(), 1_500);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(() => void load());
  return () => cancelIdleCallback(handle);
}
