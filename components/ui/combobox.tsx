'use client';

import { ChevronsUpDown } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { ChoiceList, type ChoiceOption, choiceId } from './choice-list';
import { ChoicePopover } from './choice-popover';
import { cx } from './cx';
import { useControlProps } from './field';

const text = {
  choose: 'Choose…',
  nothing: 'Nothing matches.',
  takeTyped: (typed: string) => `Use “${typed}”`,
};

export type ComboboxOption = ChoiceOption;

export type ComboboxProps = {
  options: ComboboxOption[];
  value: string | null;
  onChange: (value: string) => void;
  placeholder?: string;
  /** Also takes what was typed when no option has it. */
  isFree?: boolean;
  /** Shown under the list, for example a link that creates what is missing. */
  footer?: ReactNode;
  emptyText?: string;
  'aria-label'?: string;
  className?: string;
};

/** One of many: type to narrow, arrows to move, Enter to take. The list is never in the way of typing. */
export function Combobox(props: ComboboxProps) {
  const { options, value, placeholder = text.choose, footer, emptyText = text.nothing } = props;
  const { labelId: _labelId, ...control } = useControlProps();
  const isOff = control['aria-disabled'] === true;
  const listId = useId();
  const inputRef = useRef<HTMLInputElement>(null);
  const choice = useNarrowedChoice(props, isOff);
  const { isOpen, active } = choice;
  const chosen = options.find((option) => option.value === value);
  const label = props['aria-label'] ?? placeholder;
  return (
    <ChoicePopover
      isOpen={isOpen}
      onOpen={choice.open}
      onClose={choice.close}
      label={label}
      isOwn={(pressed) => inputRef.current?.contains(pressed) === true}
      className="w-(--radix-popover-trigger-width) min-w-56"
      anchor={
        <span className={cx('relative block w-full', props.className)}>
          <input
            {...control}
            ref={inputRef}
            role="combobox"
            aria-label={props['aria-label']}
            aria-expanded={isOpen}
            aria-controls={isOpen ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && active >= 0 ? choiceId(listId, active) : undefined}
            autoComplete="off"
            spellCheck={false}
            readOnly={isOff || undefined}
            placeholder={chosen?.label ?? placeholder}
            value={choice.typed ?? chosen?.label ?? value ?? ''}
            onChange={(event) => choice.type(event.target.value)}
            onClick={choice.open}
            onFocus={(event) => event.target.select()}
            onKeyDown={choice.onKeyDown}
            className="field-edge touch-target h-8 w-full min-w-0 truncate pr-8 pl-2.5 text-sm coarse:text-lg"
          />
          <ChevronsUpDown
            aria-hidden
            className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-3.5 text-faint"
          />
        </span>
      }
    >
      <ChoiceList
        id={listId}
        label={label}
        options={choice.shown}
        active={active}
        value={value}
        onTake={choice.take}
        onActive={choice.setActive}
        emptyText={emptyText}
      />
      {footer ? <div className="border-t border-line p-1.5 text-sm">{footer}</div> : null}
    </ChoicePopover>
  );
}

/** The options that fit what is typed, and where the keys are among them. `typed` is null until somebody types. */
function useNarrowedChoice({ options, value, onChange, isFree = false }: ComboboxProps, isOff: boolean) {
  const [isOpen, setIsOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [position, setActive] = useState(0);
  const shown = matching(options, typed ?? '', isFree);
  const active = Math.min(position, shown.length - 1);
  const current = shown[active];

  function open() {
    if (isOff) return;
    setActive(Math.max(0, typed === null ? shown.findIndex((option) => option.value === value) : 0));
    setIsOpen(true);
  }
  function close() {
    setIsOpen(false);
    setTyped(null);
  }
  function take(option: ComboboxOption) {
    onChange(option.value);
    close();
  }
  function type(next: string) {
    setTyped(next);
    setActive(0);
    setIsOpen(true);
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) return open();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((before) => (Math.min(before, shown.length - 1) + step + shown.length) % Math.max(1, shown.length));
    } else if (event.key === 'Enter' && isOpen && current) {
      event.preventDefault();
      take(current);
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') {
      close();
    }
  }
  return { isOpen, typed, shown, active, open, close, take, type, setActive, onKeyDown };
}

function matching(options: ComboboxOption[], typed: string, isFree: boolean): ComboboxOption[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = options.filter((option) => {
    const haystack = `${option.label} ${option.value} ${option.description ?? ''}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
  const exact = typed.trim();
  if (!isFree || exact === '' || options.some((option) => option.value === exact)) return found;
  return [...found, { value: exact, label: text.takeTyped(exact) }];
}
