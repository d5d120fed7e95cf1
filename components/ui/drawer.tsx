'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { IconButton } from './icon-button';
import { useReturnFocus } from './use-return-focus';

const text = { close: 'Close' };
const sides = {
  right: 'inset-y-0 right-0 w-full border-l motion-safe:animate-slide-right',
  left: 'inset-y-0 left-0 w-full border-r motion-safe:animate-slide-left',
  bottom: 'inset-x-0 bottom-0 max-h-[85dvh] rounded-t-xl border-t motion-safe:animate-slide-up',
};
const widths = { sm: 'sm:max-w-sm', md: 'sm:max-w-lg', lg: 'sm:max-w-3xl' };

export type DrawerProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  isTitleHidden?: boolean;
  description?: ReactNode;
  side?: keyof typeof sides;
  width?: keyof typeof widths;
  footer?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** A panel over the page's edge: details and forms that keep the page in sight. */
export function Drawer(props: DrawerProps) {
  const {
    isOpen,
    onOpenChange,
    title,
    isTitleHidden = false,
    description,
    side = 'right',
    width = 'md',
    footer,
  } = props;
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim motion-safe:animate-fade-in" />
        <Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed z-50 flex flex-col border-line-strong bg-raised shadow-modal outline-none',
            sides[side],
            side === 'bottom' ? '' : widths[width],
            props.className,
          )}
        >
          <header className={cx('border-b border-line px-5 py-3.5 pr-14', isTitleHidden && 'sr-only')}>
            <div className="min-w-0">
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description ? (
                <Radix.Description asChild>
                  <div className="mt-0.5 text-sm text-muted">{description}</div>
                </Radix.Description>
              ) : null}
            </div>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{props.children}</div>
          {footer ? <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer> : null}
          {/* Last, so that focus begins in the content; it stands at the top right. */}
          <Radix.Close asChild>
            <IconButton
              label={text.close}
              size="sm"
              icon={<X />}
              className="absolute top-3 right-4 coarse:top-1.5 coarse:right-1.5"
            />
          </Radix.Close>
        </Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Content(props: ComponentProps<typeof Radix.Content>) {
  return <Radix.Content onCloseAutoFocus={useReturnFocus()} {...props} />;
}
