'use client';

import { AlertDialog as Radix } from 'radix-ui';
import { type ComponentProps, type ReactNode, useRef, useState } from 'react';
import { Button } from './button';
import { Field } from './field';
import { Input } from './input';
import { useReturnFocus } from './use-return-focus';

const text = {
  cancel: 'Cancel',
  typeToConfirm: (phrase: string) => `Type ${phrase} to go on`,
  mustType: (phrase: string) => `Type ${phrase} first.`,
};

export type ConfirmDialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  /** What will happen, and whether it can be undone. */
  description: ReactNode;
  /** The verb: 'Delete script', never 'OK'. */
  confirmLabel: string;
  /** What the other button says, where 'Cancel' could mean either. */
  cancelLabel?: string;
  isDanger?: boolean;
  /** The person must type this before going on. */
  phrase?: string;
  /** A promise keeps the dialog open and busy until it settles; it closes unless the promise is rejected. */
  onConfirm: () => void | Promise<void>;
};

/** Asks before something that is not easily undone. Focus starts on Cancel, so Enter alone changes nothing. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, onOpenChange, title, description, confirmLabel, isDanger = true, phrase, onConfirm } = props;
  const cancelRef = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  function changeOpen(next: boolean) {
    if (isBusy) return;
    setTyped('');
    setError(null);
    onOpenChange(next);
  }
  async function confirm() {
    setIsBusy(true);
    setError(null);
    try {
      await onConfirm();
      setTyped('');
      onOpenChange(false);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <Radix.Root open={isOpen} onOpenChange={changeOpen}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim motion-safe:animate-fade-in" />
        <div className="pointer-events-none fixed inset-0 z-50 flex items-end justify-center sm:items-start sm:p-6 sm:pt-[18vh]">
          <Content
            onOpenAutoFocus={(event) => {
              event.preventDefault();
              cancelRef.current?.focus();
            }}
            className="pointer-events-auto w-full max-w-md rounded-t-xl border border-line-strong bg-raised p-5 shadow-modal outline-none motion-safe:animate-pop-in sm:rounded-xl"
          >
            <Radix.Title className="text-lg font-semibold tracking-[-0.01em]">{title}</Radix.Title>
            <Radix.Description asChild>
              <div className="mt-1.5 text-sm text-muted">{description}</div>
            </Radix.Description>
            {phrase ? (
              <Field label={text.typeToConfirm(phrase)} className="mt-4">
                <Input value={typed} onChange={(event) => setTyped(event.target.value)} spellCheck={false} />
              </Field>
            ) : null}
            {error ? (
              <p role="alert" className="mt-3 text-sm text-danger">
                {error}
              </p>
            ) : null}
            <div className="mt-5 flex flex-wrap justify-end gap-2">
              <Radix.Cancel asChild>
                <Button ref={cancelRef}>{props.cancelLabel ?? text.cancel}</Button>
              </Radix.Cancel>
              <Button
                variant={isDanger ? 'danger' : 'primary'}
                isLoading={isBusy}
                disabledReason={phrase && typed !== phrase ? text.mustType(phrase) : null}
                onClick={confirm}
              >
                {confirmLabel}
              </Button>
            </div>
          </Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Content(props: ComponentProps<typeof Radix.Content>) {
  return <Radix.Content onCloseAutoFocus={useReturnFocus()} {...props} />;
}
