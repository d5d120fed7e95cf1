import type { ReactNode } from 'react';
import { cx } from './cx';

export type EmptyStateProps = {
  icon?: ReactNode;
  title: string;
  /** At most two sentences. */
  children?: ReactNode;
  /** One real action. */
  action?: ReactNode;
  className?: string;
};

/** What a list says when it is known to be empty. While it is loading show Skeleton instead. */
export function EmptyState({ icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cx('mx-auto flex max-w-sm flex-col items-center px-6 py-14 text-center', className)}>
      {icon ? <div className="mb-4 text-faint [&_svg]:size-7 [&_svg]:stroke-[1.5]">{icon}</div> : null}
      <h2 className="text-base font-semibold">{title}</h2>
      {children ? <p className="mt-1 text-sm text-pretty text-muted">{children}</p> : null}
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}
