'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { IconButton } from './icon-button';
import { useReturnFocus } from './use-return-focus';

const text = { close: 'Close' };
const widths = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-3xl', xl: 'max-w-5xl' };

export type DialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description?: ReactNode;
  width?: keyof typeof widths;
  /** Buttons at the bottom, the decisive one last. */
  footer?: ReactNode;
  onOpenAutoFocus?: (event: Event) => void;
  children?: ReactNode;
};

/** Something to settle before going on. On a phone it sits at the bottom edge. */
export function Dialog({ isOpen, onOpenChange, title, description, width = 'sm', footer, ...props }: DialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim motion-safe:animate-fade-in" />
        <div className="pointer-events-none fixed inset-0 z-50 flex items-end justify-center sm:items-start sm:p-6 sm:pt-[12vh]">
          <Content
            {...(description ? {} : { 'aria-describedby': undefined })}
            onOpenAutoFocus={props.onOpenAutoFocus}
            className={cx(
              'pointer-events-auto relative flex max-h-[88dvh] w-full flex-col rounded-t-xl border border-line-strong bg-raised shadow-modal outline-none motion-safe:animate-pop-in sm:max-h-[80vh] sm:rounded-xl',
              widths[width],
            )}
          >
            <header className="px-5 pt-4.5 pr-14 pb-3">
              <div className="min-w-0">
                <Radix.Title className="text-lg font-semibold tracking-[-0.01em]">{title}</Radix.Title>
                {description ? (
                  <Radix.Description asChild>
                    <div className="mt-1 text-sm text-muted">{description}</div>
                  </Radix.Description>
                ) : null}
              </div>
            </header>
            {props.children ? <div className="min-h-0 flex-1 overflow-y-auto px-5 py-1">{props.children}</div> : null}
            {footer ? (
              <footer className="flex flex-wrap justify-end gap-2 px-5 pt-4 pb-4.5">{footer}</footer>
            ) : (
              <div className="h-4" />
            )}
            {/* Last, so that focus begins in the content; it stands at the top right. */}
            <Radix.Close asChild>
              <IconButton
                label={text.close}
                size="sm"
                icon={<X />}
                className="absolute top-4 right-4 coarse:top-1.5 coarse:right-1.5"
              />
            </Radix.Close>
          </Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Content(props: ComponentProps<typeof Radix.Content>) {
  return <Radix.Content onCloseAutoFocus={useReturnFocus()} {...props} />;
}
