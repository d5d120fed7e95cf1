'use client';

import { ChevronsUpDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { ChoiceList, type ChoiceOption, choiceId } from './choice-list';
import { cx } from './cx';
import { useControlProps } from './field';
import { floating } from './menu-look';

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
  const {
    options,
    value,
    onChange,
    placeholder = text.choose,
    isFree = false,
    footer,
    emptyText = text.nothing,
  } = props;
  const { labelId: _labelId, ...control } = useControlProps();
  const isOff = control['aria-disabled'] === true;
  const listId = useId();
  const inputRef = useRef<HTMLInputElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);

  const chosen = options.find((option) => option.value === value);
  const shown = matching(options, typed ?? '', isFree);
  const current = shown[Math.min(active, shown.length - 1)];

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
  return (
    <Popover.Root open={isOpen} onOpenChange={(next) => (next ? open() : close())}>
      <Popover.Anchor asChild>
        <span className={cx('relative block w-full', props.className)}>
          <input
            {...control}
            ref={inputRef}
            role="combobox"
            aria-label={props['aria-label']}
            aria-expanded={isOpen}
            aria-controls={isOpen ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && current ? choiceId(listId, shown.indexOf(current)) : undefined}
            autoComplete="off"
            spellCheck={false}
            readOnly={isOff || undefined}
            placeholder={chosen?.label ?? placeholder}
            value={typed ?? chosen?.label ?? value ?? ''}
            onChange={(event) => {
              setTyped(event.target.value);
              setActive(0);
              setIsOpen(true);
            }}
            onClick={open}
            onFocus={(event) => event.target.select()}
            onKeyDown={onKeyDown}
            className="field-edge touch-target h-8 w-full min-w-0 truncate pr-8 pl-2.5 text-sm coarse:text-lg"
          />
          <ChevronsUpDown
            aria-hidden
            className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-3.5 text-faint"
          />
        </span>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          role="group"
          aria-label={props['aria-label'] ?? placeholder}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            if (event.target instanceof Node && inputRef.current?.contains(event.target)) event.preventDefault();
          }}
          sideOffset={4}
          collisionPadding={8}
          className={cx(floating, 'w-(--radix-popover-trigger-width) min-w-56')}
        >
          <ChoiceList
            id={listId}
            label={props['aria-label'] ?? placeholder}
            options={shown}
            active={current ? shown.indexOf(current) : -1}
            value={value}
            onTake={take}
            onActive={setActive}
            emptyText={emptyText}
          />
          {footer ? <div className="border-t border-line p-1.5 text-sm">{footer}</div> : null}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
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
