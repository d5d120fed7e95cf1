'use client';

import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import { useControlProps } from './field';

const edge = 'field-edge touch-target w-full min-w-0 px-2.5 text-sm text-text coarse:text-lg';

export type InputProps = Omit<ComponentProps<'input'>, 'disabled'> & { icon?: ReactNode };

/** One line of text. Inside a Field it takes id, description, error and required from there. */
export function Input({ icon, className, ...props }: InputProps) {
  const { labelId: _labelId, ...control } = useControlProps();
  const isOff = control['aria-disabled'] === true;
  const input = (
    <input
      autoComplete="off"
      {...control}
      readOnly={isOff || undefined}
      {...props}
      className={cx(edge, 'h-8', icon && 'pl-8', className)}
    />
  );
  if (!icon) return input;
  return (
    <span className="relative block w-full">
      <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint [&_svg]:size-4">
        {icon}
      </span>
      {input}
    </span>
  );
}

export type TextareaProps = Omit<ComponentProps<'textarea'>, 'disabled'>;

/** Several lines; grows with what is typed where the browser can. */
export function Textarea({ className, rows = 3, ...props }: TextareaProps) {
  const { labelId: _labelId, ...control } = useControlProps();
  const isOff = control['aria-disabled'] === true;
  return (
    <textarea
      {...control}
      rows={rows}
      readOnly={isOff || undefined}
      {...props}
      className={cx(edge, 'field-sizing-content min-h-16 py-1.5', className)}
    />
  );
}
