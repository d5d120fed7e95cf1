'use client';

import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import { type ComponentProps, type MouseEvent, type ReactNode, useId, useState } from 'react';
import { cx } from './cx';
import { Wheel } from './spinner';
import { Tooltip } from './tooltip';

const look = cva(
  'touch-target relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-[background-color,border-color,color,box-shadow] duration-(--motion-fast) ease-out [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent shadow-raised hover:bg-accent-hover',
        secondary: 'border border-line-strong bg-raised text-text shadow-raised hover:bg-hover',
        ghost: 'text-muted hover:bg-hover hover:text-text',
        danger: 'bg-danger-solid text-on-danger shadow-raised hover:bg-danger-solid-hover',
      },
      size: {
        sm: 'h-7 px-2.5 text-xs',
        md: 'h-8 px-3 text-sm',
        lg: 'h-10 px-4 text-base',
      },
      isOff: { true: 'border border-line-strong bg-hover text-muted shadow-none hover:bg-hover hover:text-muted' },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> &
  Pick<VariantProps<typeof look>, 'variant' | 'size'> & {
    icon?: ReactNode;
    /** Shows a wheel and refuses further clicks; the label stays. */
    isLoading?: boolean;
    /** Why the button cannot be used now, as a sentence. It stays focusable and says the reason. */
    disabledReason?: string | null | false;
    /** Keys of the registry, shown in the tooltip. */
    keys?: string;
    /** Words of the tooltip when the label alone does not say enough. */
    hint?: string;
    /** Renders the only child (a link) with the button's look. */
    asChild?: boolean;
  };

/** A button. There is no silent disabled state: give disabledReason. */
export function Button(props: ButtonProps) {
  const { disabledReason, keys, hint } = props;
  if (disabledReason) return <RefusingButton {...props} disabledReason={disabledReason} />;
  const button = <PlainButton {...props} />;
  if (!keys && !hint) return button;
  return (
    <Tooltip content={hint ?? props.children} keys={keys}>
      {button}
    </Tooltip>
  );
}

function PlainButton({
  variant,
  size,
  icon,
  isLoading = false,
  disabledReason: _reason,
  keys: _keys,
  hint: _hint,
  asChild = false,
  className,
  children,
  onClick,
  type = 'button',
  ...props
}: ButtonProps) {
  const classes = cx(look({ variant, size }), isLoading && 'cursor-progress', className);
  if (asChild) {
    return (
      <Slot.Root className={classes} onClick={onClick} {...props}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type={type}
      className={classes}
      aria-busy={isLoading || undefined}
      aria-disabled={isLoading || undefined}
      onClick={isLoading ? stop : onClick}
      {...props}
    >
      {isLoading ? <Wheel /> : icon}
      {children}
    </button>
  );
}

/** aria-disabled instead of disabled: a keyboard and a finger must be able to reach the reason. */
function RefusingButton({
  variant: _variant,
  size,
  icon,
  isLoading: _isLoading,
  disabledReason,
  keys: _keys,
  hint: _hint,
  asChild: _asChild,
  className,
  children,
  onClick: _onClick,
  type: _type,
  ...props
}: ButtonProps & { disabledReason: string }) {
  const reasonId = useId();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Tooltip content={disabledReason} open={isOpen} onOpenChange={setIsOpen}>
        <button
          {...props}
          type="button"
          aria-disabled
          aria-describedby={reasonId}
          className={cx(look({ variant: 'secondary', size, isOff: true }), className)}
          onClick={(event) => {
            stop(event);
            setIsOpen(true);
          }}
        >
          {icon}
          {children}
        </button>
      </Tooltip>
      <span id={reasonId} hidden>
        {disabledReason}
      </span>
    </>
  );
}

function stop(event: MouseEvent) {
  event.preventDefault();
  event.stopPropagation();
}
