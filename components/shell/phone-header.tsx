import { Menu, Search } from 'lucide-react';
import { AppLink } from '@/components/ui/app-link';
import { IconButton } from '@/components/ui/icon-button';
import { Logo } from '@/components/ui/logo';
import type { navigationFor } from './navigation';
import { NavigationIcon } from './sidebar';

const text = {
  menu: 'Open navigation',
  search: 'Find or do',
  waiting: (count: number) => (count === 1 ? '1 approval waits for you' : `${count} approvals wait for you`),
};

type Groups = ReturnType<typeof navigationFor>;

interface Props {
  /** the workspace's */
  name: string;
  groups: Groups;
  waitingCount: number;
  onMenu: () => void;
  onSearch: () => void;
}

/** What stands above the page where there is no room for the sidebar. */
export function PhoneHeader({ name, groups, waitingCount, onMenu, onSearch }: Props) {
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b border-line bg-surface px-2 md:hidden">
      <IconButton label={text.menu} icon={<Menu />} onClick={onMenu} />
      <AppLink
        href={groups[0]?.items[0]?.href ?? '/'}
        className="flex min-h-11 min-w-0 items-center gap-2 rounded-md px-1"
      >
        <Logo className="size-5 shrink-0" />
        <span className="truncate text-sm font-semibold">{name}</span>
      </AppLink>
      <span className="ml-auto flex shrink-0 items-center">
        <WaitingApprovals groups={groups} count={waitingCount} />
        <IconButton label={text.search} icon={<Search />} onClick={onSearch} />
      </span>
    </header>
  );
}

/** On a phone the navigation is out of sight; what waits for the reader must not be. */
function WaitingApprovals({ groups, count }: { groups: Groups; count: number }) {
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
