import type { ReactNode } from 'react';
import { cx } from '@/components/ui/cx';

const widths = { narrow: 'max-w-3xl', wide: 'max-w-6xl', full: '' };

export type PageProps = { width?: keyof typeof widths; className?: string; children: ReactNode };

/** The inner space of a page in the shell. Editors that fill the plane do without it. */
export function Page({ width = 'wide', className, children }: PageProps) {
  return (
    <div className={cx('mx-auto w-full min-w-0 px-4 py-5 sm:px-8 sm:py-7', widths[width], className)}>{children}</div>
  );
}
