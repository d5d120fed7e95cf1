'use client';

import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { ChoiceList, type ChoiceOption, choiceId } from './choice-list';
import { cx } from './cx';
import { useControlProps } from './field';
import { floating } from './menu-look';
import { typeahead } from './typeahead';

const text = { choose: 'Choose…' };

export type SelectOption = ChoiceOption;

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

/** One of a few: arrows or the first letters choose. For more than about ten use Combobox. */
export function Select({ options, value, onChange, placeholder = text.choose, size = 'md', ...props }: SelectProps) {
  const { labelId, ...control } = useControlProps();
  const isOff = control['aria-disabled'] === true;
  const baseId = useId();
  const listId = `${baseId}-list`;
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const typed = useRef({ text: '', atMs: 0 });
  const position = options.findIndex((option) => option.value === value);
  const chosen = options[position];

  function open() {
    if (isOff) return;
    setActive(Math.max(0, position));
    setIsOpen(true);
  }
  function take(option: SelectOption | undefined) {
    if (option) onChange(option.value);
    setIsOpen(false);
  }
  function onTyped(key: string) {
    typed.current = typeahead(typed.current, key, performance.now());
    const wanted = typed.current.text;
    const found = options.findIndex((option) => option.label.toLowerCase().startsWith(wanted));
    if (found === -1) return;
    if (isOpen) setActive(found);
    else onChange(options[found]?.value ?? '');
  }
  function onKeyDown(event: KeyboardEvent) {
    if (isOff || event.ctrlKey || event.metaKey || event.altKey) return;
    const moved = movedTo(event.key, active, options.length);
    if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      setIsOpen(false);
    } else if (event.key === 'Tab') {
      if (isOpen) take(options[active]);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (isOpen) take(options[active]);
      else open();
    } else if (moved !== null) {
      event.preventDefault();
      if (isOpen) setActive(moved);
      else open();
    } else if (event.key.length === 1) {
      onTyped(event.key);
    }
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={(next) => (next ? open() : setIsOpen(false))}>
      <Popover.Anchor asChild>
        <button
          {...control}
          type="button"
          id={props.id ?? control.id}
          role="combobox"
          aria-haspopup="listbox"
          aria-expanded={isOpen}
          aria-controls={isOpen ? listId : undefined}
          aria-activedescendant={isOpen && active >= 0 ? choiceId(listId, active) : undefined}
          aria-label={props['aria-label']}
          aria-labelledby={props['aria-label'] ? undefined : labelId}
          onClick={() => (isOpen ? setIsOpen(false) : open())}
          onKeyDown={onKeyDown}
          onBlur={() => setIsOpen(false)}
          className={cx(
            'field-edge touch-target flex w-full min-w-0 items-center gap-2 px-2.5 text-left text-sm coarse:text-lg',
            size === 'sm' ? 'h-7' : 'h-8',
            props.className,
          )}
        >
          {chosen?.icon}
          <span className={cx('min-w-0 flex-1 truncate', !chosen && 'text-faint')}>{chosen?.label ?? placeholder}</span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-faint" />
        </button>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          role="group"
          aria-label={props['aria-label'] ?? placeholder}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          sideOffset={4}
          collisionPadding={8}
          className={cx(floating, 'w-max max-w-[calc(100vw-16px)] min-w-(--radix-popover-trigger-width)')}
        >
          <ChoiceList
            id={listId}
            label={props['aria-label'] ?? placeholder}
            options={options}
            active={active}
            value={value}
            onTake={take}
            onActive={setActive}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function movedTo(key: string, active: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, active + 1);
    case 'ArrowUp':
      return Math.max(0, active - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
