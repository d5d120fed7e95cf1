'use client';

import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Kbd } from './kbd';

export type TooltipProps = {
  content: ReactNode;
  /** Keys as written in the shortcut registry, such as 'g r'. */
  keys?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  open?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  children: ReactNode;
};

/** A few words on hover and focus. Never the only place of something one must know. The child takes a ref. */
export function Tooltip({ content, keys, side = 'top', open, onOpenChange, children }: TooltipProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-60 flex max-w-72 items-center gap-2 rounded-md bg-text px-2 py-1 text-xs text-surface shadow-overlay motion-safe:animate-fade-in"
        >
          {content}
          {keys ? <Kbd keys={keys} tone="inverse" /> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const TooltipProvider = Radix.Provider;
