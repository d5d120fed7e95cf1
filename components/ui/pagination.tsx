import { ChevronLeft, ChevronRight } from 'lucide-react';
import { AppLink } from './app-link';
import { Button } from './button';
import { cx } from './cx';

const text = {
  label: 'Pages of this list',
  newer: 'Newer',
  older: 'Older',
  atStart: 'These are the newest.',
  atEnd: 'There is nothing older.',
};

export type PaginationProps = {
  /** Where newer and older lead; null where the list ends. */
  newerHref: string | null;
  olderHref: string | null;
  /** For example '25 of 1,204'. */
  summary?: string;
  className?: string;
};

/** Steps through a list that is read by key: there are no page numbers, because rows keep arriving. */
export function Pagination({ newerHref, olderHref, summary, className }: PaginationProps) {
  return (
    <nav aria-label={text.label} className={cx('flex items-center gap-2 py-3 text-sm', className)}>
      {summary ? <span className="mr-auto text-xs text-muted tabular-nums">{summary}</span> : null}
      {newerHref ? (
        <Button size="sm" asChild>
          <AppLink href={newerHref}>
            <ChevronLeft />
            {text.newer}
          </AppLink>
        </Button>
      ) : (
        <Button size="sm" icon={<ChevronLeft />} disabledReason={text.atStart}>
          {text.newer}
        </Button>
      )}
      {olderHref ? (
        <Button size="sm" asChild>
          <AppLink href={olderHref}>
            {text.older}
            <ChevronRight />
          </AppLink>
        </Button>
      ) : (
        <Button size="sm" disabledReason={text.atEnd}>
          {text.older}
          <ChevronRight />
        </Button>
      )}
    </nav>
  );
}
