'use client';

import { Check, Minus } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from './cx';
import { type ControlProps, useControlProps } from './field';

export type CheckboxProps = {
  isChecked: boolean | 'indeterminate';
  onChange: (isChecked: boolean) => void;
  /** Words beside the box; without them the Field around it, or aria-label, names it. */
  label?: ReactNode;
  hint?: ReactNode;
  'aria-label'?: string;
  disabledReason?: string | null | false;
  /** One of several in a Field with isGroup: keeps an id of its own. */
  isInGroup?: boolean;
  className?: string;
};

/** Yes or no, decided when the form is sent. For something that takes effect at once use Switch. */
export function Checkbox({
  isChecked,
  onChange,
  label,
  hint,
  disabledReason,
  isInGroup = false,
  className,
  ...props
}: CheckboxProps) {
  const { labelId: _labelId, ...fieldControl } = useControlProps();
  const control: ControlProps = isInGroup ? {} : fieldControl;
  const ownId = useId();
  const id = control.id ?? ownId;
  const isOff = Boolean(disabledReason) || control['aria-disabled'] === true;
  const note = disabledReason || hint;
  const box = (
    <Radix.Root
      {...control}
      id={id}
      aria-label={props['aria-label']}
      aria-describedby={note ? `${ownId}-note` : control['aria-describedby']}
      aria-disabled={isOff || undefined}
      checked={isChecked}
      onCheckedChange={(next) => (isOff ? undefined : onChange(next === true))}
      className={cx(
        'flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-control bg-surface text-on-accent transition-colors duration-(--motion-fast)',
        'hover:border-muted data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent',
        // The target is larger than the picture.
        'relative before:absolute before:-inset-1 coarse:before:-inset-3.5',
        isOff && 'bg-hover opacity-70',
      )}
    >
      <Radix.Indicator>
        {isChecked === 'indeterminate' ? (
          <Minus className="size-3" strokeWidth={3} />
        ) : (
          <Check className="size-3" strokeWidth={3} />
        )}
      </Radix.Indicator>
    </Radix.Root>
  );
  if (!label) return box;
  return (
    <div className={cx('flex min-h-6 items-start gap-2.5 coarse:py-2.5', className)}>
      <span className="flex h-5.5 items-center">{box}</span>
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm leading-5.5 text-text">
          {label}
        </label>
        {note ? (
          <p id={`${ownId}-note`} className="text-xs text-muted">
            {note}
          </p>
        ) : null}
      </div>
    </div>
  );
}
