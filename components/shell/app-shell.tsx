'use client';

import { Keyboard, Menu, Monitor, Moon, Search, Sun, UserRound, UsersRound } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { AppLink, toRoute } from '@/components/ui/app-link';
import { Drawer } from '@/components/ui/drawer';
import { IconButton } from '@/components/ui/icon-button';
import { Logo } from '@/components/ui/logo';
import type { CommandPaletteProps, PaletteSearch } from './command-palette';
import { type Command, CommandProvider, useCommands } from './commands';
import { currentItem, type NavigationId, navigationFor, type ShellRole } from './navigation';
import { saveNavigationFolded } from './navigation-fold';
import { OfflineBanner } from './offline-banner';
import { ShortcutList } from './shortcut-list';
import { ShortcutProvider, useShortcut } from './shortcut-provider';
import { keysOf } from './shortcuts';
import { NavigationIcon, Sidebar } from './sidebar';
import { chooseTheme } from './theme';
import { type ShellUser, UserMenu } from './user-menu';
import { type ShellWorkspace, WorkspaceSwitcher } from './workspace-switcher';

const text = {
  skip: 'Skip to the content',
  menu: 'Open navigation',
  search: 'Find or do',
  places: 'Go to',
  look: 'This page',
  shortcuts: 'Show keyboard shortcuts',
  themeSystem: 'Theme: as the system',
  themeLight: 'Theme: light',
  themeDark: 'Theme: dark',
  navigation: 'Navigation',
  account: 'Account',
  people: 'People of this server',
  waiting: (count: number) => (count === 1 ? '1 approval waits for you' : `${count} approvals wait for you`),
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
  const { role, workspace, user, banner, children } = props;
  const path = usePathname();
  const [isFolded, setIsFolded] = useState(props.isFoldedAtFirst ?? false);
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const [isPaletteOpen, setIsPaletteOpen] = useState(false);
  const [areShortcutsShown, setAreShortcutsShown] = useState(false);
  const groups = useMemo(() => navigationFor(role, workspace.id), [role, workspace.id]);
  const current = currentItem(groups, path);

  function fold(next: boolean) {
    setIsFolded(next);
    saveNavigationFolded(next);
  }
  useEffect(() => whenIdle(loadPalette), []);
  useShortcut('palette.open', () => setIsPaletteOpen((before) => !before));
  useShortcut('shortcuts.show', () => setAreShortcutsShown(true));
  useShortcut('navigation.toggle', () => fold(!isFolded));
  useShellCommands(groups, props, () => setAreShortcutsShown(true));

  function sidebar(isDrawer: boolean) {
    const isNarrow = isFolded && !isDrawer;
    return (
      <Sidebar
        groups={groups}
        current={current}
        counts={props.counts}
        isFolded={isNarrow}
        onFold={isDrawer ? undefined : fold}
        onNavigate={() => setIsDrawerOpen(false)}
        onSearch={() => {
          setIsDrawerOpen(false);
          setIsPaletteOpen(true);
        }}
        top={
          // The drawer's close button stands at its top right.
          <div className={isDrawer ? 'pr-12' : undefined}>
            <WorkspaceSwitcher
              current={workspace}
              workspaces={props.workspaces}
              newWorkspaceHref={props.newWorkspaceHref}
              isFolded={isNarrow}
            />
          </div>
        }
        bottom={
          <UserMenu
            user={user}
            accountHref={props.accountHref}
            peopleHref={props.peopleHref}
            onSignOut={props.onSignOut}
            onShowShortcuts={() => setAreShortcutsShown(true)}
            isFolded={isNarrow}
          />
        }
      />
    );
  }
  return (
    <div className="flex min-h-dvh flex-col md:h-dvh md:flex-row">
      <a
        href="#content"
        className="sr-only z-60 rounded-md bg-text px-3 py-2 text-sm text-surface focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {text.skip}
      </a>
      <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b border-line bg-surface px-2 md:hidden">
        <IconButton label={text.menu} icon={<Menu />} onClick={() => setIsDrawerOpen(true)} />
        <AppLink
          href={groups[0]?.items[0]?.href ?? '/'}
          className="flex min-h-11 min-w-0 items-center gap-2 rounded-md px-1"
        >
          <Logo className="size-5 shrink-0" />
          <span className="truncate text-sm font-semibold">{workspace.name}</span>
        </AppLink>
        <span className="ml-auto flex shrink-0 items-center">
          <WaitingApprovals groups={groups} count={props.counts?.approvals ?? 0} />
          <IconButton label={text.search} icon={<Search />} onClick={() => setIsPaletteOpen(true)} />
        </span>
      </header>
      <aside className={`hidden shrink-0 md:block ${isFolded ? 'w-14' : 'w-58'}`}>{sidebar(false)}</aside>
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
        {sidebar(true)}
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

/** On a phone the navigation is out of sight; what waits for the reader must not be. */
function WaitingApprovals({ groups, count }: { groups: ReturnType<typeof navigationFor>; count: number }) {
  const item = groups.flatMap(({ items }) => items).find(({ id }) => id === 'approvals');
  if (item === undefined || count === 0) return null;
  return (
    <AppLink
      href={item.href}
      aria-label={text.waiting(count)}
      className="flex h-11 min-w-11 items-center justify-center gap-1.5 rounded-md px-2 text-sm font-medium text-accent tabular-nums [&_svg]:size-4.5"
    >
      <NavigationIcon id="approvals" />
      {count.toLocaleString('en-US')}
    </AppLink>
  );
}

/** The places of the navigation, by palette and by keys, and what is always possible. */
function useShellCommands(
  groups: ReturnType<typeof navigationFor>,
  { accountHref, peopleHref }: Pick<AppShellProps, 'accountHref' | 'peopleHref'>,
  showShortcuts: () => void,
) {
  const router = useRouter();
  const hrefs = new Map(groups.flatMap((group) => group.items.map((item) => [item.id, item.href])));
  function goTo(id: NavigationId) {
    const href = hrefs.get(id);
    return href === undefined ? null : () => router.push(toRoute(href));
  }
  useShortcut('go.home', goTo('home'));
  useShortcut('go.runs', goTo('runs'));
  useShortcut('go.approvals', goTo('approvals'));
  useShortcut('go.scripts', goTo('scripts'));
  useShortcut('go.flows', goTo('flows'));
  useShortcut('go.resources', goTo('resources'));
  useShortcut('go.workers', goTo('workers'));
  useShortcut('go.settings', goTo('settings'));

  const [show] = useState(() => showShortcuts);
  const commands = useMemo<Command[]>(
    () => [
      ...groups.flatMap((group) =>
        group.items.map((item) => ({
          id: `go.${item.id}`,
          label: item.label,
          group: text.places,
          icon: <NavigationIcon id={item.id} />,
          keys: keysOf(item.shortcut),
          href: item.href,
        })),
      ),
      ...(accountHref === undefined
        ? []
        : [
            {
              id: 'go.account',
              label: text.account,
              group: text.places,
              icon: <UserRound />,
              keywords: ['token', 'password', 'sessions'],
              href: accountHref,
            },
          ]),
      ...(peopleHref === undefined
        ? []
        : [{ id: 'go.people', label: text.people, group: text.places, icon: <UsersRound />, href: peopleHref }]),
      {
        id: 'shortcuts',
        label: text.shortcuts,
        group: text.look,
        icon: <Keyboard />,
        keys: keysOf('shortcuts.show'),
        run: show,
      },
      {
        id: 'theme.system',
        label: text.themeSystem,
        group: text.look,
        icon: <Monitor />,
        run: () => chooseTheme('system'),
      },
      { id: 'theme.light', label: text.themeLight, group: text.look, icon: <Sun />, run: () => chooseTheme('light') },
      { id: 'theme.dark', label: text.themeDark, group: text.look, icon: <Moon />, run: () => chooseTheme('dark') },
    ],
    [groups, accountHref, peopleHref, show],
  );
  useCommands(commands);
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
