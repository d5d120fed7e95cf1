'use client';

import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';
import { menuItem } from './menu-look';

export type ChoiceOption = { value: string; label: string; description?: string; icon?: ReactNode };

export type ChoiceListProps = {
  id: string;
  label: string | undefined;
  options: ChoiceOption[];
  /** Where the keys are; -1 for nowhere. */
  active: number;
  value: string | null;
  onTake: (option: ChoiceOption) => void;
  onActive: (position: number) => void;
  emptyText?: string;
};

/** The id of the option that aria-activedescendant points to. */
export function choiceId(listId: string, position: number): string {
  return `${listId}-${position}`;
}

/** The list under a Select or Combobox. Focus stays in the control above, which handles the keys. */
export function ChoiceList({ id, label, options, active, value, onTake, onActive, emptyText }: ChoiceListProps) {
  return (
    <>
      <div
        id={id}
        role="listbox"
        aria-label={label}
        // Pressing the scroll bar must not take the focus from the control, which would close the list.
        onPointerDown={(event) => event.preventDefault()}
        className="max-h-72 overflow-y-auto p-1 empty:hidden"
      >
        {options.map((option, position) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the control above points here by aria-activedescendant
          // biome-ignore lint/a11y/useKeyWithClickEvents: the control above handles the keys
          <div
            key={option.value}
            id={choiceId(id, position)}
            role="option"
            aria-selected={option.value === value}
            ref={(element) => {
              if (position === active) element?.scrollIntoView({ block: 'nearest' });
            }}
            onPointerMove={() => onActive(position)}
            onClick={() => onTake(option)}
            className={cx(menuItem, position === active && 'bg-hover')}
          >
            {option.icon}
            <span className="min-w-0 flex-1">
              <span className="block truncate">{option.label}</span>
              {option.description ? (
                <span className="block truncate text-xs text-muted">{option.description}</span>
              ) : null}
            </span>
            {option.value === value ? <Check aria-hidden className="text-accent" /> : null}
          </div>
        ))}
      </div>
      {options.length === 0 && emptyText ? <p className="px-3 py-2.5 text-sm text-muted">{emptyText}</p> : null}
    </>
  );
}
