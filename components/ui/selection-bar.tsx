import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button';

const text = {
  selected: (count: number) => (count === 1 ? '1 selected' : `${count} selected`),
  clear: 'Clear the selection',
};

export type SelectionBarProps = {
  /** names the bar: 'What to do with the selected runs' */
  label: string;
  count: number;
  onClear: () => void;
  /** the buttons */
  children: ReactNode;
};

/** Floats over a list's end while rows of it are selected. */
export function SelectionBar({ label, count, onClear, children }: SelectionBarProps) {
  if (count === 0) return null;
  return (
    <section
      aria-label={label}
      className="sticky bottom-4 z-20 mx-auto mt-2 flex w-fit items-center gap-2 rounded-lg border border-line-strong bg-raised py-1.5 pr-1.5 pl-3.5 shadow-overlay motion-safe:animate-pop-in"
    >
      <span role="status" className="mr-1 text-sm font-medium whitespace-nowrap tabular-nums">
        {text.selected(count)}
      </span>
      {children}
      <Button
        size="sm"
        variant="ghost"
        aria-label={text.clear}
        hint={text.clear}
        icon={<X />}
        onClick={onClear}
        className="px-1.5"
      />
    </section>
  );
}
