import { Keyboard, Monitor, Moon, Sun, UserRound, UsersRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { toRoute } from '@/components/ui/app-link';
import { type Command, useCommands } from './commands';
import type { NavigationId, navigationFor } from './navigation';
import { useShortcut } from './shortcut-provider';
import { keysOf } from './shortcuts';
import { NavigationIcon } from './sidebar';
import { chooseTheme } from './theme';

const text = {
  places: 'Go to',
  look: 'This page',
  shortcuts: 'Show keyboard shortcuts',
  themeSystem: 'Theme: as the system',
  themeLight: 'Theme: light',
  themeDark: 'Theme: dark',
  account: 'Account',
  people: 'People of this server',
};

interface Places {
  readonly accountHref?: string;
  readonly peopleHref?: string;
}

/** The places of the navigation, by palette and by keys, and what is always possible. */
export function useShellCommands(
  groups: ReturnType<typeof navigationFor>,
  { accountHref, peopleHref }: Places,
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
