'use client';

import {
  Boxes,
  FileCode,
  House,
  KeyRound,
  type LucideIcon,
  PanelLeftClose,
  PanelLeftOpen,
  Play,
  Search,
  Settings,
  Stamp,
  Workflow,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { IconButton } from '@/components/ui/icon-button';
import { Kbd } from '@/components/ui/kbd';
import { Tooltip } from '@/components/ui/tooltip';
import type { NavigationGroup, NavigationId, NavigationItem } from './navigation';
import { useShortcuts } from './shortcut-provider';
import { keysOf } from './shortcuts';

const text = { navigation: 'Workspace', search: 'Find or do…', fold: 'Fold navigation', unfold: 'Unfold navigation' };

const icons: Record<NavigationId, LucideIcon> = {
  home: House,
  runs: Play,
  approvals: Stamp,
  scripts: FileCode,
  flows: Workflow,
  resources: KeyRound,
  workers: Boxes,
  settings: Settings,
};

/** The icon of a place, also for the palette. */
export function NavigationIcon({ id }: { id: NavigationId }) {
  const Icon = icons[id];
  return <Icon aria-hidden />;
}

export type SidebarProps = {
  groups: NavigationGroup[];
  current: NavigationItem | null;
  /** Numbers beside a place, such as jobs that wait; 0 is not shown. */
  counts?: Partial<Record<NavigationId, number>>;
  isFolded: boolean;
  onFold?: (isFolded: boolean) => void;
  onSearch: () => void;
  onNavigate?: () => void;
  top: ReactNode;
  bottom: ReactNode;
};

/** The navigation's content: the same at the side of a desk and in a phone's drawer. */
export function Sidebar(props: SidebarProps) {
  const { groups, current, counts, isFolded, onFold, onSearch, onNavigate, top, bottom } = props;
  const paletteKeys = useShortcuts().find(({ id }) => id === 'palette.open')?.keys ?? '';
  return (
    <div className="flex h-full min-h-0 flex-col gap-3 p-2.5">
      {top}
      {isFolded ? (
        <IconButton
          label={text.search}
          keys={keysOf('palette.open')}
          icon={<Search />}
          onClick={onSearch}
          className="mx-auto"
        />
      ) : (
        <Button
          variant="secondary"
          onClick={onSearch}
          icon={<Search className="text-faint" />}
          className="w-full justify-start px-2.5 font-normal text-muted"
        >
          <span className="flex-1 text-left">{text.search}</span>
          <Kbd keys={paletteKeys} className="coarse:hidden" />
        </Button>
      )}
      <nav aria-label={text.navigation} className="-mx-1 min-h-0 flex-1 overflow-y-auto px-1 py-0.5">
        {groups.map((group) => (
          <div key={group.id} className="mb-4">
            {group.label && !isFolded ? (
              <h2 className="px-2 pb-1 text-xs font-medium text-faint">{group.label}</h2>
            ) : null}
            <ul className="flex flex-col gap-0.5">
              {group.items.map((item) => (
                <li key={item.id}>
                  <NavigationLink
                    item={item}
                    isCurrent={item.id === current?.id}
                    isFolded={isFolded}
                    count={counts?.[item.id]}
                    onNavigate={onNavigate}
                  />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={cx('flex items-center gap-1', isFolded && 'flex-col')}>
        {bottom}
        {onFold ? (
          <IconButton
            label={isFolded ? text.unfold : text.fold}
            keys={keysOf('navigation.toggle')}
            icon={isFolded ? <PanelLeftOpen /> : <PanelLeftClose />}
            onClick={() => onFold(!isFolded)}
          />
        ) : null}
      </div>
    </div>
  );
}

type NavigationLinkProps = {
  item: NavigationItem;
  isCurrent: boolean;
  isFolded: boolean;
  count: number | undefined;
  onNavigate?: () => void;
};

function NavigationLink({ item, isCurrent, isFolded, count, onNavigate }: NavigationLinkProps) {
  const link = (
    <AppLink
      href={item.href}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={onNavigate}
      className={cx(
        'touch-target flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-muted transition-colors duration-(--motion-fast) hover:bg-hover hover:text-text [&_svg]:size-4 [&_svg]:shrink-0',
        isCurrent && 'bg-selected font-medium text-text hover:bg-selected [&_svg]:text-accent',
        isFolded && 'justify-center px-0',
      )}
    >
      <NavigationIcon id={item.id} />
      <span className={isFolded ? 'sr-only' : 'min-w-0 flex-1 truncate'}>{item.label}</span>
      {count && !isFolded ? (
        <span className="text-xs text-faint tabular-nums">{count.toLocaleString('en-US')}</span>
      ) : null}
    </AppLink>
  );
  if (!isFolded) return link;
  return (
    <Tooltip content={item.label} keys={keysOf(item.shortcut)} side="right">
      {link}
    </Tooltip>
  );
}
