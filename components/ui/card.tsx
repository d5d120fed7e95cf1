import type { ReactNode } from 'react';
import { cx } from './cx';

export type CardProps = {
  title?: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** Without inner space: for tables and logs. */
  isFlush?: boolean;
  className?: string;
  children: ReactNode;
};

/** A plane with a hairline around it. */
export function Card({ title, subtitle, actions, isFlush = false, className, children }: CardProps) {
  return (
    <section className={cx('min-w-0 overflow-hidden rounded-lg border border-line bg-surface', className)}>
      {title || actions ? (
        <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
          <div className="min-w-0 flex-1">
            {title ? <h2 className="text-sm font-semibold">{title}</h2> : null}
            {subtitle ? <p className="text-xs text-muted">{subtitle}</p> : null}
          </div>
          {actions ? <div className="flex shrink-0 items-center gap-1.5">{actions}</div> : null}
        </header>
      ) : null}
      <div className={isFlush ? undefined : 'p-4'}>{children}</div>
    </section>
  );
}
