'use client';

import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import { Toaster as Sonner, toast } from 'sonner';

/** Mounted once by the providers. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      offset={20}
      mobileOffset={12}
      icons={{
        success: <CircleCheck className="size-4.5 text-success" />,
        error: <CircleAlert className="size-4.5 text-danger" />,
        info: <Info className="size-4.5 text-info" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-start gap-3 rounded-lg border border-line-strong bg-raised px-3.5 py-3 font-sans text-sm text-text shadow-overlay sm:w-90',
          icon: 'mt-0.5 shrink-0',
          closeButton:
            'touch-target order-last -mt-0.5 -mr-1 flex size-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-text [&_svg]:size-3.5',
          content: 'min-w-0 flex-1',
          title: 'font-medium',
          description: 'mt-0.5 text-muted',
          actionButton:
            'touch-target h-7 shrink-0 rounded-md border border-line-strong bg-raised px-2.5 text-xs font-medium hover:bg-hover',
        },
      }}
    />
  );
}

export type Notice = { detail?: string; action?: { label: string; onSelect: () => void } };

/** Something worked. Say what, in the past tense. */
export function notifySuccess(title: string, notice: Notice = {}): void {
  toast.success(title, { description: notice.detail, action: toAction(notice), duration: 5_000 });
}

/** Something did not work: what happened, why, what to do. Stays until dismissed. */
export function notifyError(title: string, notice: Notice = {}): void {
  toast.error(title, {
    description: notice.detail,
    action: toAction(notice),
    duration: Number.POSITIVE_INFINITY,
    closeButton: true,
  });
}

export function notifyInfo(title: string, notice: Notice = {}): void {
  toast.info(title, { description: notice.detail, action: toAction(notice), duration: 5_000 });
}

function toAction({ action }: Notice) {
  return action ? { label: action.label, onClick: action.onSelect } : undefined;
}
