'use client';

import { ListFilter, X } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { cx } from './cx';
import { type FilterField, type Suggestion, suggest } from './filter-suggestions';
import type { FilterToken } from './filter-tokens';
import { menuItem } from './menu-look';

const text = {
  placeholder: 'Filter…',
  remove: (words: string) => `Remove the filter ${words}`,
  clear: 'Clear',
  help: 'Type a word, or a field and a colon. Enter adds the filter, Backspace takes the last one away.',
};

export type FilterBarProps = {
  fields: FilterField[];
  tokens: FilterToken[];
  onChange: (tokens: FilterToken[]) => void;
  label: string;
  placeholder?: string;
  className?: string;
};

/** A line of typed conditions. Its owner keeps the tokens, best in the URL. */
export function FilterBar({
  fields,
  tokens,
  onChange,
  label,
  placeholder = text.placeholder,
  className,
}: FilterBarProps) {
  const listId = useId();
  const inputRef = useRef<HTMLInputElement>(null);
  const { typed, suggestions, current, isOpen, ...typing } = useTyping(fields, tokens, onChange);
  function take(suggestion: Suggestion) {
    typing.take(suggestion);
    inputRef.current?.focus();
  }
  return (
    <div className={cx('relative min-w-0', className)}>
      <div className="field-edge flex min-h-8 flex-wrap items-center gap-1 px-2 py-0.75 coarse:gap-1.5 coarse:py-1.5">
        <ListFilter aria-hidden className="mx-0.5 size-4 shrink-0 text-faint" />
        {tokens.map((token, position) => (
          <TokenChip
            // biome-ignore lint/suspicious/noArrayIndexKey: the same condition may stand twice
            key={`${position} ${token.field} ${token.value}`}
            token={token}
            fields={fields}
            onRemove={() => onChange(tokens.filter((_, other) => other !== position))}
          />
        ))}
        <input
          ref={inputRef}
          role="combobox"
          aria-label={label}
          aria-description={text.help}
          aria-expanded={isOpen}
          aria-controls={listId}
          aria-activedescendant={isOpen && current ? `${listId}-${current.id}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={tokens.length === 0 ? placeholder : ''}
          value={typed}
          onChange={(event) => typing.type(event.target.value)}
          onFocus={() => typing.setIsOpen(true)}
          onClick={() => typing.setIsOpen(true)}
          onBlur={() => typing.setIsOpen(false)}
          onKeyDown={typing.onKeyDown}
          className="h-6 min-w-28 flex-1 bg-transparent px-1 text-sm text-ellipsis outline-none coarse:h-9 coarse:text-lg"
        />
        {tokens.length > 0 ? (
          <button
            type="button"
            onClick={() => onChange([])}
            className="h-6 shrink-0 rounded-sm px-1.5 text-xs text-muted hover:bg-hover hover:text-text coarse:h-11"
          >
            {text.clear}
          </button>
        ) : null}
      </div>
      {isOpen && suggestions.length > 0 ? (
        <SuggestionList
          id={listId}
          label={label}
          suggestions={suggestions}
          current={current}
          onActive={typing.setActive}
          onTake={take}
        />
      ) : (
        <div id={listId} hidden />
      )}
    </div>
  );
}

/** What is typed, what it may become, and where the keys are among that. */
function useTyping(fields: FilterField[], tokens: FilterToken[], onChange: (tokens: FilterToken[]) => void) {
  const [typed, setTyped] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(0);
  const suggestions = suggest(fields, typed);
  const current = suggestions[Math.min(active, suggestions.length - 1)];

  function type(next: string) {
    setTyped(next);
    setActive(0);
    setIsOpen(true);
  }
  function take(suggestion: Suggestion) {
    if (suggestion.field) {
      setTyped(`${suggestion.field}:`);
    } else if (suggestion.token) {
      onChange([...tokens, suggestion.token]);
      setTyped('');
    }
    setActive(0);
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setIsOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((before) => (before + step + suggestions.length) % Math.max(1, suggestions.length));
    } else if (event.key === 'Enter' && typed && current) {
      event.preventDefault();
      take(current);
    } else if (event.key === 'Backspace' && typed === '' && tokens.length > 0) {
      onChange(tokens.slice(0, -1));
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      setIsOpen(false);
    }
  }
  return { typed, suggestions, current, isOpen, setIsOpen, setActive, type, take, onKeyDown };
}

interface SuggestionListProps {
  id: string;
  label: string;
  suggestions: Suggestion[];
  current: Suggestion | undefined;
  onActive: (position: number) => void;
  onTake: (suggestion: Suggestion) => void;
}

function SuggestionList({ id, label, suggestions, current, onActive, onTake }: SuggestionListProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label={label}
      className="absolute inset-x-0 top-full z-30 mt-1 max-h-80 overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-overlay sm:right-auto sm:min-w-80"
    >
      {suggestions.map((suggestion, position) => (
        // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which points here by aria-activedescendant
        // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
        <div
          key={suggestion.id}
          id={`${id}-${suggestion.id}`}
          role="option"
          aria-selected={suggestion === current}
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => onActive(position)}
          onClick={() => onTake(suggestion)}
          className={cx(menuItem, suggestion === current && 'bg-hover')}
        >
          <span className="shrink-0">{suggestion.label}</span>
          {suggestion.hint ? <span className="min-w-0 truncate text-xs text-muted">{suggestion.hint}</span> : null}
        </div>
      ))}
    </div>
  );
}

type TokenChipProps = { token: FilterToken; fields: FilterField[]; onRemove: () => void };

function TokenChip({ token, fields, onRemove }: TokenChipProps) {
  const field = fields.find((candidate) => token.field === candidate.id || token.field.startsWith(`${candidate.id}.`));
  const name = field && token.field === field.id ? field.label : token.field;
  const value = field?.options?.find((option) => option.value === token.value)?.label ?? token.value;
  return (
    <span className="inline-flex h-6 max-w-full items-center rounded-sm bg-accent-soft text-xs coarse:h-9">
      <span className="min-w-0 truncate pl-2">
        {name ? <span className="text-muted">{name} </span> : null}
        <span className="font-medium text-accent">{value}</span>
      </span>
      <button
        type="button"
        aria-label={text.remove(`${name} ${value}`.trim())}
        onClick={onRemove}
        className="ml-0.5 flex size-6 items-center justify-center rounded-sm text-muted hover:text-text coarse:size-9"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}
