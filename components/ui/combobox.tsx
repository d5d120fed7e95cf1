'use client';

import { Check, ChevronsUpDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { cx } from './cx';
import { useControlProps } from './field';
import { floating, menuItem } from './menu-look';

const text = {
  choose: 'Choose…',
  nothing: 'Nothing matches.',
  takeTyped: (typed: string) => `Use “${typed}”`,
};

export type ComboboxOption = { value: string; label: string; description?: string; icon?: ReactNode };

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
            aria-activedescendant={isOpen && current ? `${listId}-${shown.indexOf(current)}` : undefined}
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
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            if (event.target instanceof Node && inputRef.current?.contains(event.target)) event.preventDefault();
          }}
          sideOffset={4}
          collisionPadding={8}
          className={cx(floating, 'w-(--radix-popover-trigger-width) min-w-56')}
        >
          <div
            id={listId}
            role="listbox"
            aria-label={props['aria-label'] ?? placeholder}
            className="max-h-72 overflow-y-auto p-1"
          >
            {shown.map((option, position) => (
              <Choice
                key={option.value}
                id={`${listId}-${position}`}
                option={option}
                isActive={option === current}
                isChosen={option.value === value}
                onTake={() => take(option)}
                onHover={() => setActive(position)}
              />
            ))}
            {shown.length === 0 ? <p className="px-2 py-1.5 text-sm text-muted">{emptyText}</p> : null}
          </div>
          {footer ? <div className="border-t border-line p-1.5 text-sm">{footer}</div> : null}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

type ChoiceProps = {
  id: string;
  option: ComboboxOption;
  isActive: boolean;
  isChosen: boolean;
  onTake: () => void;
  onHover: () => void;
};

function Choice({ id, option, isActive, isChosen, onTake, onHover }: ChoiceProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which points here by aria-activedescendant
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      ref={(element) => {
        if (isActive) element?.scrollIntoView({ block: 'nearest' });
      }}
      onPointerDown={(event) => event.preventDefault()}
      onPointerMove={onHover}
      onClick={onTake}
      className={cx(menuItem, isActive && 'bg-hover')}
    >
      {option.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{option.label}</span>
        {option.description ? <span className="block truncate text-xs text-muted">{option.description}</span> : null}
      </span>
      {isChosen ? <Check aria-hidden className="text-accent" /> : null}
    </div>
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
