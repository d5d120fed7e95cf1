'use client';

import { Keyboard, LogOut, Monitor, Moon, Sun, UserRound, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/components/ui/cx';
import { DropdownMenu, type MenuEntry } from '@/components/ui/dropdown-menu';
import { keysOf } from './shortcuts';
import { chooseTheme, currentTheme, type Theme, themes } from './theme';

const text = {
  label: (name: string) => `${name}: account and theme`,
  menu: ', account and theme',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' } satisfies Record<Theme, string>,
  shortcuts: 'Keyboard shortcuts',
  account: 'Account',
  people: 'People of this server',
  signOut: 'Sign out',
};
const icons = { system: <Monitor />, light: <Sun />, dark: <Moon /> };

export type ShellUser = { name: string; email: string };

export type UserMenuProps = {
  user: ShellUser;
  accountHref?: string;
  /** For instance administrators only. */
  peopleHref?: string;
  onSignOut: () => void;
  onShowShortcuts: () => void;
  isFolded?: boolean;
};

/** Who one is, how it looks, and the way out. */
export function UserMenu({
  user,
  accountHref,
  peopleHref,
  onSignOut,
  onShowShortcuts,
  isFolded = false,
}: UserMenuProps) {
  const [theme, setTheme] = useState<Theme>('system');
  const entries: MenuEntry[] = [
    { kind: 'heading', id: '_who', label: user.email },
    ...(accountHref
      ? ([
          { kind: 'link', id: 'account', label: text.account, icon: <UserRound />, href: accountHref },
        ] satisfies MenuEntry[])
      : []),
    ...(peopleHref
      ? ([
          { kind: 'link', id: 'people', label: text.people, icon: <UsersRound />, href: peopleHref },
        ] satisfies MenuEntry[])
      : []),
    {
      id: 'shortcuts',
      label: text.shortcuts,
      icon: <Keyboard />,
      keys: keysOf('shortcuts.show'),
      onSelect: onShowShortcuts,
    },
    { kind: 'separator', id: '_line1' },
    { kind: 'heading', id: '_theme', label: text.theme },
    ...themes.map(
      (choice): MenuEntry => ({
        id: `theme-${choice}`,
        label: text.themes[choice],
        icon: icons[choice],
        isChecked: theme === choice,
        onSelect: () => {
          chooseTheme(choice);
          setTheme(choice);
        },
      }),
    ),
    { kind: 'separator', id: '_line2' },
    { id: 'sign-out', label: text.signOut, icon: <LogOut />, onSelect: onSignOut },
  ];
  return (
    <DropdownMenu
      label={text.label(user.name)}
      align="start"
      side="top"
      className="min-w-56"
      entries={entries}
      trigger={
        <button
          type="button"
          // The page's theme is only known in the browser: read it when the menu is about to show it.
          onPointerDown={() => setTheme(currentTheme())}
          onKeyDown={() => setTheme(currentTheme())}
          className={cx(
            'touch-target flex h-9 min-w-0 items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-hover',
            isFolded ? 'justify-center px-0' : 'flex-1',
          )}
        >
          <Avatar name={user.name} />
          <span className={isFolded ? 'sr-only' : 'min-w-0 flex-1 truncate text-sm'}>{user.name}</span>
          <span className="sr-only">{text.menu}</span>
        </button>
      }
    />
  );
}
