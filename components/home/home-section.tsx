import type { ReactNode } from 'react';
import { AppLink } from '@/components/ui/app-link';
import { Banner } from '@/components/ui/banner';
import { cx } from '@/components/ui/cx';
import { SkeletonRows } from '@/components/ui/skeleton';

export type HomeSectionProps = {
  title: string;
  more?: { label: string; href: string };
  /** What stands above it is still being read and will push it down: it is shown when it has its place. */
  isHeldBack?: boolean;
  children: ReactNode;
};

/** A part of Home with the way to all of it. */
export function HomeSection({ title, more, isHeldBack = false, children }: HomeSectionProps) {
  return (
    <section className={cx('min-w-0', isHeldBack && 'invisible')}>
      <header className="mb-2 flex items-baseline gap-3">
        <h2 className="text-sm font-semibold">{title}</h2>
        {more ? (
          <AppLink
            href={more.href}
            className="touch-target ml-auto rounded-sm text-right text-xs text-accent hover:underline"
          >
            {more.label}
          </AppLink>
        ) : null}
      </header>
      {children}
    </section>
  );
}

/** What a part says when there is nothing in it: one line, no picture. */
export function NothingHere({ children }: { children: ReactNode }) {
  return <p className="rounded-lg border border-dashed border-line-strong px-3 py-3 text-sm text-muted">{children}</p>;
}

/** What stands where a part will be: a skeleton, or why it does not come. */
export function SectionWait({ error, rows }: { error: Error | null; rows: number }) {
  return error === null ? <SkeletonRows rows={rows} /> : <Banner tone="danger">{error.message}</Banner>;
}
