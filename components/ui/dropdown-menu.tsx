'use client';

import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { AppLink } from './app-link';
import { cx } from './cx';
import { Kbd } from './kbd';
import { floating, menuItem } from './menu-look';

export type MenuEntry =
  | {
      kind?: 'action';
      id: string;
      label: string;
      icon?: ReactNode;
      keys?: string;
      isDanger?: boolean;
      isChecked?: boolean;
      /** Why it cannot be used now; the entry stays readable and says it. */
      disabledReason?: string | null | false;
      onSelect: () => void;
    }
  | { kind: 'link'; id: string; label: string; icon?: ReactNode; href: string }
  | { kind: 'heading'; id: string; label: string }
  | { kind: 'separator'; id: string };

export type DropdownMenuProps = {
  trigger: ReactNode;
  label: string;
  entries: MenuEntry[];
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'right' | 'bottom' | 'left';
  className?: string;
};

/** A menu of actions and links, given as data. */
export function DropdownMenu({ trigger, label, entries, align = 'end', side, className }: DropdownMenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            floating,
            'max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-80 overflow-y-auto p-1',
            className,
          )}
        >
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  switch (entry.kind) {
    case 'separator':
      return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
    case 'heading':
      return <Radix.Label className="px-2 pt-1.5 pb-1 text-xs font-medium text-faint">{entry.label}</Radix.Label>;
    case 'link':
      return (
        <Radix.Item asChild className={menuItem}>
          <AppLink href={entry.href}>
            <span className="text-faint">{entry.icon}</span>
            <span className="min-w-0 flex-1 truncate">{entry.label}</span>
          </AppLink>
        </Radix.Item>
      );
    default:
      return <ActionEntry entry={entry} />;
  }
}

function ActionEntry({ entry }: { entry: Extract<MenuEntry, { onSelect: () => void }> }) {
  const { label, icon, keys, isDanger, isChecked, disabledReason, onSelect } = entry;
  return (
    <Radix.Item
      aria-disabled={disabledReason ? true : undefined}
      onSelect={(event) => (disabledReason ? event.preventDefault() : onSelect())}
      className={cx(menuItem, isDanger && 'text-danger', disabledReason && 'text-muted')}
    >
      {icon ? <span className={isDanger ? undefined : 'text-faint'}>{icon}</span> : null}
      <span className="min-w-0 flex-1">
        {label}
        {disabledReason ? <span className="block text-xs text-muted">{disabledReason}</span> : null}
      </span>
      {isChecked ? <Check aria-label="chosen" className="text-accent" /> : null}
      {keys ? <Kbd keys={keys} /> : null}
    </Radix.Item>
  );
}
