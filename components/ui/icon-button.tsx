'use client';

import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './button';
import { cx } from './cx';

const sizes = { sm: 'size-6 p-0', md: 'size-8 p-0', lg: 'size-10 p-0' };

export type IconButtonProps = Omit<ButtonProps, 'icon' | 'children' | 'asChild' | 'aria-label' | 'hint'> & {
  /** What it does, spoken and shown as tooltip. */
  label: string;
  icon: ReactNode;
};

/** A button that is only a picture; its label is always there for hover, focus and screen readers. */
export function IconButton({ label, icon, size = 'md', variant = 'ghost', className, ...props }: IconButtonProps) {
  return (
    <Button
      {...props}
      size={size}
      variant={variant}
      aria-label={label}
      hint={label}
      icon={icon}
      className={cx(sizes[size ?? 'md'], className)}
    />
  );
}
