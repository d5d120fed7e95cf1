import { Ellipsis } from 'lucide-react';
import { Button } from './button';
import { DropdownMenu, type MenuEntry } from './dropdown-menu';

/** What else can be done with one row of a table, behind three dots; `label` names the row. */
export function RowMenu({ label, entries }: { label: string; entries: MenuEntry[] }) {
  return (
    <DropdownMenu
      label={label}
      align="end"
      trigger={
        <Button size="sm" variant="ghost" aria-label={label} className="px-1.5">
          <Ellipsis />
        </Button>
      }
      entries={entries}
    />
  );
}
