'use client';

import { Tabs as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { cx } from './cx';

export type Tab = { id: string; label: string; count?: number; icon?: ReactNode; content: ReactNode };

export type TabsProps = {
  tabs: Tab[];
  label: string;
  /** With value the owner decides which is open (the URL, for example); without it the first is. */
  value?: string;
  onChange?: (id: string) => void;
  aside?: ReactNode;
  className?: string;
  contentClassName?: string;
};

const fadePx = 24;

/** Several views of one thing, one at a time. Arrow keys move between them. */
export function Tabs({ tabs, label, value, onChange, aside, className, contentClassName }: TabsProps) {
  const listRef = useRef<HTMLDivElement>(null);
  // The open one is in sight, also when the page was opened with it. Only the list scrolls, never the page.
  useEffect(() => {
    const list = listRef.current;
    const active = value === undefined ? null : list?.querySelector<HTMLElement>('[data-state="active"]');
    if (!list || !active) return;
    const end = active.offsetLeft + active.offsetWidth + fadePx - list.offsetLeft;
    if (end > list.clientWidth + list.scrollLeft) list.scrollLeft = end - list.clientWidth;
  }, [value]);
  return (
    <Radix.Root
      value={value}
      defaultValue={tabs[0]?.id}
      onValueChange={onChange}
      className={cx('flex min-w-0 flex-col', className)}
    >
      <div className="flex min-w-0 items-center gap-3 border-b border-line">
        <Radix.List
          ref={listRef}
          aria-label={label}
          // Where they do not fit, the last ones fade instead of being cut: there is more.
          className="-mb-px flex min-w-0 gap-1 overflow-x-auto [scrollbar-width:none] max-sm:pr-6 max-sm:[mask-image:linear-gradient(to_right,black_calc(100%-1.5rem),transparent)]"
        >
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.id}
              value={tab.id}
              className="touch-target group relative flex h-9 shrink-0 items-center gap-1.5 rounded-sm px-2.5 text-sm text-muted outline-offset-[-2px] hover:text-text data-[state=active]:font-medium data-[state=active]:text-text [&_svg]:size-4"
            >
              {tab.icon}
              {tab.label}
              {tab.count === undefined ? null : (
                <span className="rounded-full bg-hover px-1.5 text-2xs text-muted tabular-nums">{tab.count}</span>
              )}
              <span className="absolute inset-x-2 bottom-0 h-0.5 rounded-full group-data-[state=active]:bg-accent" />
            </Radix.Trigger>
          ))}
        </Radix.List>
        {aside ? <div className="ml-auto shrink-0">{aside}</div> : null}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className={cx('min-h-0 min-w-0 flex-1 pt-4', contentClassName)}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
