'use client';

import { type ReactNode, useId } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { FormState } from './form';

interface FormDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description?: ReactNode;
  /** the verb of the button that sends */
  submit: string;
  form: FormState;
  children: ReactNode;
}

/** A form in a dialog: what went wrong above its fields, the button that sends below. */
export function FormDialog({ isOpen, onOpenChange, title, description, submit, form, children }: FormDialogProps) {
  const formId = useId();
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <Button type="submit" form={formId} variant="primary" isLoading={form.isSending}>
          {submit}
        </Button>
      }
    >
      <form id={formId} onSubmit={form.onSubmit} className="flex flex-col gap-4">
        {form.error ? (
          <Banner tone="danger" isLive>
            {form.error}
          </Banner>
        ) : null}
        {children}
      </form>
    </Dialog>
  );
}
