'use client';

import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { ChoiceList, type ChoiceOption, choiceId } from './choice-list';
import { ChoicePopover } from './choice-popover';
import { cx } from './cx';
import { useControlProps } from './field';
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
  const baseId = useId();
  const listId = `${baseId}-list`;
  const choice = useKeyedChoice(options, value, onChange, control['aria-disabled'] === true);
  const { isOpen, active, chosen } = choice;
  const label = props['aria-label'] ?? placeholder;
  return (
    <ChoicePopover
      isOpen={isOpen}
      onOpen={choice.open}
      onClose={choice.close}
      label={label}
      className="w-max max-w-[calc(100vw-16px)] min-w-(--radix-popover-trigger-width)"
      anchor={
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
          onClick={isOpen ? choice.close : choice.open}
          onKeyDown={choice.onKeyDown}
          onBlur={choice.close}
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
      }
    >
      <ChoiceList
        id={listId}
        label={label}
        options={options}
        active={active}
        value={value}
        onTake={choice.take}
        onActive={choice.setActive}
      />
    </ChoicePopover>
  );
}

/** Chooses by arrows, first letters and Enter. A letter on a closed list chooses at once. */
function useKeyedChoice(
  options: SelectOption[],
  value: string | null,
  onChange: (value: string) => void,
  isOff: boolean,
) {
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const typed = useRef({ text: '', atMs: 0 });
  const position = options.findIndex((option) => option.value === value);

  function open() {
    if (isOff) return;
    setActive(Math.max(0, position));
    setIsOpen(true);
  }
  function close() {
    setIsOpen(false);
  }
  function take(option: SelectOption | undefined) {
    if (option) onChange(option.value);
    close();
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
      close();
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
  return { isOpen, active, chosen: options[position], open, close, take, setActive, onKeyDown };
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
