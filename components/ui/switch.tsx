'use client';

import { Switch as Radix } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from './cx';
import { useControlProps } from './field';

export type SwitchProps = {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  label?: ReactNode;
  hint?: ReactNode;
  'aria-label'?: string;
  disabledReason?: string | null | false;
  className?: string;
};

/** On or off, in effect at once. */
export function Switch({ isOn, onChange, label, hint, disabledReason, className, ...props }: SwitchProps) {
  const { labelId: _labelId, ...control } = useControlProps();
  const ownId = useId();
  const id = control.id ?? ownId;
  const isOff = Boolean(disabledReason) || control['aria-disabled'] === true;
  const note = disabledReason || hint;
  const toggle = (
    <Radix.Root
      {...control}
      id={id}
      aria-label={props['aria-label']}
      aria-describedby={note ? `${ownId}-note` : control['aria-describedby']}
      aria-disabled={isOff || undefined}
      checked={isOn}
      onCheckedChange={(next) => (isOff ? undefined : onChange(next))}
      className={cx(
        'relative h-5 w-8.5 shrink-0 rounded-full border border-line-control bg-hover transition-colors duration-(--motion-base) ease-out',
        'before:absolute before:-inset-1 coarse:before:-inset-3 data-[state=checked]:border-accent data-[state=checked]:bg-accent',
        isOff && 'opacity-70',
      )}
    >
      <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-muted transition-transform duration-(--motion-base) ease-out data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
    </Radix.Root>
  );
  if (!label) return toggle;
  return (
    <div className={cx('flex min-h-6 items-start justify-between gap-4 coarse:py-2.5', className)}>
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium text-text">
          {label}
        </label>
        {note ? (
          <p id={`${ownId}-note`} className="text-xs text-muted">
            {note}
          </p>
        ) : null}
      </div>
      {toggle}
    </div>
  );
}
