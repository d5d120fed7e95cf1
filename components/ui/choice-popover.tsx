'use client';

import { Popover } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './cx';
import { floating } from './menu-look';

type ChoicePopoverProps = {
  /** the control that the list opens under: it keeps the focus */
  anchor: ReactElement;
  isOpen: boolean;
  onOpen: () => void;
  onClose: () => void;
  label: string | undefined;
  /** a press here is no press outside */
  isOwn?: (pressed: Node) => boolean;
  className?: string;
  children: ReactNode;
};

/** The list under a Select or Combobox, where there is room for it. */
export function ChoicePopover(props: ChoicePopoverProps) {
  const { anchor, isOpen, onOpen, onClose, label, isOwn, className, children } = props;
  return (
    <Popover.Root open={isOpen} onOpenChange={(next) => (next ? onOpen() : onClose())}>
      <Popover.Anchor asChild>{anchor}</Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          role="group"
          aria-label={label}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            if (event.target instanceof Node && isOwn?.(event.target)) event.preventDefault();
          }}
          sideOffset={4}
          collisionPadding={8}
          className={cx(floating, className)}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
