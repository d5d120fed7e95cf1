'use client';

import { type FormEvent, useState } from 'react';
import { ApiError } from './api';

/** What a form shows of its last attempt. */
export interface FormState {
  readonly isSending: boolean;
  /** the sentence for the whole form; null when a field has it */
  readonly error: string | null;
  /** sentence of one field, by the input's name */
  readonly errorOf: (field: string) => string | null;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

const textsOf = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']));

/** Sends a form's texts and keeps what was typed when it is refused; the sentence lands at the field it is about. */
export function useForm(fields: readonly string[], send: (texts: Record<string, string>) => Promise<void>): FormState {
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<{ field: string | null; message: string } | null>(null);

  async function submit(form: HTMLFormElement) {
    setIsSending(true);
    setFailure(null);
    try {
      await send(textsOf(form));
    } catch (error) {
      // `owners.0` is about the input `owners`.
      const named = error instanceof ApiError ? (error.field?.split('.')[0] ?? null) : null;
      const field = named !== null && fields.includes(named) ? named : null;
      const message = error instanceof Error ? error.message : String(error);
      // Beside the input its name need not be said again.
      setFailure({ field, message: field === null ? message : message.replace(/^"[^"]+" /, 'This ') });
    } finally {
      setIsSending(false);
    }
  }
  return {
    isSending,
    error: failure !== null && failure.field === null ? failure.message : null,
    errorOf: (field) => (failure?.field === field ? failure.message : null),
    onSubmit: (event) => {
      event.preventDefault();
      if (!isSending) void submit(event.currentTarget);
    },
  };
}
