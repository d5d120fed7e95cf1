'use client';

import { Check, ChevronDown, ChevronUp } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './cx';
import { useControlProps } from './field';
import { floating, menuItem } from './menu-look';

const text = { choose: 'Choose…' };

export type SelectOption = { value: string; label: string; icon?: ReactNode; description?: string };

export type SelectProps = {
  options: SelectOption[];
  value: string | null;
  onChange: (value: string) => void;
  placeholder?: string;
  /** Needed outside a Field. */
  'aria-label'?: string;
  size?: 'sm' | 'md';
  id?: string;
  className?: string;
};

/** One of a few. For more than about ten use Combobox. */
export function Select({ options, value, onChange, placeholder = text.choose, size = 'md', ...props }: SelectProps) {
  const { labelId, ...control } = useControlProps();
  const isOff = control['aria-disabled'] === true;
  return (
    <Radix.Root value={value ?? ''} onValueChange={onChange} open={isOff ? false : undefined}>
      <Radix.Trigger
        {...control}
        id={props.id ?? control.id}
        aria-label={props['aria-label']}
        aria-labelledby={props['aria-label'] ? undefined : labelId}
        className={cx(
          'field-edge touch-target flex w-full min-w-0 items-center gap-2 px-2.5 text-left text-sm coarse:text-lg data-placeholder:text-faint',
          size === 'sm' ? 'h-7' : 'h-8',
          props.className,
        )}
      >
        <span className="min-w-0 flex-1 truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-faint" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            floating,
            'max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width)',
          )}
        >
          <Radix.ScrollUpButton className="flex justify-center text-faint">
            <ChevronUp className="size-4" />
          </Radix.ScrollUpButton>
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <Radix.Item key={option.value} value={option.value} className={menuItem}>
                <span className="flex min-w-0 flex-1 flex-col">
                  <Radix.ItemText>
                    <span className="flex items-center gap-2">
                      {option.icon}
                      {option.label}
                    </span>
                  </Radix.ItemText>
                  {option.description ? <span className="text-xs text-muted">{option.description}</span> : null}
                </span>
                <Radix.ItemIndicator>
                  <Check aria-hidden className="size-4 text-accent" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
          <Radix.ScrollDownButton className="flex justify-center text-faint">
            <ChevronDown className="size-4" />
          </Radix.ScrollDownButton>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
