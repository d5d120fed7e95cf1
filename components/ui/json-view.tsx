'use client';

import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { CopyButton } from './copy-button';
import { cx } from './cx';

const text = {
  copy: 'Copy JSON',
  more: (count: number) => `Show ${count} more`,
  items: (count: number) => (count === 1 ? '1 item' : `${count} items`),
  keys: (count: number) => (count === 1 ? '1 key' : `${count} keys`),
};
const pageSize = 100;
const longText = 400;

export type JsonViewProps = {
  value: unknown;
  /** How many levels are open at first. */
  openLevels?: number;
  label?: string;
  className?: string;
};

/** A JSON value as a tree that opens and closes; long lists and texts come in portions. */
export function JsonView({ value, openLevels = 2, label = 'JSON', className }: JsonViewProps) {
  return (
    <section
      aria-label={label}
      className={cx('relative min-w-0 rounded-lg border border-line bg-surface px-3 py-2.5', className)}
    >
      <CopyButton
        value={() => JSON.stringify(value, null, 2)}
        label={text.copy}
        className="absolute top-1.5 right-1.5"
      />
      <div className="overflow-x-auto pr-8 font-mono text-xs leading-5">
        <Node value={value} openLevels={openLevels} />
      </div>
    </section>
  );
}

type NodeProps = { name?: string; value: unknown; openLevels: number };

function Node({ name, value, openLevels }: NodeProps) {
  if (typeof value === 'object' && value !== null) return <Branch name={name} value={value} openLevels={openLevels} />;
  return (
    <div className="flex min-h-6 items-baseline gap-2 pl-4.5">
      <Name name={name} />
      <Leaf value={value} />
    </div>
  );
}

function Branch({ name, value, openLevels }: NodeProps & { value: object }) {
  const [isOpen, setIsOpen] = useState(openLevels > 0);
  const [limit, setLimit] = useState(pageSize);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const size = isList ? text.items(entries.length) : text.keys(entries.length);
  if (entries.length === 0) {
    return (
      <div className="flex min-h-6 items-baseline gap-2 pl-4.5">
        <Name name={name} />
        <span className="text-faint">{isList ? '[ ]' : '{ }'}</span>
      </div>
    );
  }
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className="flex min-h-6 items-center gap-1 rounded-sm pr-1.5 text-left hover:bg-hover coarse:min-h-11"
      >
        <ChevronRight
          aria-hidden
          className={cx(
            'size-3.5 shrink-0 text-faint transition-transform duration-(--motion-fast)',
            isOpen && 'rotate-90',
          )}
        />
        <Name name={name} />
        <span className="text-faint">
          {isList ? '[' : '{'} {size} {isList ? ']' : '}'}
        </span>
      </button>
      {isOpen ? (
        <div className="ml-1.75 border-l border-line pl-2">
          {entries.slice(0, limit).map(([key, child]) => (
            <Node key={key} name={key} value={child} openLevels={openLevels - 1} />
          ))}
          {limit < entries.length ? (
            <button
              type="button"
              className="ml-4.5 min-h-6 rounded-sm px-1 font-sans text-accent hover:bg-hover coarse:min-h-11"
              onClick={() => setLimit(limit + pageSize)}
            >
              {text.more(Math.min(pageSize, entries.length - limit))}
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function Name({ name }: { name: string | undefined }) {
  if (name === undefined) return null;
  return <span className="shrink-0 text-code-property">{name}:</span>;
}

function Leaf({ value }: { value: unknown }) {
  const [isWhole, setIsWhole] = useState(false);
  if (typeof value !== 'string') {
    return <span className={value === null ? 'text-faint' : 'text-code-number'}>{String(value)}</span>;
  }
  const isCut = !isWhole && value.length > longText;
  return (
    <span className="min-w-0 break-words whitespace-pre-wrap text-code-string">
      "{isCut ? `${value.slice(0, longText)}…` : value}"
      {isCut ? (
        <button
          type="button"
          className="ml-1 rounded-sm px-1 font-sans text-accent hover:bg-hover"
          onClick={() => setIsWhole(true)}
        >
          {text.more(value.length - longText)}
        </button>
      ) : null}
    </span>
  );
}
