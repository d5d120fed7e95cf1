'use client';

import { RadioGroup as Radix } from 'radix-ui';
import { useId } from 'react';
import { cx } from './cx';
import { useControlProps } from './field';

export type RadioOption = { value: string; label: string; description?: string };

export type RadioGroupProps = {
  options: RadioOption[];
  value: string | null;
  onChange: (value: string) => void;
  'aria-label'?: string;
  className?: string;
};

/** One of a few, all in sight. Put it into a Field with isGroup. */
export function RadioGroup({ options, value, onChange, className, ...props }: RadioGroupProps) {
  const { labelId, 'aria-disabled': isOff, 'aria-required': isRequired, ...control } = useControlProps();
  const baseId = useId();
  return (
    <Radix.Root
      {...control}
      aria-required={isRequired}
      aria-disabled={isOff}
      aria-label={props['aria-label']}
      aria-labelledby={props['aria-label'] ? undefined : labelId}
      value={value ?? ''}
      onValueChange={(next) => (isOff ? undefined : onChange(next))}
      className={cx('flex flex-col gap-1.5', className)}
    >
      {options.map((option) => (
        <div key={option.value} className="flex min-h-6 items-start gap-2.5 coarse:py-2.5">
          <span className="flex h-5.5 items-center">
            <Radix.Item
              id={`${baseId}-${option.value}`}
              value={option.value}
              aria-describedby={option.description ? `${baseId}-${option.value}-note` : undefined}
              className="relative flex size-4 items-center justify-center rounded-full border border-line-control bg-surface before:absolute before:-inset-1 hover:border-muted data-[state=checked]:border-accent coarse:before:-inset-3.5"
            >
              <Radix.Indicator className="size-2 rounded-full bg-accent" />
            </Radix.Item>
          </span>
          <div className="min-w-0">
            <label htmlFor={`${baseId}-${option.value}`} className="text-sm leading-5.5">
              {option.label}
            </label>
            {option.description ? (
              <p id={`${baseId}-${option.value}-note`} className="text-xs text-muted">
                {option.description}
              </p>
            ) : null}
          </div>
        </div>
      ))}
    </Radix.Root>
  );
}
