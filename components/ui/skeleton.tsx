import { cx } from './cx';

/** The shape of what is coming. Size it by className. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block h-4 rounded-sm bg-hover motion-safe:animate-pulse', className)} />;
}

/** A list that is loading; says so once to screen readers. */
export function SkeletonRows({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="flex h-10 items-center gap-4 border-b border-line px-3">
          <Skeleton className="w-16 rounded-full" />
          <Skeleton className={row % 3 === 0 ? 'w-2/5' : row % 3 === 1 ? 'w-1/3' : 'w-1/4'} />
          <Skeleton className="ml-auto w-14" />
        </div>
      ))}
    </div>
  );
}
