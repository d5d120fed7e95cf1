import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { AppLink } from './app-link';
import { cx } from './cx';

const text = { breadcrumbs: 'You are here' };

export type PageHeaderProps = {
  title: ReactNode;
  subtitle?: ReactNode;
  /** From the outermost to the parent; the page itself is the title. */
  breadcrumbs?: { label: string; href: string }[];
  /** A badge beside the title. */
  badge?: ReactNode;
  actions?: ReactNode;
  className?: string;
};

/** The top of a page: where one is, what it is, what one can do. The only h1. */
export function PageHeader({ title, subtitle, breadcrumbs, badge, actions, className }: PageHeaderProps) {
  return (
    <header className={cx('flex flex-col pb-5', className)}>
      {breadcrumbs?.length ? (
        <nav aria-label={text.breadcrumbs} className="mb-1 -ml-1">
          <ol className="flex flex-wrap items-center text-xs text-muted">
            {breadcrumbs.map((crumb) => (
              <li key={crumb.href} className="flex min-w-0 items-center">
                <AppLink
                  href={crumb.href}
                  className="inline-flex min-h-6 items-center truncate rounded-sm px-1 hover:text-text coarse:min-h-11"
                >
                  {crumb.label}
                </AppLink>
                <ChevronRight aria-hidden className="size-3.5 text-faint" />
              </li>
            ))}
          </ol>
        </nav>
      ) : null}
      {/* The buttons stand beside the title, whatever is written below it; on a phone as long as they fit. */}
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <div className="flex min-h-8 min-w-0 flex-1 basis-auto flex-wrap items-center gap-x-3 gap-y-1 sm:basis-60">
          <h1 className="min-w-0 text-xl font-semibold break-words">{title}</h1>
          {badge}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
      {subtitle ? <div className="mt-1.5 max-w-prose text-sm text-muted">{subtitle}</div> : null}
    </header>
  );
}
